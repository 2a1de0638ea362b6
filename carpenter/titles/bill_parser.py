"""Reads the bill of a row from its title and the performers that its source lists. Pure functions.

What a title alone cannot decide ("Tyler, The Creator" or two acts?) is decided by the names that other rows attest.
Those are known only when every row has been read once, so a title has two readers: `read_names` reads it by the row
alone, in the first pass, and returns the names on which its reading depends; `read_bill` reads it again, where another
row attests one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from carpenter.parsing.letter_case import display_case, is_shouting
from carpenter.parsing.vocabulary import vocabulary
from carpenter.titles.act_names import read_act_name, read_listed_name
from carpenter.titles.bill import Act, Bill
from carpenter.titles.lineup import FoundAct, Lineup
from carpenter.titles.lineup_parser import read_lineup
from carpenter.titles.name_types import is_event_type, is_guest_placeholder, is_placeholder, is_tour, is_venue_name
from carpenter.titles.title import Title
from carpenter.titles.title_parser import parse_title
from carpenter.titles.tokens import Separator
from carpenter.titles.well_known import well_known_acts
from sms_text.text import clean, fold_key

Listed = Sequence[str | Mapping[str, Any]]
"""Performers that a source lists apart from the title: names, or mappings with `name` and perhaps `role`."""


_DJ_ROLES = {"dj", "dj set", "dj_set"}
_HOST_ROLES = {"host", "mc", "emcee", "hosted by"}


class RowNames(NamedTuple):
    """The bill of a row by the row alone, with the names that it attests and asks about, folded."""

    bill: Bill
    """Read with no names known but those that the row itself attests."""
    attested: frozenset[str]
    """The names that the row proves to be acts: its listed performers, else the names in its title that are certain."""
    asked: frozenset[str]
    """The other names that would change its bill if they were known to be acts."""


def read_names(title: str | None, listed: Listed, venue_name: str | None = None) -> RowNames:
    """The bill of a row by the row alone, with the names that it attests and asks about.

    It asks about the names that the title's candidate spans could be, except where they touch a listed performer: there
    the list has decided.
    """
    printed, parsed = parse_title(title, venue_name)
    listed_acts = _listed_acts(listed)
    is_support = _is_support(listed)
    open_names = _open_names(printed, listed_acts)
    venue_key = fold_key(venue_name or "")
    first = read_lineup(printed, frozenset()) if is_support or not listed_acts else None
    attested = set(listed_acts)
    if first is not None:
        attested.update([act.act_name.key for act in first.acts if act.is_certain])
    known = {key for key in attested.union(well_known_acts()).intersection(open_names) if not is_event_type(key)}
    if first is None or listed_acts or parsed is not printed or not _is_settled(first, parsed, known, venue_key):
        first = None
    bill = _bill(parsed, known, listed_acts, venue_key, first, is_support=is_support)
    return RowNames(bill, frozenset(attested), frozenset(open_names).difference(attested))


def read_bill(
    title: str | None, listed: Listed, is_known: Callable[[str], bool], *, venue_name: str | None = None
) -> Bill:
    """The bill of a row, given whether any row attests that a folded name is an act.

    `is_known` is called with no names but those that `read_names` returned for this row as attested or asked, so that a
    build may load those alone.

    - Performers listed by the source are the bill, and the title names the event.
    - Where the title names one of them, the title is the bill, and listed performers that it leaves out follow.
    - Where all listed performers have the role "support", they follow the acts of the title.
    """
    printed, parsed = parse_title(title, venue_name)
    listed_acts = _listed_acts(listed)
    open_names = _open_names(printed, listed_acts)
    known = {key for key in open_names if not is_event_type(key) and (key in well_known_acts() or is_known(key))}
    return _bill(parsed, known, listed_acts, fold_key(venue_name or ""), None, is_support=_is_support(listed))


_UNDISPUTED = frozenset({Separator.WITH, Separator.FEATURING, Separator.GUESTS, Separator.LIST, Separator.COMMA})


def _is_settled(found: Lineup, title: Title, known: set[str], venue_key: str) -> bool:
    """Would the title be read the same with the `known` names as without any, so that `found` can stand?

    It would where no conjunction, colon or dash has to be decided, each known name is a certain act of `found` and part
    of no other candidate span, and no act found is the venue.
    """
    if (
        found.headline is not None
        or title.presenter is not None
        or title.is_cut
        or not _UNDISPUTED.issuperset(title.separators)
    ):
        return False
    if title.opening is Separator.HOST:
        return False
    places = [keys for _, _, keys in title.candidate_spans if not known.isdisjoint(keys)]
    proven = [act for act in found.acts if act.is_certain and act.act_name.key in known]
    if len(places) != len(proven) or any(len(keys) > 1 and keys[0] in known for keys in places):
        return False
    venue_words = _words(venue_key)
    return not any(is_venue_name(act.act_name.name, act.act_name.key, venue_words) for act in found.acts)


def _bill(
    parsed: Title,
    known: set[str],
    listed_acts: Mapping[str, Act],
    venue_key: str,
    lineup: Lineup | None,
    *,
    is_support: bool,
) -> Bill:
    """`lineup` is that of the title by the known names, where it has been read already."""
    known |= listed_acts.keys()
    if lineup is None:
        lineup = read_lineup(parsed, known, _words(venue_key))
    if venue_key in listed_acts:
        listed_acts = {key: act for key, act in listed_acts.items() if key != venue_key}
    titled = [_act(candidate, parsed) for candidate in _playing(lineup.acts, parsed, known)]
    acts = [*titled, *listed_acts.items()] if is_support else _merged(listed_acts, titled)
    return Bill(
        acts=_with_roles(acts),
        presenter=parsed.presenter,
        tour=lineup.tour,
        headline=lineup.headline,
        flags=parsed.flags | lineup.flags,
    )


def _words(venue_key: str) -> frozenset[str]:
    return frozenset(venue_key.split())


def _open_names(parsed: Title, listed_acts: Mapping[str, Act]) -> list[str]:
    """The folded names that a title could hold, but for those of spans that overlap a listed performer."""
    names = [fold_key(parsed.presenter)] if parsed.presenter else []
    taken: set[int] = set()
    if listed_acts:
        for first, last, keys in parsed.candidate_spans:
            if first not in taken and not listed_acts.keys().isdisjoint(keys):
                taken.update(range(first, last + 1))
    for first, last, keys in parsed.candidate_spans:
        if not taken or taken.isdisjoint(range(first, last + 1)):
            names += keys
    return names


def lists_performers(listed: Listed) -> bool:
    """Does a source list anybody apart from the title, and not only placeholders?"""
    return bool(_listed_acts(listed))


def _is_support(listed: Listed) -> bool:
    """Does a source list the supporting acts only?"""
    return bool(listed) and all(not isinstance(entry, str) and entry.get("role") == "support" for entry in listed)


def _listed_acts(listed: Listed) -> dict[str, Act]:
    """The performers that a source lists, by folded name in its order, without placeholders and repetitions."""
    acts: dict[str, Act] = {}
    for entry in listed:
        printed, role = (entry, None) if isinstance(entry, str) else (entry.get("name"), entry.get("role"))
        name = clean(printed) if isinstance(printed, str) else None
        if name is not None and (found := _listed_act(name, str(role or "").strip().lower())) is not None:
            acts.setdefault(*found)
    if acts and is_shouting(" ".join([act.name for act in acts.values()])):
        return {key: Act(display_case(act.name), act.role, act.origin) for key, act in acts.items()}
    return acts


@lru_cache(maxsize=65_536)  # saves 0.6 % of reading rows: acts play often
def _listed_act(name: str, role: str) -> tuple[str, Act] | None:
    """A listed performer with the folded name; None for a placeholder or a type of event."""
    if is_guest_placeholder(name):
        return None
    act_name = read_listed_name(name)
    if is_event_type(act_name.key) or is_tour(act_name.name) or _is_festival(act_name.key):
        return None
    listed_role = "host" if role in _HOST_ROLES else "dj" if role in _DJ_ROLES or act_name.is_dj else ""
    return act_name.key, Act(act_name.name, listed_role, act_name.origin)


def _is_festival(key: str) -> bool:
    """Does a folded name of several words end as a festival's does? Sellers list festivals among performers."""
    return " " in key and key.endswith((" festival", " fest", " weekender"))


def _playing(found: list[FoundAct], title: Title, known: Iterable[str]) -> list[FoundAct]:
    """The acts of the title. An act that presents its own show plays it, unless the title names others."""
    presenter = title.presenter
    if presenter is None or len(found) > 1 or any(candidate.is_known for candidate in found):
        return found
    plays_itself = not _is_promoter(presenter) and (not found or fold_key(presenter) in known)
    own = FoundAct(read_act_name(presenter), is_known=True, is_certain=False)
    return [own] if plays_itself and own.act_name.name else found


def _is_promoter(presenter: str) -> bool:
    words = fold_key(presenter).split()
    return not words or words[-1] in vocabulary().presenters or "and" in words or is_placeholder(presenter)


def _act(candidate: FoundAct, title: Title) -> tuple[str, Act]:
    act_name = candidate.act_name
    role = "host" if candidate.is_host else "dj" if act_name.is_dj else ""
    if not title.is_shouted:
        return act_name.key, Act(act_name.name, role, act_name.origin, candidate.may_be_cut)
    name = display_case(act_name.name)
    return fold_key(name), Act(name, role, act_name.origin, candidate.may_be_cut)


def _merged(listed: Mapping[str, Act], titled: list[tuple[str, Act]]) -> list[tuple[str, Act]]:
    """One bill of the listed performers and the acts of the title, by folded name.

    A title that names a listed performer is a bill: its order holds (some sources list the opener first), and its other
    names are on the bill too (some sources list only acts that have a page). Any other title names the event.
    """
    if not listed:
        return titled
    if listed.keys().isdisjoint([key for key, _ in titled]):
        return list(listed.items())
    return [(key, listed.get(key, act)) for key, act in titled] + list(listed.items())


def _with_roles(acts: Iterable[tuple[str, Act]]) -> tuple[Act, ...]:
    billed: dict[str, Act] = {}
    for key, act in acts:
        if key in billed:
            continue
        role = "support" if billed else "headliner"
        billed[key] = act if act.role else Act(act.name, role, act.origin, act.may_be_cut)
    return tuple(billed.values())
