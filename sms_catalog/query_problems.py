"""What is wrong with a query that somebody asked, in one line for each mistake. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

_LIKENESS = 60
"""From 0 to 100: how alike a name must be to be offered for another."""

_SHOWN = 40
"""Characters of a wrong value that are told back."""


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """A mistake in one parameter."""

    parameter: str
    message: str
    nearest: str | None = None
    """The known name or value that was perhaps meant."""

    @property
    def line(self) -> str:
        """ "kind: 'shw' is no kind of event (perhaps show)"."""
        return f"{self.parameter}: {self.message}" + (f" (perhaps {self.nearest})" if self.nearest else "")


class InvalidQuery(ValueError):
    """A query that cannot be answered, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[QueryProblem]) -> None:
        """Take at least one problem."""
        super().__init__("; ".join(problem.line for problem in problems))
        self.problems = tuple(problems)


class WrongValue(ValueError):
    """A text that no value of its parameter can be read from: what is wrong, and the value that was perhaps meant."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        """Take the message of a QueryProblem."""
        super().__init__(message)
        self.nearest = nearest


def nearest_of(given: str, known: Collection[str]) -> str | None:
    """The most alike of the known names; None where none is."""
    # Loaded at the first mistake: a reader of the catalog starts without it.
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        given, sorted(known), scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=_LIKENESS
    )
    return found[0] if found else None


def quoted(given: str) -> str:
    """A wrong value as it is told back, cut where it is long; what is not to be printed is escaped."""
    return repr(given if len(given) <= _SHOWN else f"{given[: _SHOWN - 1]}…")
