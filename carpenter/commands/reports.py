"""`reports`: what readers say is wrong, for the curators to look at, put right, and close."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from carpenter.commands.decide import Author
from sms_catalog.reports import ListedReport
from sms_catalog.reports import reports as listed_reports
from sms_catalog.words import FIELDS, day_words, folded, moment_words
from sms_database.cli import NO, clock, database, fail, plural, say, say_json
from sms_database.reports import OTHER, close_reports

_MOST = 100


def reports(
    author: Author,
    city: Annotated[str | None, typer.Option(help="Only those of this scene, and those of artists.")] = None,
    closed_too: Annotated[bool, typer.Option("--all", help="Those that are closed, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    done: Annotated[list[int] | None, typer.Option(metavar="N", help="Close report N: it is right now.")] = None,
    declined: Annotated[
        list[int] | None, typer.Option(metavar="N", help="Close report N: nothing is to be changed; needs --reason.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is closed so.")] = None,
) -> None:
    """List the open reports of readers, newest first, each with what is shown now and how to put it right; close some.

    Reports change nothing: what is right is entered with `decide`. Exit code 1 where one to be closed is not open.
    """
    if done or declined:
        _close(done or [], declined or [], reason, author)
        return
    with database() as engine, engine.connect() as connection:
        found = listed_reports(connection, city=city, closed_too=closed_too, limit=_MOST + 1)
    if as_json:
        say_json([asdict(report) for report in found[:_MOST]])
        return
    what = "report" if closed_too else "open report"
    more = f"the newest {plural(_MOST, what)}" if len(found) > _MOST else plural(len(found), what)
    say(f"{more}, newest first:" if found else f"no {what}s")
    for report in found[:_MOST]:
        say("")
        for line in _lines(report):
            say(line)


def _close(done: list[int], declined: list[int], reason: str | None, author: str) -> None:
    if declined and not reason:
        fail("why a report is declined is kept with it: give it as --reason")
    if both := sorted({*done} & {*declined}):
        fail(f"report {both[0]} cannot be both done and declined")
    with database() as engine, engine.begin() as connection:
        closed = [
            number
            for state, numbers in (("done", done), ("declined", declined))
            for number in close_reports(connection, numbers, state=state, reason=reason, author=author, at=clock())
        ]
    for number in closed:
        say(f"report {number} is closed")
    if missing := sorted({*done, *declined} - {*closed}):
        fail(f"no open report {', '.join(map(str, missing))}", NO)


def _lines(report: ListedReport) -> Iterator[str]:
    place = [day_words(report.day)] if report.day else []
    place += [report.room] if report.room else []
    title = report.title or f"{report.entity} {report.entity_id}, which is no longer there"
    yield from folded(f"{report.id:>4}  {' · '.join([*place, title])}")
    yield from folded(f"      {_told(report)}")
    for line in report.said.splitlines():
        yield from folded(f"      > {line}")
    if report.link:
        yield f"      {report.link}"
    if report.closed_at:
        reason = f": {report.reason}" if report.reason else ""
        yield from folded(f"      {report.state} by {report.closed_by} on {moment_words(report.closed_at)}{reason}")
    elif report.title is not None and report.entity == "event":
        yield f"      why:    python -m carpenter explain {report.entity_id}"
        if report.field != OTHER:
            field = FIELDS[report.field][0]
            yield f"      right:  python -m carpenter decide override {report.entity_id} {field} VALUE"


def _told(report: ListedReport) -> str:
    """ "starts_at was 20:00 on 2026-11-20 18:00 UTC, is 21:00 now"."""
    when = moment_words(report.at)
    if report.field == OTHER:
        return f"told on {when}"
    name = FIELDS[report.field][0] if report.entity == "event" else report.field
    now = "" if report.now is None else ", and is so now" if report.now == report.shown else f", is {report.now} now"
    return f"{name} was {report.shown} on {when}{now}"
