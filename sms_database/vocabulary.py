"""The closed lists of words that tables, programs and pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LOCAL_HOURS: Mapping[str, str] = {"doors_time": "doors_at", "start_time": "starts_at", "end_time": "ends_at"}
"""Hours that a person corrects as HH:MM on the event's local day, with the columns that they become. One that the clock
shows twice may have its offset from UTC behind it: `01:30-08:00`.
"""


MUSIC_KINDS = frozenset({"show", "open_mic", "open_jam", "dj_night", "festival"})
"""Kinds that a calendar of live music shows without being asked."""


SOURCE_KINDS = ("venue", "api", "feed", "generator", "enrichment", "setlist")


VERDICTS = ("ok", "suspect", "failed")
"""What a run that has ended is judged."""


class Severity(StrEnum):
    """How well something is: as it should be, something to look at, something that does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


SEVERITY_STYLES: Mapping[Severity, str] = {Severity.OK: "green", Severity.WARN: "yellow", Severity.FAIL: "red"}
"""How a terminal shows them, in rich's words."""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What follows from the word for how a run went."""

    severity: Severity
    style: str
    """How a terminal shows the word, in rich's words."""
    exit_code: int
    """Of the command that ran this one source."""


UNFINISHED = "unfinished"
"""A run that is under way, or whose process was killed."""


RUN_OUTCOMES: Mapping[str, RunOutcome] = {
    "ok": RunOutcome(Severity.OK, "green", 0),
    "suspect": RunOutcome(Severity.WARN, "yellow", 0),
    "failed": RunOutcome(Severity.FAIL, "red", 1),
    "skipped": RunOutcome(Severity.OK, "dim", 1),
    UNFINISHED: RunOutcome(Severity.WARN, "yellow", 1),
}
"""The verdicts, and the words for runs without one; skipped: it lacks a key, a browser or something to ask for, or
another process crawls its source."""


CAUSES = ("unreachable", "refused", "empty", "layout_changed", "incomplete", "quiet", "stopped", "mistake")
"""Why a run is judged as it is: a host did not answer or with an error; a host or its robots.txt said no; nothing was
read; records or fields are not where they were; a part of the listing is missing; nothing is on, which is ok; the run
ended before its time; the spider has a mistake."""


ASKED_BY = ("name", "id")


DECISION_KINDS = ("override", "merge", "split", "hide", "artist_link")


PAIR_KINDS = ("event", "artist")


CHANGES = ("create", "update", "noop", "skip", "error", "merge", "split", "delete")


EVENT_STATUSES = ("scheduled", "cancelled", "postponed", "rescheduled", "sold_out", "unlisted")
