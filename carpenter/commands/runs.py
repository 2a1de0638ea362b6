"""`runs`: how crawls and builds went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape

from sms_catalog.runs import RunLine, latest_runs
from sms_database.cli import LineTable, database, say, say_json, show
from sms_database.run_outcomes import RUN_OUTCOMES, UNFINISHED


def runs(
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List crawls and builds, the newest first; times are UTC."""
    with database() as engine, engine.connect() as connection:
        found = latest_runs(connection, limit)
    if as_json:
        say_json([asdict(run) for run in found])
        return
    if not found:
        say("nothing has run yet: scrapy crawl NAME, then python -m carpenter run")
        return
    table = LineTable("started", "took", "run", "verdict", "counts", "message", box=SIMPLE_HEAD)
    for run in found:
        verdict = run.verdict or UNFINISHED
        table.add_row(
            f"{run.started_at:%Y-%m-%d %H:%M:%S}",
            _took(run),
            escape(f"{run.kind} {run.name}"),
            f"[{RUN_OUTCOMES[verdict].style}]{verdict}[/]" + (f" {run.cause}" if run.cause else ""),
            _counts(run.counts),
            escape(run.message or ""),
        )
    show(table)


def _took(run: RunLine) -> str:
    if run.finished_at is None:
        return ""
    seconds = (run.finished_at - run.started_at).total_seconds()
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _counts(counts: Mapping[str, Any]) -> str:
    """Those that are not zero, the longer names shortened: "12 seen, 3 new"."""
    named = {name.removeprefix("events_").replace("_", " "): count for name, count in counts.items() if count}
    return ", ".join(f"{count:,} {name}" for name, count in named.items())
