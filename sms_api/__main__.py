"""`python -m sms_api serve`: the calendar for browsers and programs."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import Engine

from sms_api.app import create_app
from sms_api.cards import keep_cards
from sms_api.doctor import doctor
from sms_api.live.command import changes
from sms_api.live.feed import publish_as_written
from sms_api.middleware.command import cache
from sms_api.rest import OPERATIONS
from sms_api.rest.openapi import openapi_document
from sms_api.search.command import index
from sms_api.search.follower import following
from sms_api.server import CalendarServer, address_of, listen, log_requests
from sms_api.settings import ApiSettings, get_api_settings, settings_problem
from sms_api.usage.command import usage
from sms_database.cli import VersionOption, clock, database, fail, say, stoppable
from sms_database.settings import get_settings


class Role(StrEnum):
    """What a process does, where it does not do all."""

    WEB = "web"
    PUBLISHER = "publisher"


app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def _program(version: VersionOption = False) -> None:
    """Serve the calendar to browsers and programs."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on; 0 takes a free one", min=0, max=65_535)] = 8000,
    only: Annotated[
        Role | None, typer.Option(help="web: number no changes, another process does; publisher: serve nobody")
    ] = None,
    now: Annotated[
        datetime | None,
        typer.Option(help="serve as if it were this time, in UTC without a zone, and go on from there: for recordings"),
    ] = None,
) -> None:
    """Serve the calendar until Ctrl-C or SIGTERM; requests under way end first."""
    settings = _settings()
    if only is Role.PUBLISHER:
        with database() as engine, stoppable("stopped"):
            _announce("Numbering changes as they are written.")
            asyncio.run(_publish(engine))
    time = clock if now is None else _clock_from(now.replace(tzinfo=now.tzinfo or UTC))
    try:
        listener = listen(host, port)
    except OSError as problem:
        reason = str(problem.strerror).partition(" (while")[0]
        fail(f"cannot listen on port {port} of {host} ({reason}): choose another with --host or --port")
    with listener, database() as engine:
        log_requests()
        url = engine.url.render_as_string(hide_password=False)
        application = create_app(url, settings, time, publishes=only is None)
        server = CalendarServer(application, on_ready=lambda: _announce(f"The calendar is at {address_of(listener)}"))
        # The server has handlers of its own while it runs, and raises each signal again when it has stopped.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        with following(url, get_settings().sms_home, time):
            server.run([listener])


app.command()(index)
app.command()(changes)
app.command()(cache)
app.command()(doctor)
app.command()(usage)


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of /v1, from which clients are made; needs no database."""
    document = openapi_document(OPERATIONS, _settings().public_url or "/")
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


async def _publish(engine: Engine) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(publish_as_written(engine))
        tasks.create_task(keep_cards(engine, clock))


def _announce(line: str) -> None:
    """Print a line now: whoever reads it by a pipe waits for it."""
    say(line)
    sys.stdout.flush()


def _clock_from(start: datetime) -> Callable[[], datetime]:
    """A clock that shows `start` now, and goes on."""
    ahead = start - clock()
    return lambda: clock() + ahead


def _settings() -> ApiSettings:
    try:
        return get_api_settings()
    except ValidationError as problem:
        fail(settings_problem(problem))


if __name__ == "__main__":
    app()
