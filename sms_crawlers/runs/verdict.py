"""The verdict on a run: ok, suspect or failed, why, and in one line. Facts in, verdict out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sms_crawlers.runs.profile import Oddity

FEW_QUARANTINED = 2
QUARANTINED_SHARE = 0.05
"""A misprint or two happen in hand-written pages; more than that, and more than this share, is a changed layout."""

FEW_LISTED = 5
FEW_MISSED = 2
MISSED_SHARE = 0.05
"""Shows do vanish, one or two between two runs (one, where fewer than five are listed), a twentieth of a long listing.
More at once is a page that was cut, a query that failed, a layout that lost half its records."""

GAP = 5
GAP_AT_THE_END = 3
"""An answer that fails takes a page of a listing, and a cut takes its end: so many gone that follow each other, and
nothing seen in between or after, is no accident."""

MISSED_SHARE_IN_PART = 0.6
"""Of a source whose runs each see only a part, such as its newest posts: most of what the last good run saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What a source lists for the days ahead, and what of that a run did not see.

    It lists the rows that were there before the run and are not marked unlisted; of a source that no run lists in full,
    those that its last good run saw.
    """

    listed: int
    missed: int
    gap: int = 0
    """The most of the missed that follow each other by day."""
    at_the_end: int = 0
    """How many follow each other up to the last day that is listed."""


NOTHING_LISTED = Absence(listed=0, missed=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """All that a verdict goes by."""

    finish_reason: str
    """Scrapy's: "finished", "shutdown", or one of ours."""
    failures: Sequence[tuple[str, str]] = ()
    """Why the run has failed (requests, pages, mistakes in the spider, the database): each with its cause."""
    items: int = 0
    quarantined: int = 0
    skipped: int = 0
    may_be_empty: bool = False
    lists_all: bool = False
    """Is the source's listing complete, and did this run mean to read all of it?"""
    cut: str | None = None
    """What arrived incomplete, in one line."""
    in_part: str | None = None
    """Why the run read only a part of the listing, where it was not meant to read more."""
    absence: Absence = NOTHING_LISTED
    oddities: Sequence[Oddity] = ()
    accepted: bool = False
    """Has a person looked at the source, and says that it is as the run found it?"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """ok, suspect or failed; why, as one of `sms_database.models.raw.CAUSES`; and the same in one line."""

    verdict: str
    message: str = ""
    cause: str | None = None


def judge(facts: RunFacts) -> Verdict:
    """Judge a run. What is not ok must do no harm: it is no witness of anything that it did not see."""
    if facts.failures:
        cause, line = facts.failures[0]
        more = len(facts.failures) - 1
        return Verdict("failed", line + (f" (and {more} more)" if more else ""), cause)
    if facts.finish_reason != "finished":
        return Verdict("failed", f"ended before its time: {facts.finish_reason}", "stopped")
    if not (facts.items or facts.quarantined or facts.may_be_empty):
        skipped = f" ({facts.skipped} records were skipped)" if facts.skipped else ""
        return Verdict("failed", f"nothing was read, and this source is never empty{skipped}", "empty")
    doubts = list(_doubts(facts))
    told = [oddity.line for oddity in facts.oddities if not oddity.is_doubt]
    if doubts:
        cause, lines = doubts[0][0], "; ".join([line for _, line in doubts] + told)
        return Verdict("ok", f"accepted: {lines}", cause) if facts.accepted else Verdict("suspect", lines, cause)
    if told:
        return Verdict("ok", "; ".join(told), "layout_changed")
    if facts.in_part:
        return Verdict("ok", facts.in_part, "incomplete")
    return Verdict("ok") if facts.items else Verdict("ok", "nothing is on", "quiet")


def _doubts(facts: RunFacts) -> Iterator[tuple[str, str]]:
    """Each doubt, with its cause."""
    if facts.cut:
        yield "incomplete", facts.cut
    read = facts.items + facts.quarantined
    many = facts.quarantined > max(FEW_QUARANTINED, QUARANTINED_SHARE * read)
    if many or (facts.quarantined and facts.items <= FEW_QUARANTINED):
        yield "layout_changed", f"{facts.quarantined} of {read} records could not be read: has the layout changed?"
    yield from (("layout_changed", oddity.line) for oddity in facts.oddities if oddity.is_doubt)
    yield from _absence_doubts(facts)


def _absence_doubts(facts: RunFacts) -> Iterator[tuple[str, str]]:
    absence, listed = facts.absence, f"{facts.absence.listed} that it lists for the days ahead"
    if absence.missed and not facts.items:
        yield "empty", f"nothing was read, where {absence.listed} are listed for the days ahead"
    elif absence.missed > _may_be_missed(facts) and absence.missed == absence.listed:
        yield "layout_changed", f"none of the {listed} was seen, but {facts.items} others: have its ids changed?"
    elif absence.missed > _may_be_missed(facts):
        yield "incomplete", f"{absence.missed} of the {listed} were not seen"
    elif facts.lists_all and absence.at_the_end >= GAP_AT_THE_END:
        yield "incomplete", f"the last {absence.at_the_end} of the {listed} were not seen"
    elif facts.lists_all and absence.gap >= GAP:
        yield "incomplete", f"{absence.gap} of the {listed} were not seen, one after the other"


def _may_be_missed(facts: RunFacts) -> float:
    listed = facts.absence.listed
    if not facts.lists_all:
        return max(FEW_LISTED, MISSED_SHARE_IN_PART * listed)
    return max(FEW_MISSED if listed >= FEW_LISTED else 1, MISSED_SHARE * listed)
