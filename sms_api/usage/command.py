"""`python -m sms_api usage`: how much the server was used."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD

from sms_catalog.usage import Usage, read_usage
from sms_database.cli import LineTable, clock, database, fail, say, say_json, show


class By(StrEnum):
    """What a line sums."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Subject(StrEnum):
    """What is counted: see `sms_database.usage.USAGE_SUBJECTS`."""

    ROUTE = "route"
    FILTER = "filter"
    SEARCH = "search"
    FEED = "feed"
    EVENT = "event"


_USUAL_DAYS = 28


def usage(
    by: Annotated[By, typer.Option(help="what a line sums")] = By.DAY,
    subject: Annotated[Subject | None, typer.Option(help="only this")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="first day, in UTC; four weeks ago if not given")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="last day, in UTC; today if not given")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as a JSON list")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="as CSV")] = False,
) -> None:
    """How often routes, filters, searches, feeds and events were asked for, and how long answers took."""
    if as_json and as_csv:
        fail("--json and --csv: choose one")
    today = clock().date()
    first = _day(since, "--since") if since else today - timedelta(days=_USUAL_DAYS)
    last = _day(until, "--until") if until else today
    with database() as engine, engine.connect() as connection:
        found = read_usage(
            connection, by=by, since=first, until=last + timedelta(days=1), subject=subject and str(subject)
        )
    if as_json:
        say_json([asdict(each) | {"begins": each.begins.isoformat()} for each in found])
    elif as_csv:
        lines = csv.writer(sys.stdout, lineterminator="\n")
        lines.writerow(field.name for field in fields(Usage))
        lines.writerows(
            ["" if value is None else value for value in (asdict(each) | {"begins": each.begins.isoformat()}).values()]
            for each in found
        )
    elif not found:
        say(f"nothing was asked of a server from {first} to {last}")
    else:
        show(_table(found))


def _table(found: list[Usage]) -> LineTable:
    table = LineTable(
        "from", "subject", "name", "outcome", "times", "mean ms", "95 % ≤", box=SIMPLE_HEAD, pad_edge=False
    )
    for column in table.columns[4:]:
        column.justify = "right"
    for each in found:
        begins = f"{each.begins:%Y-%m-%d %H:%M}" if hasattr(each.begins, "hour") else each.begins.isoformat()
        mean = "" if each.mean_ms is None else f"{each.mean_ms:.1f}"
        p95 = "" if each.p95_ms is None else f"{each.p95_ms:,}"
        table.add_row(begins, each.subject, each.name, each.outcome, f"{each.times:,}", mean, p95)
    return table


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option} {text}: give a day such as 2026-11-20")
