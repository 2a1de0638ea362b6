"""The yardstick of `bench.speed.serve`: a bare Starlette that answers a constant, under our server's settings."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_api.server import CalendarServer, address_of, listen

CONSTANT = b'{"hello":"world"}'


async def constant(_: Request) -> Response:
    """The constant."""
    return Response(CONSTANT, media_type="application/json")


def main() -> None:
    """Serve on a free port until SIGTERM, and tell the address on stdout."""
    application = Starlette(routes=[Route("/", constant)])
    with listen("127.0.0.1", 0) as listener:
        server = CalendarServer(application, on_ready=lambda: print(address_of(listener), flush=True), drain_seconds=0)
        server.run([listener])


if __name__ == "__main__":
    main()
