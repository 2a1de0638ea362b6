"""Names that a source cut short at the end of a title, made whole by what other rows of the show name. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from carpenter.model import Note, Reading
from carpenter.titles.bill import Act

_CUT_MARKS = ("...", "\u2026")
_JOINED = (" and ", " and the ", " ")
"""How "&" and "and", or a comma, are folded within a name."""


def with_whole_names(group: Sequence[Reading]) -> Sequence[Reading]:
    """The readings of one show, in order; a last name that may be cut is the act of another row that begins so."""
    if len(group) < 2:
        return group
    cut = [_cut_at(reading) for reading in group]
    if all(at is None for at in cut):
        return group
    named: dict[str, Act] = {}
    whole: set[str] = set()
    for reading, at in zip(group, cut, strict=True):
        for number, (key, act) in enumerate(zip(reading.billed, reading.bill.acts, strict=True)):
            named.setdefault(key, act)
            if number != at:
                whole.add(key)
    return [
        reading if at is None or reading.billed[at] in whole else _with_whole_name(reading, at, named)
        for reading, at in zip(group, cut, strict=True)
    ]


def _cut_at(reading: Reading) -> int | None:
    """The position in its bill of the act whose name the title may have cut; None for none."""
    acts = reading.bill.acts
    for at, act in enumerate(acts):
        if act.may_be_cut:
            return at
    title = reading.row.data.get("title") or ""
    return len(acts) - 1 if acts and title.endswith(_CUT_MARKS) else None


def _with_whole_name(reading: Reading, at: int, named: Mapping[str, Act]) -> Reading:
    keys, acts = reading.billed, reading.bill.acts
    first, found = _whole(keys, at, named)
    if not found:
        return reading
    told = dict(zip(keys[:first], acts[:first], strict=True))
    for key in found:
        told.setdefault(key, replace(named[key], role=acts[first].role))
    for key, act in zip(keys[at + 1 :], acts[at + 1 :], strict=True):
        told.setdefault(key, act)
    cut = " and ".join(each.name for each in acts[first : at + 1])
    name = " and ".join(named[key].name for key in found)
    note = Note("bill", f"{cut!r} is {name!r} cut short, as another row of the show names it")
    return replace(
        reading,
        bill=replace(reading.bill, acts=tuple(told.values())),
        billed=tuple(told),
        act_keys=frozenset(told),
        notes=(*reading.notes, note),
    )


def _whole(keys: Sequence[str], at: int, named: Mapping[str, Act]) -> tuple[int, tuple[str, ...]]:
    """The names of which the one at a position is the beginning, and the first position that they take the place of."""
    if (key := _begun_by(keys[at], named)) is not None:
        return at, (key,)
    for joined in _JOINED if at > 0 else ():
        if (key := _begun_by(f"{keys[at - 1]}{joined}{keys[at]}", named)) is not None:
            return at - 1, (key,)
    before, _, rest = keys[at].rpartition(_JOINED[0])
    if before in named and (key := _begun_by(rest.removeprefix("the "), named)) is not None:
        return at, (before, key)
    return at, ()


def _begun_by(beginning: str, named: Mapping[str, Act]) -> str | None:
    """The one name that begins so and goes on, cut less or not at all; None where none does, or several do."""
    found = [key for key in named if key.startswith(beginning) and key != beginning]
    longest = [key for key in found if not any(other != key and other.startswith(key) for other in found)]
    return longest[0] if len(longest) == 1 else None
