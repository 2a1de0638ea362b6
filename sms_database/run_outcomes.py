"""The words for how a run went, and what follows from each: how bad it is, its colour, the exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
