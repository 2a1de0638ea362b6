"""`run` and `rebuild`: raw rows and decisions to the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from time import monotonic
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape

from carpenter.commands.choices import known_city, known_source
from carpenter.pipeline.build import RunCounts, Selection
from carpenter.pipeline.build import run as build
from carpenter.pipeline.rebuild import check as check_rebuild
from carpenter.pipeline.rebuild import rebuild as rebuild_catalog
from carpenter.store.shadow import TableDifference
from sms_database.cli import NO, LineTable, clock, database, plural, progress, say, say_json, show, stoppable

STOPPED = "stopped; the next run carries on"

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print problems only.")]
Json = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]


def run(
    source: Annotated[str | None, typer.Option(help="Begin with this source's rows only.")] = None,
    city: Annotated[str | None, typer.Option(help="Begin with this city's rows only.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that build side by side.")] = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Build whatever is new, changed or decided since the last run."""
    begun = monotonic()
    with database() as engine:
        with engine.connect() as connection:
            selection = Selection(
                source=known_source(connection, source) if source else None,
                city=known_city(connection, city) if city else None,
            )
        with stoppable(STOPPED), progress("building", "rows", quiet=quiet) as report:
            counts = build(engine, clock=clock, selection=selection, workers=workers, progress=report)
    if as_json:
        say_json(counts.as_json() | {"seconds": round(monotonic() - begun, 3)})
    elif not quiet:
        say(summary(counts, monotonic() - begun))


def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Compare only; exit code 1 if anything differs.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Build the whole catalog from nothing, and bring it to that; with --check only say whether it is equal.

    The check changes nothing: in copies of one instant it builds what is dirty, and all from nothing. So the catalog is
    compared as a run would leave it, and crawls, runs and decisions may go on meanwhile.
    """
    with (
        database() as engine,
        stoppable("stopped; the catalog is as it was"),
        progress("rebuilding", "rows", quiet=quiet) as report,
    ):
        compare = check_rebuild if check else rebuild_catalog
        found = compare(engine, clock=clock, progress=report)
    is_equal = all(difference.is_equal for difference in found)
    if as_json:
        say_json({"equal": is_equal, "tables": [asdict(difference) for difference in found]})
    elif not quiet:
        _show_differences(found)
        say(_verdict(found, check))
    if check and not is_equal:
        raise typer.Exit(NO)


def summary(counts: RunCounts, seconds: float) -> str:
    """What a run did, in one line."""
    if not counts.rows:
        return f"nothing to build ({seconds:.1f} s)"
    catalog = counts.catalog
    return (
        f"built {plural(counts.rows, 'row')} in {plural(counts.blocks, 'block')}: {catalog.created:,} events new, "
        f"{catalog.updated:,} changed, {catalog.deleted:,} gone, {catalog.unchanged:,} as they were; "
        f"{plural(catalog.skipped, 'row')} skipped ({seconds:.1f} s)"
    )


def _show_differences(found: Sequence[TableDifference]) -> None:
    table = LineTable("table", box=SIMPLE_HEAD)
    for name in ("rows", "only here", "only rebuilt"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    for d in found:
        verdict = "equal" if d.is_equal else f"differs, for example {escape(d.example or '')}"
        table.add_row(d.table, f"{d.rows:,}", f"{d.only_here:,}", f"{d.only_rebuilt:,}", verdict)
    show(table)


def _verdict(found: Sequence[TableDifference], check: bool) -> str:
    differing = [difference.table for difference in found if not difference.is_equal]
    if not differing:
        return "the catalog equals a build from nothing"
    names = ", ".join(differing)
    return f"the catalog differs in {names}" if check else f"rebuilt; these had differed: {names}"
