"""The bill of a row: its acts in order, its presenter, tour and flags. Pure functions.

What a title alone cannot decide ("Tyler, The Creator" or two acts?) is decided by the names that other rows attest.
`read_names` tells which names a row attests for others, and which matter to its own title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from carpenter.parsing.letter_case import display_case, is_shouting
from carpenter.parsing.vocabulary import vocabulary
from carpenter.titles.act_names import read_listed, read_piece
from carpenter.titles.bill import Act, Bill
from carpenter.titles.lineup import Candidate, Lineup
from carpenter.titles.lineup_parser import read_lineup
from carpenter.titles.name_types import is_evening, is_nobody, is_stand_in, is_the_room
from carpenter.titles.title import Title
from carpenter.titles.title_parser import parse_twice
from carpenter.titles.tokens import Joint
from sms_text.text import clean, fold_key

Listed = Sequence[str | Mapping[str, Any]]
"""Performers that a source lists apart from the title: names, or mappings with `name` and perhaps `role`."""


_DJ_ROLES = {"dj", "dj set", "dj_set"}
_HOST_ROLES = {"host", "mc", "emcee", "hosted by"}


class RowNames(NamedTuple):
    """What a row says of names by itself; names of acts are folded keys."""

    bill: Bill
    """Read with no other names known than those that the row attests."""
    attested: frozenset[str]
    """The names that the row proves by itself to be acts: those listed, else those its title leaves no doubt about."""
    asked: frozenset[str]
    """The further names on which the reading of its title depends."""


def read_names(title: str | None, listed: Listed, venue_name: str | None = None) -> RowNames:
    """The bill of a row, what it attests and what it asks about.

    A title's reading depends on the names that its stretches could be. None of these goes across a slash, a bar, a
    bullet or a line's end, which stand in no name, nor across "special guests" or "hosted by"; and where a listed
    performer stands in the title, the list has decided. What a row attests is known when the row is read.
    """
    printed, parsed = parse_twice(title, venue_name)
    listed_acts = _listed_acts(listed)
    is_support = _is_support(listed)
    open_names = _open_names(printed, listed_acts)
    venue_key = fold_key(venue_name or "")
    first = read_lineup(printed, frozenset()) if is_support or not listed_acts else None
    attested = set(listed_acts)
    if first is not None:
        attested.update([act.piece.key for act in first.acts if act.is_certain])
    known = {key for key in attested.intersection(open_names) if not is_evening(key)}
    if first is None or listed_acts or parsed is not printed or not _is_settled(first, parsed, known, venue_key):
        first = None
    bill = _bill(parsed, known, listed_acts, venue_key, first, is_support=is_support)
    return RowNames(bill, frozenset(attested), frozenset(open_names).difference(attested))


def read_bill(
    title: str | None, listed: Listed, is_known: Callable[[str], bool], *, venue_name: str | None = None
) -> Bill:
    """The bill of a row. `is_known` says of a folded name whether any row attests that it is an act.

    It is asked for the names that `read_names(title, listed)` attests and asks about, and for no others. A listed
    line-up is taken as it is; where the title names those performers and more, the title is the bill and the list
    confirms it. Where all that are listed have the role "support", they play after those of the title.
    """
    printed, parsed = parse_twice(title, venue_name)
    listed_acts = _listed_acts(listed)
    known = {key for key in _open_names(printed, listed_acts) if is_known(key) and not is_evening(key)}
    return _bill(parsed, known, listed_acts, fold_key(venue_name or ""), None, is_support=_is_support(listed))


_HARD = frozenset({Joint.WITH, Joint.FEATURING, Joint.GUESTS, Joint.LIST, Joint.COMMA})


def _is_settled(found: Lineup, title: Title, known: set[str], venue_key: str) -> bool:
    """Is what was read of a title with no name known all that there is, when those are known that it proves?

    So it is where nothing but hard separators parts the names, each of those known stands in its own place alone, and
    none is the room's.
    """
    if found.headline is not None or title.presenter is not None or title.is_cut or not _HARD.issuperset(title.joints):
        return False
    if title.opening is Joint.HOST:
        return False
    places = [keys for _, _, keys in title.stretches if not known.isdisjoint(keys)]
    proven = [act for act in found.acts if act.is_certain and act.piece.key in known]
    if len(places) != len(proven) or any(len(keys) > 1 and keys[0] in known for keys in places):
        return False
    venue_words = _words(venue_key)
    return not any(is_the_room(act.piece.name, act.piece.key, venue_words) for act in found.acts)


def _bill(
    parsed: Title,
    known: set[str],
    listed_acts: Mapping[str, Act],
    venue_key: str,
    lineup: Lineup | None,
    *,
    is_support: bool,
) -> Bill:
    """`lineup` is what the title says by the names that are known, if it has been read."""
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


@lru_cache(maxsize=16_384)
def _words(venue_key: str) -> frozenset[str]:
    return frozenset(venue_key.split())


def _open_names(parsed: Title, listed_acts: Mapping[str, Act]) -> list[str]:
    """The folded names to look for in a title, but for those across a listed one."""
    names = [fold_key(parsed.presenter)] if parsed.presenter else []
    taken: set[int] = set()
    if listed_acts:
        for first, last, keys in parsed.stretches:
            if first not in taken and not listed_acts.keys().isdisjoint(keys):
                taken.update(range(first, last + 1))
    for first, last, keys in parsed.stretches:
        if not taken or taken.isdisjoint(range(first, last + 1)):
            names += keys
    return names


def _is_support(listed: Listed) -> bool:
    """Does a source list no more than who plays beside the headliner?"""
    return bool(listed) and all(not isinstance(entry, str) and entry.get("role") == "support" for entry in listed)


def _listed_acts(listed: Listed) -> dict[str, Act]:
    """The performers that a source lists, by folded name in its order, less stand-ins and repetitions."""
    acts: dict[str, Act] = {}
    for entry in listed:
        printed, role = (entry, None) if isinstance(entry, str) else (entry.get("name"), entry.get("role"))
        name = clean(printed) if isinstance(printed, str) else None
        if name is not None and (found := _listed_act(name, str(role or "").strip().lower())) is not None:
            acts.setdefault(*found)
    if acts and is_shouting(" ".join([act.name for act in acts.values()])):
        return {key: Act(display_case(act.name), act.role, act.origin) for key, act in acts.items()}
    return acts


@lru_cache(maxsize=65_536)
def _listed_act(name: str, role: str) -> tuple[str, Act] | None:
    """A listed performer with the folded name; None for a stand-in or the name of an evening."""
    if is_stand_in(name):
        return None
    piece = read_listed(name)
    if is_evening(piece.key):
        return None
    told = "host" if role in _HOST_ROLES else "dj" if role in _DJ_ROLES or piece.is_dj else ""
    return piece.key, Act(piece.name, told, piece.origin)


def _playing(found: list[Candidate], title: Title, known: Iterable[str]) -> list[Candidate]:
    """The acts of the title; an act that presents its own programme plays it."""
    presenter = title.presenter
    if presenter is None or len(found) > 1 or any(candidate.is_known for candidate in found):
        return found
    plays_itself = not _is_house(presenter) and (not found or fold_key(presenter) in known)
    own = Candidate(read_piece(presenter), is_known=True, is_certain=False)
    return [own] if plays_itself and own.piece.name else found


def _is_house(presenter: str) -> bool:
    words = fold_key(presenter).split()
    return not words or words[-1] in vocabulary().presenters or "and" in words or is_nobody(presenter)


def _act(candidate: Candidate, title: Title) -> tuple[str, Act]:
    piece = candidate.piece
    role = "host" if candidate.is_host else "dj" if piece.is_dj else ""
    if not title.is_shouted:
        return piece.key, Act(piece.name, role, piece.origin, candidate.may_be_cut)
    name = display_case(piece.name)
    return fold_key(name), Act(name, role, piece.origin, candidate.may_be_cut)


def _merged(listed: Mapping[str, Act], titled: list[tuple[str, Act]]) -> list[tuple[str, Act]]:
    """One bill of the list and the title, by folded name.

    A title that names a listed performer is a bill: its order holds (some sources list the opener first), and whom it
    names beside is on the bill too (some list only those who have a page). Other titles name the night: the list holds.
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
