"""The bill of a row: its acts in order, its presenter, tour and flags. Pure functions.

What a title alone cannot decide ("Tyler, The Creator" or two acts?) is decided by the names that other rows attest.
`survey_title` tells which names a row attests for others, and which matter to its own title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from carpenter.lineup import Candidate, read_lineup
from carpenter.names import is_evening, is_nobody, is_stand_in
from carpenter.patches import patches
from carpenter.pieces import read_listed, read_piece
from carpenter.text import clean, display_case, fold_key, is_shouting
from carpenter.titles import Title, parse_title

Listed = Sequence[str | Mapping[str, Any]]
"""Performers that a source lists apart from the title: names, or mappings with `name` and perhaps `role`."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a bill."""

    name: str
    role: str
    """headliner, support, dj or host."""
    origin: str | None = None
    """The town tag printed after the name: "PDX"."""
    may_be_cut: bool = field(default=False, compare=False)
    """Does a long title end in this name, so that the source may have cut it short?"""


@dataclass(frozen=True, slots=True)
class Bill:
    """Who plays, and what the title says beside it."""

    acts: tuple[Act, ...]
    presenter: str | None
    tour: str | None
    headline: str | None
    """The night's own name, where it is not an act's: "Harbor-Palooza #5"."""
    flags: frozenset[str]
    """sold_out, cancelled, postponed, rescheduled, moved, 21+ and the like, all_ages, early_show, late_show, free,
    package, livestream, album_release, tribute."""


_DJ_ROLES = {"dj", "dj set", "dj_set"}
_HOST_ROLES = {"host", "mc", "emcee", "hosted by"}


def read_bill(
    title: str | None, listed: Listed, is_known: Callable[[str], bool], *, venue_name: str | None = None
) -> Bill:
    """The bill of a row. `is_known` says of a folded name whether any row attests that it is an act.

    It is asked for the names that `survey_title(title, listed)` attests and asks about, and for no others. A listed
    line-up is taken as it is; where the title names those performers and more, the title is the bill and the list
    confirms it. Where all that are listed have the role "support", they play after those of the title.
    """
    listed_acts = _listed_acts(listed)
    parsed = printed = parse_title(title)
    if venue_name:
        parsed = parse_title(title, venue_name)
    known = {key for key in _open_names(printed, listed_acts) if is_known(key) and not is_evening(key)}
    known |= listed_acts.keys()
    venue_key = fold_key(venue_name or "")
    lineup = read_lineup(parsed, known, frozenset(venue_key.split()))
    listed_acts.pop(venue_key, None)
    titled = [_act(candidate, parsed) for candidate in _playing(lineup.acts, parsed, known)]
    acts = [*titled, *listed_acts.values()] if _is_support(listed) else _merged(listed_acts, titled)
    return Bill(
        acts=_with_roles(acts),
        presenter=parsed.presenter,
        tour=lineup.tour,
        headline=lineup.headline,
        flags=parsed.flags | lineup.flags,
    )


class Surveyed(NamedTuple):
    """What a row says of names, as folded keys."""

    attested: frozenset[str]
    """The names that the row proves by itself to be acts: those listed, else those its title leaves no doubt about."""
    asked: frozenset[str]
    """The further names on which the reading of its title depends."""


def survey_title(title: str | None, listed: Listed) -> Surveyed:
    """What a row attests and asks about.

    A title's reading depends on the names that its stretches could be. None of these goes across a slash, a bar, a
    bullet or a line's end, which stand in no name, nor across "special guests" or "hosted by"; and where a listed
    performer stands in the title, the list has decided. What a row attests is known when the row is read.
    """
    parsed = parse_title(title)
    listed_acts = _listed_acts(listed)
    attested = frozenset(map(fold_key, _attested(parsed, listed_acts, listed)))
    return Surveyed(attested, frozenset(_open_names(parsed, listed_acts)) - attested - listed_acts.keys())


def _attested(parsed: Title, listed_acts: Mapping[str, Act], listed: Listed) -> list[str]:
    names = [act.name for act in listed_acts.values()]
    if names and not _is_support(listed):
        return names
    return [act.piece.name for act in read_lineup(parsed, frozenset()).acts if act.is_certain] + names


def _open_names(parsed: Title, listed_acts: Mapping[str, Act]) -> list[str]:
    """The folded names to look for in a title, but for those across a listed one."""
    names = [fold_key(parsed.presenter)] if parsed.presenter else []
    taken: set[int] = set()
    if listed_acts:
        for first, last, keys in parsed.stretches:
            if first not in taken and any(key in listed_acts for key in keys):
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
        printed = entry if isinstance(entry, str) else entry.get("name")
        role = "" if isinstance(entry, str) else str(entry.get("role") or "").strip().lower()
        name = clean(printed) if isinstance(printed, str) else None
        if name is None or is_stand_in(name):
            continue
        piece = read_listed(name)
        if role in _HOST_ROLES:
            role = "host"
        elif role in _DJ_ROLES or piece.is_dj:
            role = "dj"
        else:
            role = ""
        key = fold_key(piece.name)
        if key not in acts and not is_evening(key):
            acts[key] = Act(piece.name, role, piece.origin)
    if is_shouting(" ".join(act.name for act in acts.values())):
        return {key: Act(display_case(act.name), act.role, act.origin) for key, act in acts.items()}
    return acts


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
    return not words or words[-1] in patches().presenters or "and" in words or is_nobody(presenter)


def _act(candidate: Candidate, title: Title) -> Act:
    name = display_case(candidate.piece.name) if title.is_shouted else candidate.piece.name
    role = "host" if candidate.is_host else "dj" if candidate.piece.is_dj else ""
    return Act(name, role, candidate.piece.origin, candidate.may_be_cut)


def _merged(listed: Mapping[str, Act], titled: list[Act]) -> list[Act]:
    """One bill of the list and the title.

    A title that names a listed performer is a bill: its order holds (some sources list the opener first), and whom it
    names beside is on the bill too (some list only those who have a page). Other titles name the night: the list holds.
    """
    if listed and not any(fold_key(act.name) in listed for act in titled):
        return list(listed.values())
    return [listed.get(fold_key(act.name), act) for act in titled] + list(listed.values())


def _with_roles(acts: Iterable[Act]) -> tuple[Act, ...]:
    billed: dict[str, Act] = {}
    for act in acts:
        role = act.role or ("support" if billed else "headliner")
        billed.setdefault(fold_key(act.name), Act(act.name, role, act.origin, act.may_be_cut))
    return tuple(billed.values())
