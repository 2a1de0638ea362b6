"""The event that a person means by an id, SOURCE/SOURCE_EVENT_ID, a URL or words of its title."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer
from sqlalchemy import Connection

from sms_catalog.events import CatalogEvent
from sms_catalog.find import FOUND_LIMIT, find_events, unused_row
from sms_catalog.words import day_words
from sms_database.cli import NO, fail

Asked = Annotated[
    str, typer.Argument(metavar="EVENT", help="Its id, SOURCE/SOURCE_EVENT_ID of a row, a URL, or words of its title.")
]


def chosen_event(connection: Connection, asked: str) -> CatalogEvent:
    """The one event that is meant. None, or several, end the command with exit code 1 and what to do."""
    found = find_events(connection, asked)
    if not found:
        _fail_without(connection, asked)
    if len(found) > 1:
        more = [] if len(found) <= FOUND_LIMIT else ["… and more: say more of the title"]
        listed = [*map(line_of, found[:FOUND_LIMIT]), *more]
        fail(f"several events match {asked!r}, give the id of one:", NO, listed)
    return found[0]


def line_of(event: CatalogEvent) -> str:
    """Id, day, room and title."""
    return f"{event.id}  {day_words(event.event_day):>15}  {event.title}" + (
        f" @ {event.venue.name}" if event.venue else ""
    )


def _fail_without(connection: Connection, asked: str) -> NoReturn:
    unused = unused_row(connection, asked)
    if unused is None:
        fail(f"no event matches {asked!r}: try words of its title, or python -m carpenter upcoming --all-kinds", NO)
    key, reason = unused
    if reason is None:
        fail(f"the row {key} is not built yet: python -m carpenter run", NO)
    fail(f"the row {key} is part of no event: {reason}", NO)
