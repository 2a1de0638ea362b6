"""The bill of a row: its acts in order, its presenter, tour and flags. Pure functions.

What a title alone cannot decide ("Tyler, The Creator" or two acts?) is decided by the names that other rows attest.
`asked_names` are the names that matter to a title; `attested_names` what it attests for others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from carpenter.lineup import Candidate, read_lineup
from carpenter.names import is_nobody, is_stand_in
from carpenter.patches import patches
from carpenter.pieces import read_piece
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

    It is asked for the names in `asked_names(title, listed)` and no others. A listed line-up is taken as it is; where
    the title names those performers and more, the title is the bill and the list confirms it. Where all that are listed
    have the role "support", they play after those of the title.
    """
    parsed = parse_title(title, venue_name)
    listed_acts = _listed_acts(listed)
    known = listed_acts.keys() | {key for key in _asked(title, listed_acts) if is_known(key)}
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


def asked_names(title: str | None, listed: Listed) -> tuple[str, ...]:
    """The folded names on which the reading of this title depends; those listed need no asking."""
    return _asked(title, _listed_acts(listed))


def _asked(title: str | None, listed_acts: Mapping[str, Act]) -> tuple[str, ...]:
    parsed = parse_title(title)
    keys = [key for _, _, keys in parsed.stretches for key in keys]
    if parsed.presenter:
        keys.append(fold_key(parsed.presenter))
    return tuple(key for key in dict.fromkeys(keys) if key not in listed_acts)


def attested_names(title: str | None, listed: Listed) -> tuple[str, ...]:
    """The names that this row proves by itself to be acts: those listed, else those its title leaves no doubt about."""
    names = [act.name for act in _listed_acts(listed).values()]
    if not names or _is_support(listed):
        found = read_lineup(parse_title(title), frozenset()).acts
        names = [*(candidate.piece.name for candidate in found if candidate.is_certain), *names]
    return tuple(dict.fromkeys(names))


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
        piece = read_piece(name)
        name = piece.name or name
        if role in _HOST_ROLES:
            role = "host"
        elif role in _DJ_ROLES or piece.is_dj:
            role = "dj"
        else:
            role = ""
        acts.setdefault(fold_key(name), Act(name, role, piece.origin))
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
    return Act(name, role, candidate.piece.origin)


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
        billed.setdefault(fold_key(act.name), Act(act.name, role, act.origin))
    return tuple(billed.values())
