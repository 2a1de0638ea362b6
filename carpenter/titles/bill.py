"""Who plays, by a title and a list of performers: a value, and the form in which it is stored. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Act:
    """One act of a bill."""

    name: str
    role: str
    """headliner, support, dj or host."""
    origin: str | None = None
    """The town tag printed after the name: "PDX"."""
    may_be_cut: bool = field(default=False, compare=False)
    """Does a long title end in this name, so that the source may have cut it short?"""


@dataclass(slots=True)
class Bill:
    """Who plays, with the presenter, tour, event's name and flags of the title."""

    acts: tuple[Act, ...]
    presenter: str | None
    tour: str | None
    headline: str | None
    """The event's own name, where it has one: "Harbor-Palooza #5"."""
    flags: frozenset[str]
    """sold_out, cancelled, postponed, rescheduled, moved, 21+ and the like, all_ages, early_show, late_show, free,
    package, livestream, album_release, tribute."""


def bill_as_json(bill: Bill) -> dict[str, Any]:
    """A bill in the form in which it is stored."""
    return {
        "acts": [[act.name, act.role, act.origin, *([True] if act.may_be_cut else ())] for act in bill.acts],
        "presenter": bill.presenter,
        "tour": bill.tour,
        "headline": bill.headline,
        "flags": sorted(bill.flags),
    }


def stored_bill(stored: Mapping[str, Any]) -> Bill:
    """The bill that `bill_as_json` stored."""
    return Bill(
        acts=tuple(Act(*act) for act in stored["acts"]),
        presenter=stored["presenter"],
        tour=stored["tour"],
        headline=stored["headline"],
        flags=frozenset(stored["flags"]),
    )
