"""`python -m sms_api serve`: the calendar for browsers and programs."""

from __future__ import annotations

import socket
from typing import Annotated

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from sms_api.app import create_app
from sms_api.settings import ApiSettings
from sms_database.cli import clock, database

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


@app.callback()
def _commands() -> None:
    """Serve the calendar."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on")] = 8000,
) -> None:
    """Serve the calendar until it is stopped."""
    with database() as engine:
        application = create_app(engine.url.render_as_string(hide_password=False), ApiSettings(), clock)
        CalendarServer(application, server_config(application, host, port)).run()


class CalendarServer(uvicorn.Server):
    """A server that lets its streams end when it is told to stop, and waits for the requests under way."""

    def __init__(self, application: Starlette, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then all that uvicorn ends."""
        self._application.state.calendar.feed.close()
        await super().shutdown(sockets)


def server_config(application: ASGIApp, host: str, port: int) -> uvicorn.Config:
    """How the server runs; the log of requests, and what proxies say, are the front door's affair."""
    return uvicorn.Config(
        application,
        host=host,
        port=port,
        server_header=False,
        proxy_headers=False,
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=10,
        log_level="warning",
    )


if __name__ == "__main__":
    app()
