"""The parameters of a request to /v1, read strictly: whatever is not understood is told, all of it at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from sms_api.problems import wrong_parameters
from sms_api.rest.openapi import Asked, Operation, Parameter
from sms_catalog.query_parameters import parse_query
from sms_catalog.query_problems import InvalidQuery, QueryProblem, WrongValue, nearest_of, quoted
from sms_catalog.query_values import read_slug

MOST = 200
"""Items of a page."""

USUAL = 50

_SHOWN = 40

_LONGEST = 2_000

_SLUG = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$"}


def read_parameters(operation: Operation, request: Request) -> Asked:
    """What a request asks of an operation; raises a Problem, 422, that names each wrong parameter."""
    pairs = request.query_params.multi_items()
    own = {parameter.name: parameter for parameter in operation.parameters}
    problems: list[QueryProblem] = []
    asked: dict[str, Any] = dict.fromkeys(own)
    if operation.query_parameters:
        try:
            asked["query"] = parse_query(pairs, beside=own)
        except InvalidQuery as problem:
            problems += problem.problems
    texts: dict[str, list[str]] = defaultdict(list)
    for name, text in pairs:
        texts[name].append(text)
    for name, given in texts.items():
        if name in own:
            asked[name] = _read(own[name], given, problems)
        elif not operation.query_parameters:
            shown = name if name.isprintable() and 0 < len(name) <= _SHOWN else quoted(name)
            problems.append(QueryProblem(shown, "is no parameter", nearest_of(name[:MOST], own)))
    if problems:
        raise wrong_parameters(problems)
    return asked


def limit_parameter() -> Parameter:
    """How many items a page has."""
    return Parameter(
        name="limit",
        sentence=f"Items of a page, at most {MOST}; {USUAL} without it.",
        schema={"type": "integer", "minimum": 1, "maximum": MOST},
        example="20",
        read=_limit,
    )


def cursor_parameter() -> Parameter:
    """Where a page begins."""
    return Parameter(
        name="cursor",
        sentence="Where the page begins: `next_cursor` of the page before, or its Link header.",
        schema={"type": "string"},
        example="",
    )


def fields_parameter(item: type[msgspec.Struct]) -> Parameter:
    """Which members the items have; those that tell what an item is are always there."""
    names = tuple(each.name for each in msgspec.structs.fields(item))

    def read(text: str) -> list[str]:
        chosen = text.split(",")
        for name in chosen:
            if name not in names:
                raise WrongValue(f"{quoted(name)} is no member", nearest_of(name, names))
        return chosen

    return Parameter(
        name="fields",
        sentence="Only these members, several times or with commas between; those that name an item are always told.",
        schema={"type": "string", "enum": names},
        example=names[1],
        read=read,
        is_list=True,
    )


def list_parameters(item: type[msgspec.Struct]) -> tuple[Parameter, ...]:
    """The parameters of every list of these items."""
    return fields_parameter(item), limit_parameter(), cursor_parameter()


def city_parameter(sentence: str) -> Parameter:
    """A scene."""
    return Parameter(name="city", sentence=sentence, schema=_SLUG, example="seattle", read=read_slug)


def chosen(record: Mapping[str, Any], asked: Asked, item: type[msgspec.Struct]) -> dict[str, Any]:
    """The members of a record that are asked for by `fields`."""
    if asked["fields"] is None:
        return dict(record)
    always = {each.name for each in msgspec.structs.fields(item) if each.required}
    names = always.union(*asked["fields"])
    return {name: value for name, value in record.items() if name in names}


def limit_of(asked: Asked) -> int:
    """Items of a page."""
    return asked["limit"] or USUAL


def _read(parameter: Parameter, texts: list[str], problems: list[QueryProblem]) -> Any:
    if len(texts) > 1 and not parameter.is_list:
        problems.append(QueryProblem(parameter.name, f"is given {len(texts)} times and takes one value"))
        return None
    values = []
    for text in texts:
        try:
            if not text or len(text) > _LONGEST or not text.isprintable():
                raise WrongValue(f"{quoted(text)} is no value")
            values.append(parameter.read(text))
        except WrongValue as problem:
            problems.append(QueryProblem(parameter.name, str(problem), problem.nearest))
    if not values:
        return None
    return values if parameter.is_list else values[0]


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MOST):
        raise WrongValue(f"{quoted(text)} is no number from 1 to {MOST}")
    return int(text)
