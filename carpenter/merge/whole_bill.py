"""The bill of a show of all rows that add to it, and the hour at which its first act begins. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from carpenter.events.names import are_one_name
from carpenter.model import Reading
from carpenter.titles.bill import Act


class WholeBill(NamedTuple):
    """The acts of a show, with the row whose order they keep."""

    acts: tuple[Act, ...]
    keys: tuple[str, ...]
    """Their folded names."""
    first: Reading
    """The row that the bill begins with."""
    is_of_several: bool
    """Do other rows add acts to it?"""


def whole_bill(ranked: Sequence[Reading]) -> WholeBill | None:
    """The bill of readings in order of priority; None where none names an act.

    It begins with the first row that names any, or with another that names all of that row's acts and more. Then
    follow, row by row, acts that only others name: listings that print the headliner alone leave the rest to them, and
    some sources give each act a row. What may be a cut name, or a part of a name that the bill has, adds nobody.
    """
    naming = [reading for reading in ranked if reading.bill.acts]
    if not naming:
        return None
    first = naming[0]
    for reading in naming[1:]:
        if len(reading.billed) > len(first.billed) and all(_stands_in(key, reading.billed) for key in first.billed):
            first = reading
    acts, keys = list(first.bill.acts), list(first.billed)
    for reading in naming:
        if reading is first or not _adds(reading, keys, naming):
            continue
        for act, key in zip(reading.bill.acts, reading.billed, strict=True):
            if not act.may_be_cut and not _stands_in(key, keys) and not _overlaps(key, keys):
                acts.append(replace(act, role="support") if act.role == "headliner" else act)
                keys.append(key)
    return WholeBill(tuple(acts), tuple(keys), first, len(acts) > len(first.bill.acts))


def _adds(reading: Reading, keys: Sequence[str], naming: Sequence[Reading]) -> bool:
    """Does a row tell of this bill: does it name one of its acts, or is it one of its source's rows, an act each?"""
    if any(_stands_in(key, keys) for key in reading.billed):
        return True
    of_source = [other for other in naming if other.row.source.slug == reading.row.source.slug]
    return len(of_source) > 1 and all(len(other.billed) == 1 for other in of_source)


def _stands_in(key: str, keys: Sequence[str]) -> bool:
    return any(are_one_name(key, other) for other in keys)


def _overlaps(key: str, keys: Sequence[str]) -> bool:
    """Is a name a part of one that the bill has, or has it one as a part: "Ada Fox" and "Ada Fox Trio"?"""
    padded = f" {key} "
    return any(padded in f" {other} " or f" {other} " in padded for other in keys)


def later_sets(group: Sequence[Reading]) -> set[datetime]:
    """When the later acts begin, where one source gives each act of a show a row with the hour of its set."""
    by_source: dict[str, list[Reading]] = defaultdict(list)
    for reading in group:
        if reading.act_keys and reading.instants.starts_at is not None:
            by_source[reading.row.source.slug].append(reading)
    later: set[datetime] = set()
    for rows in by_source.values():
        if len(rows) > 1 and all(a.act_keys.isdisjoint(b.act_keys) for a, b in combinations(rows, 2)):
            starts = {row.instants.starts_at for row in rows if row.instants.starts_at is not None}
            later |= starts - {min(starts)}
    return later
