"""How old each source's word is. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sms_api.pages.views.wording import ago_words, count_words
from sms_catalog.sources import SourceAge
from sms_text.urls import safe_url

STALE = timedelta(days=7)
"""Age from which a source's word is called old: the longest that a venue goes between two crawls."""

KINDS: Mapping[str, str] = {
    "venue": "venue",
    "api": "ticket seller",
    "feed": "listing",
    "generator": "weekly nights",
    "enrichment": "about artists",
    "setlist": "setlists",
}

CAUSES: Mapping[str, str] = {
    "unreachable": "its host did not answer",
    "refused": "its host said no",
    "empty": "it listed nothing",
    "layout_changed": "its pages look different",
    "incomplete": "a part of its listing was missing",
    "quiet": "nothing is on there",
    "stopped": "the crawl was stopped",
    "mistake": "our reader has a mistake",
}

VERDICTS: Mapping[str | None, str] = {"ok": "read well", "suspect": "doubted", "failed": "failed", None: "not ended"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source as one row."""

    title: str
    homepage: str | None
    kind: str
    ahead: int
    told: str
    told_iso: str | None
    is_old: bool
    verdict: str
    cause: str
    is_fault: bool


@dataclass(frozen=True, slots=True)
class SourcesView:
    """The page of the sources."""

    lines: Sequence[SourceLine]
    summary: str
    silent: Sequence[str]
    """Titles of those that were never read here."""


def sources_view(ages: Sequence[SourceAge], now: datetime) -> SourcesView:
    """The sources that have told something, or were asked; what failed or is old comes first."""
    lines = [_line(age, now) for age in ages if age.crawled_at or age.told_at]
    faults = sum(line.is_fault or line.is_old for line in lines)
    trouble = f"{faults} of them {'is' if faults == 1 else 'are'} old or in doubt" if faults else "none of them is old"
    return SourcesView(
        lines=sorted(lines, key=lambda line: not (line.is_fault or line.is_old)),
        summary=f"{count_words(len(lines), 'source')}; {trouble}.",
        silent=[age.title for age in ages if not (age.crawled_at or age.told_at)],
    )


def _line(age: SourceAge, now: datetime) -> SourceLine:
    return SourceLine(
        title=age.title,
        homepage=safe_url(age.homepage),
        kind=KINDS[age.kind],
        ahead=age.rows_ahead,
        told=ago_words(age.told_at, now) if age.told_at else "never",
        told_iso=age.told_at.isoformat(timespec="minutes") if age.told_at else None,
        is_old=age.told_at is None or now - age.told_at > STALE,
        verdict=VERDICTS[age.verdict] if age.crawled_at else "loaded from a file",
        cause=CAUSES[age.cause] if age.cause else "",
        is_fault=age.crawled_at is not None and age.verdict != "ok",
    )
