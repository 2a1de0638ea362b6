"""How several runs get on: a line each on a terminal, lines of text elsewhere, a table at the end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import monotonic
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text
from scrapy.crawler import Crawler

from sms_crawlers import run_stats
from sms_crawlers.running import Ending
from sms_database.printable import printable

_COUNTS = ("seen", "new", "changed", "unchanged", "unlisted", "quarantined")
_STYLES = {"ok": "green", "suspect": "yellow", "failed": "bold red", "skipped": "dim"}
_REFRESHES_PER_SECOND = 4
_WIDTH_OF_A_FILE = 160


class Progress:
    """The runs of one `scrapy ingest`. With `live` it draws on stderr, which must be a terminal."""

    def __init__(self, sources: Sequence[str], *, live: bool) -> None:
        self._began: dict[str, float] = {}
        self._crawlers: dict[str, Crawler] = {}
        self._endings: dict[str, Ending] = {}
        self._sources = sources
        self._live = (
            Live(
                console=Console(stderr=True),
                get_renderable=self._table,
                refresh_per_second=_REFRESHES_PER_SECOND,
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

    def begin(self, crawler: Crawler) -> None:
        """A run begins."""
        self._crawlers[crawler.spidercls.name] = crawler
        self._began[crawler.spidercls.name] = monotonic()

    def end(self, ending: Ending) -> None:
        """A run has ended."""
        self._endings[ending.source] = ending

    def _table(self) -> Table:
        table = _new_table(("seconds", "answers", "items"))
        for source in self._sources:
            crawler, ending = self._crawlers.get(source), self._endings.get(source)
            if ending is not None:
                seen = str(ending.counts.get("seen", ""))
                table.add_row(source, _styled(ending.verdict), f"{ending.seconds:.1f}", "", seen, _told(ending))
            elif crawler is not None:
                stats = _stats_of(crawler)
                table.add_row(
                    source,
                    "crawling",
                    f"{monotonic() - self._began[source]:.1f}",
                    str(stats.get("response_received_count", 0)),
                    str(stats.get(run_stats.ITEMS_SEEN, 0)),
                )
            else:
                table.add_row(source, "[dim]waiting[/]")
        return table


def show_summary(endings: Sequence[Ending]) -> None:
    """Print a table of the runs on stdout."""
    table = _new_table((*_COUNTS, "seconds"))
    for ending in endings:
        counts = [str(ending.counts.get(name, "")) for name in _COUNTS]
        table.add_row(ending.source, _styled(ending.verdict), *counts, f"{ending.seconds:.1f}", _told(ending))
    Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE).print(table)


def summary_row(ending: Ending) -> dict[str, Any]:
    """A run as `--json` shows it; counts that are not known are null."""
    counts = {name: ending.counts.get(name) for name in _COUNTS}
    row = {"source": ending.source, "verdict": ending.verdict} | counts
    return row | {"seconds": round(ending.seconds, 2), "message": ending.message}


def _new_table(numbers: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("source", "verdict"):
        table.add_column(column, no_wrap=True)
    for column in numbers:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("message", overflow="fold")
    return table


def _stats_of(crawler: Crawler) -> dict[str, Any]:
    try:
        return crawler.stats.get_stats()
    except RuntimeError:  # Scrapy's word for a crawl that is only about to begin
        return {}


def _told(ending: Ending) -> Text:
    return Text(printable(ending.message))


def _styled(verdict: str) -> Text:
    return Text(verdict, style=_STYLES[verdict])
