"""Does "&", "and" or "x" part two acts, or is it a word of one act's name? Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from carpenter.titles.name_types import is_backing, is_dj, is_ensemble, is_stand_in, is_work
from carpenter.titles.segments import Run, Unit
from carpenter.titles.tokens import Joint

LONGEST_BACKING = 3
"""Words in the name of a band that backs one player: "Copper Kettle Band"."""


class Context(NamedTuple):
    """Where in the title a run stands."""

    introduction: Joint | None
    is_alone: bool
    """Is there no hard separator beside it in its clause?"""
    ends_list: bool
    """Is it the end of a list with commas, where "and" is the list's own?"""


def split_run(run: Run, context: Context) -> list[list[Unit]]:
    """Groups the units of a run into acts; a group of several is one act's name."""
    units, joints = run.units, run.joints
    if Joint.AT in joints and any(unit.is_known for unit in units[: joints.index(Joint.AT) + 1]):
        at = joints.index(Joint.AT)
        units, joints = units[: at + 1], joints[:at]
    listing = [joint for joint, unit in zip(joints, units[1:], strict=True) if not is_backing(unit.name)]
    groups = [[units[0]]]
    for joint, unit in zip(joints, units[1:], strict=True):
        if _parts(groups[-1], joint, unit, listing, context):
            groups.append([unit])
        else:
            groups[-1].append(unit)
    return groups


def _parts(left: list[Unit], joint: Joint, right: Unit, listing: Sequence[Joint], context: Context) -> bool:
    """The evidence in order: what the words are, known names, the other joints, where it stands."""
    before = left[-1]
    if joint in {Joint.AT, Joint.VERSUS, Joint.CROSS}:
        return joint is Joint.CROSS or (joint is Joint.VERSUS and before.is_known and right.is_known)
    if is_work(right.name) or (before.is_known and right.is_known and len(left) == 1):
        return True
    if _backs(before, joint, right, context):
        return False
    if is_dj(right.name) or is_dj(before.name) or is_stand_in(right.name):
        return True
    if (parts := _parts_by_rank(joint, listing)) is not None:
        return parts
    return before.is_known or right.is_known or _parts_by_custom(before, joint, right, context)


def _backs(before: Unit, joint: Joint, right: Unit, context: Context) -> bool:
    """Is the right one the band of the left: "Ada & the Paper Lanterns"? Of two with "The", neither is."""
    if is_backing(right.name):
        return not (before.name.lower().startswith("the ") and right.name.lower().startswith("the "))
    is_listing = context.introduction is not None or context.ends_list
    return is_ensemble(right.name) and right.word_count <= LONGEST_BACKING and not (joint is Joint.AND and is_listing)


def _parts_by_rank(joint: Joint, listing: Sequence[Joint]) -> bool | None:
    """What the run's joints say together: of "A & B and C" the "and" parts, of "A & B & C" all do; else None."""
    if joint is Joint.AMPERSAND and Joint.AND in listing:
        return False
    if joint is Joint.AND and Joint.AMPERSAND in listing:
        return True
    return True if listing.count(joint) > 1 else None


def _parts_by_custom(before: Unit, joint: Joint, right: Unit, context: Context) -> bool:
    """Nobody is known. Full names beside each other are two acts, first names a duo; in a list "&" stays in a name."""
    if right.word_count == 1 and " of " in before.name.lower():
        return False
    if context.is_alone:
        return context.introduction is not None or max(before.word_count, right.word_count) > 1
    return context.ends_list and (joint is Joint.AND or min(before.word_count, right.word_count) > 1)
