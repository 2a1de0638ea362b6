"""How several runs get on: a line each on a terminal, lines of text elsewhere, a table at the end."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape

from sms_crawlers.runs.result import RunResult
from sms_crawlers.runs.worker import Standing
from sms_database.cli import LineTable, show
from sms_database.run_outcomes import RUN_OUTCOMES

_COUNTS = ("seen", "new", "changed", "unchanged", "unlisted", "quarantined")
_BETWEEN_DRAWINGS_SECONDS = 0.25


class Progress:
    """The runs of one `scrapy ingest`. With `live` it draws on stderr, which must be a terminal."""

    def __init__(self, sources: Sequence[str], *, live: bool) -> None:
        self._drawn = 0.0
        self._began: dict[str, float] = {}
        self._standings: dict[str, Standing] = {}
        self._results: dict[str, RunResult] = {}
        self._sources = sources
        self._live = (
            Live(
                console=Console(stderr=True),
                get_renderable=self._table,
                auto_refresh=False,  # it would take a thread, in a process that forks
                transient=True,
            )
            if live
            else None
        )

    def __enter__(self) -> Progress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def begin(self, source: str) -> None:
        """A run begins."""
        self._standings[source] = Standing()
        self._began[source] = monotonic()

    def note(self, source: str, standing: Standing) -> None:
        """A run has come so far."""
        self._standings[source] = standing

    def end(self, result: RunResult) -> None:
        """A run has ended."""
        self._results[result.source] = result

    def draw(self) -> None:
        """Show how things stand, if that was not done just now."""
        if self._live is not None and monotonic() - self._drawn >= _BETWEEN_DRAWINGS_SECONDS:
            self._live.refresh()
            self._drawn = monotonic()

    def _table(self) -> LineTable:
        table = _new_table(("seconds", "answers", "items"))
        for source in self._sources:
            standing, result = self._standings.get(source), self._results.get(source)
            if result is not None:
                seen = str(result.counts.get("seen", ""))
                table.add_row(source, _styled(result.verdict), f"{result.seconds:.1f}", "", seen, _told(result))
            elif standing is not None:
                seconds = f"{monotonic() - self._began[source]:.1f}"
                table.add_row(source, "crawling", seconds, str(standing.answers), str(standing.items))
            else:
                table.add_row(source, "[dim]waiting[/]")
        return table


def show_summary(results: Sequence[RunResult]) -> None:
    """Print a table of the runs on stdout."""
    table = _new_table((*_COUNTS, "seconds"))
    for result in results:
        counts = [str(result.counts.get(name, "")) for name in _COUNTS]
        table.add_row(result.source, _styled(result.verdict), *counts, f"{result.seconds:.1f}", _told(result))
    show(table)


def summary_row(result: RunResult) -> dict[str, Any]:
    """A run as `--json` shows it; counts that are not known are null."""
    counts = {name: result.counts.get(name) for name in _COUNTS}
    row = {"source": result.source, "verdict": result.verdict} | counts
    return row | {"seconds": round(result.seconds, 2), "message": result.message}


def _new_table(numbers: Sequence[str]) -> LineTable:
    table = LineTable(box=None, pad_edge=False)
    for column in ("source", "verdict"):
        table.add_column(column, no_wrap=True)
    for column in numbers:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("message", overflow="fold")
    return table


def _told(result: RunResult) -> str:
    return escape(result.message)


def _styled(verdict: str) -> str:
    return f"[{RUN_OUTCOMES[verdict].style}]{verdict}[/]"
