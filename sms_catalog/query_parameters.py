"""A query as the parameters of an address, and as one canonical text. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sms_catalog.query import Query, folded_name, hour_of_night
from sms_catalog.query_problems import InvalidQuery, QueryProblem, WrongValue, nearest_of, quoted
from sms_catalog.query_table import ALL, NIGHTS, PARAMETERS, Parameter

LONGEST_VALUE = 200
"""Characters of a value."""

MOST_VALUES = 50
"""Different values of a parameter that takes several."""

MOST_PARAMETERS = 200

_NO_VALUES = frozenset({"null", "none", "undefined", "nan"})
"""What programs write for a value that they do not have."""

_NO_DEFAULTS = Query()


def parse_query(
    parameters: Sequence[tuple[str, str]],
    *,
    defaults: Query = _NO_DEFAULTS,
    known: Mapping[str, Collection[str]] | None = None,
    beside: Collection[str] = (),
) -> Query:
    """The query that parameters of an address, decoded, ask for. Raises InvalidQuery with everything wrong in them.

    What is not given is as in `defaults`; any parameter of nights replaces all that the defaults say of nights.
    `known`, by the name of a parameter, are the only values that it may have; see `sms_catalog.known_values`.
    `beside` names the caller's own parameters, which are passed over.
    """
    problems: list[QueryProblem] = []
    if len(parameters) > MOST_PARAMETERS:
        raise InvalidQuery([QueryProblem("parameters", f"are more than {MOST_PARAMETERS}")])
    texts: dict[str, list[str]] = defaultdict(list)
    for name, text in parameters:
        texts[name].append(text)
    given: dict[str, Any] = {}
    for name, of_name in texts.items():
        if (parameter := PARAMETERS.get(name)) is not None:
            values = list(_values(parameter, of_name, (known or {}).get(name), problems))
            if values:
                given[name] = values if parameter.is_list else values[0]
        elif name not in beside:
            problems.append(_unknown(name, beside))
    problems += _contradictions(given, texts)
    if problems:
        raise InvalidQuery(problems)
    return replace(defaults, **_fields(given))


def parse_query_string(text: str, *, defaults: Query = _NO_DEFAULTS) -> Query:
    """The query of `city=seattle&hood=Ballard`, a canonical text among others. Raises InvalidQuery."""
    return parse_query(parameters_of(text), defaults=defaults)


def parameters_of(text: str) -> list[tuple[str, str]]:
    """The parameters of an address, decoded. Raises InvalidQuery where they are too many."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise InvalidQuery([QueryProblem("parameters", f"are more than {MOST_PARAMETERS}")]) from None


def query_parameters(query: Query, *, defaults: Query = _NO_DEFAULTS) -> list[tuple[str, str]]:
    """The parameters that make `parse_query` give this query again with these defaults: sorted, defaults left out.

    Raises ValueError for a query that no address says: for hidden events, or for one of an empty list.
    """
    asked, default = _texts(query), _texts(defaults)
    told = {name: asked.get(name) for name in {*asked, *default} - NIGHTS if asked.get(name) != default.get(name)}
    nights, default_nights = _nights(asked), _nights(default)
    if nights != default_nights:
        told |= nights or {"when": None}
    return sorted(pair for name, texts in told.items() for pair in _told(name, texts))


def canonical(query: Query) -> str:
    """The one text of what is asked, equal for queries that ask the same. Raises ValueError as its parameters do."""
    return urlencode(query_parameters(query))


@lru_cache(1_000)
def digest(query: Query) -> str:
    """32 digits of 0-9 and a-f that stand for the canonical text."""
    return hashlib.sha256(canonical(query).encode()).hexdigest()[:32]


def _values(
    parameter: Parameter, texts: Sequence[str], known: Collection[str] | None, problems: list[QueryProblem]
) -> Iterator[Any]:
    """The values of one parameter; None stands for ALL. What cannot be read is one more of the problems."""
    name = parameter.name
    if not parameter.is_list and len(texts) > 1:
        problems.append(QueryProblem(name, f"is given {len(texts)} times and takes one value"))
    elif len(set(texts)) > MOST_VALUES:
        problems.append(QueryProblem(name, f"has {len(set(texts))} values; {MOST_VALUES} are the most"))
    elif parameter.may_be_all and any(text.strip().lower() == ALL for text in texts):
        if len({text.strip().lower() for text in texts}) > 1:
            problems.append(QueryProblem(name, f"is {ALL!r} and something else: take one of them"))
        yield None
    else:
        for text in texts:
            try:
                yield _value(parameter, text.strip(), known)
            except WrongValue as problem:
                problems.append(QueryProblem(name, str(problem), problem.nearest))


def _value(parameter: Parameter, text: str, known: Collection[str] | None) -> Any:
    if not text:
        raise WrongValue("is empty")
    if len(text) > LONGEST_VALUE:
        raise WrongValue(f"has {len(text):,} characters; {LONGEST_VALUE} are the most")
    if any(unicodedata.category(character) in ("Cc", "Cs") or character == "\ufffd" for character in text):
        raise WrongValue(f"{quoted(text)} holds characters that are no text")
    if text.lower() in _NO_VALUES and not parameter.is_free_text:
        raise WrongValue(f"{quoted(text)} is no value: leave the parameter out")
    value = parameter.read(text)
    if isinstance(value, str) and len(value) > LONGEST_VALUE:  # one sign may stand for many
        raise WrongValue(f"{quoted(text)} is too long when it is written out")
    if known is not None and isinstance(value, str):
        spellings = {folded_name(name): name for name in known} if parameter.folds else {name: name for name in known}
        if value not in spellings:
            raise WrongValue(f"{quoted(text)} is not known", nearest_of(text, spellings.values()))
    return value


def _unknown(name: str, beside: Collection[str]) -> QueryProblem:
    shown = name if name.isprintable() and 0 < len(name) <= 40 else quoted(name)
    return QueryProblem(shown, "is no parameter", nearest_of(name[:LONGEST_VALUE], [*PARAMETERS, *beside]))


def _contradictions(given: Mapping[str, Any], names: Collection[str]) -> Iterator[QueryProblem]:
    """What cannot be meant together: of these names, and of those values that can be read."""
    for one, others in (("when", ("night", "from", "to")), ("night", ("from", "to"))):
        for other in others:
            if one in names and other in names:
                yield QueryProblem(one, f"is given with {other}: take one of them")
    for first, last in (("from", "to"), ("first_day", "last_day")):
        if first in given and last in given and given[first] > given[last]:
            yield QueryProblem(first, f"{given[first]} is later than {last}, {given[last]}")
    if "after" in given and "before" in given and hour_of_night(given["after"]) > hour_of_night(given["before"]):
        after, before = (f"{given[name]:%H:%M}" for name in ("after", "before"))
        yield QueryProblem("after", f"{after} is later in a night than before, {before}")
    for one, other in (("near", "km"), ("km", "near")):
        if one in names and other not in names:
            yield QueryProblem(one, f"needs {other} beside it")
    if given.get("free") and "price" in given:
        yield QueryProblem("free", "is given with price: what is free costs nothing")


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of Query that the values of parameters give."""
    fields: dict[str, Any] = {}
    if not NIGHTS.isdisjoint(given):
        fields |= {"when": None, "first_night": None, "last_night": None}
    for name, value in given.items():
        if name == "night":
            fields |= {"first_night": value, "last_night": value}
        elif name == "venue":
            ids = [venue for venue in value if isinstance(venue, uuid.UUID)]
            keys = [venue for venue in value if isinstance(venue, str)]
            fields |= {"venues": ids or None, "venue_keys": keys or None}
        else:
            fields[PARAMETERS[name].field] = None if value == [None] else value
    return fields


def _texts(query: Query) -> dict[str, list[str]]:
    """The texts of every field of a query that has a value, by the names of their parameters, each in order."""
    if query.hidden is not False:
        raise ValueError("no address asks for hidden events")
    texts: dict[str, list[str]] = {}
    for name, parameter in PARAMETERS.items():
        value = _value_of(query, parameter)
        if value is None:
            continue
        of_name = sorted(map(parameter.write, value if parameter.is_list else [value]))
        if not of_name or "" in of_name:
            raise ValueError(f"no address says that {name} is empty")
        texts[name] = of_name
    return texts


def _value_of(query: Query, parameter: Parameter) -> Any:
    if parameter.name == "venue":
        both = [venues for venues in (query.venues, query.venue_keys) if venues is not None]
        return [venue for venues in both for venue in venues] if both else None
    is_one_night = query.first_night is not None and query.first_night == query.last_night
    if parameter.name == "night":
        return query.first_night if is_one_night else None
    return None if parameter.name in ("from", "to") and is_one_night else getattr(query, parameter.field)


def _nights(texts: Mapping[str, list[str]]) -> dict[str, list[str] | None]:
    return {name: texts[name] for name in texts if name in NIGHTS}


def _told(name: str, texts: Sequence[str] | None) -> list[tuple[str, str]]:
    if texts is not None:
        return [(name, text) for text in texts]
    if not PARAMETERS[name].may_be_all:
        raise ValueError(f"no address takes the default of {name} away")
    return [(name, ALL)]
