"""Does a conjunction ("&", "and", "x", "vs", "at") separate two acts, or is it part of one name? Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from carpenter.parsing.vocabulary import vocabulary
from carpenter.titles.name_types import (
    is_backing,
    is_dj,
    is_ensemble,
    is_event_type,
    is_guest_placeholder,
    is_work,
)
from carpenter.titles.segments import ConjunctionRun, NameToken
from carpenter.titles.tokens import Separator

_NOBODY_ALONE = frozenset(
    (
        "me i you us we him her them they it he she all everything everybody everyone men women"
        " other others else more nothing"
    ).split()
)
"""Words that are no act's whole name beside another: "Between the Buried and Me"."""
_OPENS_PHRASE = frozenset(
    "of between from against under beyond beneath into without within among until since before after".split()
)
"""Words with which a name may begin that goes on after "and": "Of Mice & Men", "From Ashes and Ember"."""
LONGEST_BACKING = 3
"""Words in the name of a band that backs one player: "Copper Kettle Band"."""


class Context(NamedTuple):
    """The surroundings of a run in its title."""

    introduction: Separator | None
    is_alone: bool
    """Is it the only run of its segment?"""
    ends_list: bool
    """Is it the end of a list with commas, where "and" belongs to the list?"""


def split(run: ConjunctionRun, context: Context) -> list[list[NameToken]]:
    """The names of a run, grouped into acts: the names of one group are one act's name together."""
    tokens, separators = run.tokens, run.separators
    if Separator.AT in separators and any(token.is_known for token in tokens[: separators.index(Separator.AT) + 1]):
        at = separators.index(Separator.AT)
        tokens, separators = tokens[: at + 1], separators[:at]
    others = [separator for separator, token in zip(separators, tokens[1:], strict=True) if not is_backing(token.name)]
    groups = [[tokens[0]]]
    for separator, token in zip(separators, tokens[1:], strict=True):
        if _separates(groups[-1], separator, token, others, context):
            groups.append([token])
        else:
            groups[-1].append(token)
    return groups


def _separates(
    left: list[NameToken], separator: Separator, right: NameToken, others: Sequence[Separator], context: Context
) -> bool:
    """The evidence in order: the words, known names, the other conjunctions of the run, its surroundings."""
    before = left[-1]
    if separator in {Separator.AT, Separator.VERSUS, Separator.CROSS}:
        return separator is Separator.CROSS or (separator is Separator.VERSUS and before.is_known and right.is_known)
    if _is_one_phrase(before.name, right.name) and not (before.is_known and right.is_known):
        return False
    if is_work(right.name) or (before.is_known and right.is_known and len(left) == 1):
        return True
    if _is_backing_band(before, separator, right, context):
        return False
    if is_dj(right.name) or is_dj(before.name) or is_guest_placeholder(right.name) or is_event_type(right.act_name.key):
        return True
    if before.name.lower() in vocabulary().placeholders:
        return True
    if (separates := _separates_by_rank(separator, others)) is not None:
        return separates
    return before.is_known or right.is_known or _separates_by_custom(before, separator, right, context)


def _is_one_phrase(left: str, right: str) -> bool:
    """Does grammar hold two names together: does the right one begin nothing, or the left one lack its end?"""
    if right.lower() in _NOBODY_ALONE:
        return True
    words = left.lower().split()
    return len(right.split()) == 1 and len(words) > 1 and words[0] in _OPENS_PHRASE


def _is_backing_band(before: NameToken, separator: Separator, right: NameToken, context: Context) -> bool:
    """Is the right name the band of the left: "Ada & the Paper Lanterns"? Not where both begin with "The"."""
    if is_backing(right.name):
        return not (before.name.lower().startswith("the ") and right.name.lower().startswith("the "))
    is_listing = context.introduction is not None or context.ends_list
    return (
        is_ensemble(right.name)
        and right.word_count <= LONGEST_BACKING
        and not (separator is Separator.AND and is_listing)
    )


def _separates_by_rank(separator: Separator, others: Sequence[Separator]) -> bool | None:
    """By the other conjunctions: in "A & B and C" only "and" separates, in "A & B & C" each does; else None."""
    if separator is Separator.AMPERSAND and Separator.AND in others:
        return False
    if separator is Separator.AND and Separator.AMPERSAND in others:
        return True
    return True if others.count(separator) > 1 else None


def _separates_by_custom(before: NameToken, separator: Separator, right: NameToken, context: Context) -> bool:
    """By custom, where no name is known: two full names are two acts, two first names a duo; in a list "&" joins."""
    if right.word_count == 1 and " of " in before.name.lower():
        return False
    if context.is_alone:
        return context.introduction is not None or max(before.word_count, right.word_count) > 1
    return context.ends_list and (separator is Separator.AND or min(before.word_count, right.word_count) > 1)
