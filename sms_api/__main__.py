"""`python -m sms_api serve`: the calendar for browsers and programs."""

from __future__ import annotations

import json
import signal
import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from sms_api.app import create_app
from sms_api.rest import OPERATIONS
from sms_api.rest.openapi import openapi_document
from sms_api.server import CalendarServer, address_of, listen, log_requests
from sms_api.settings import ApiSettings, get_api_settings
from sms_database.cli import clock, database, fail, say

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


@app.callback()
def _commands() -> None:
    """Serve the calendar."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on; 0 takes a free one", min=0, max=65_535)] = 8000,
) -> None:
    """Serve the calendar until Ctrl-C or SIGTERM; requests under way end first."""
    settings = _settings()
    try:
        listener = listen(host, port)
    except OSError as problem:
        reason = str(problem.strerror).partition(" (while")[0]
        fail(f"cannot listen on port {port} of {host} ({reason}): choose another with --host or --port")
    with listener, database() as engine:
        log_requests()
        application = create_app(engine.url.render_as_string(hide_password=False), settings, clock)
        server = CalendarServer(application, on_ready=lambda: say(f"The calendar is at {address_of(listener)}"))
        # The server has handlers of its own while it runs, and raises each signal again when it has stopped.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        server.run([listener])


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of /v1, from which clients are made; needs no database."""
    document = openapi_document(OPERATIONS, _settings().public_url or "/")
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _settings() -> ApiSettings:
    try:
        return get_api_settings()
    except ValidationError as problem:
        wrong = problem.errors(include_url=False)[0]
        fail(f"SMS_API_{str(wrong['loc'][0]).upper()}={wrong['input']}: {wrong['msg']}")


if __name__ == "__main__":
    app()
