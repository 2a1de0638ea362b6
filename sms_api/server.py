"""The server: it says when it can be asked, and ends without failing anybody who has asked."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import time
from collections.abc import Callable, Sequence

import uvicorn
from starlette.applications import Starlette

DRAIN_SECONDS = 0.5
"""How long a process that is to stop goes on: each connection that is used meanwhile is closed by its last answer."""

GRACE_SECONDS = 10
"""How long requests under way have to end after that."""

_BACKLOG = 2_048


def listen(host: str, port: int) -> socket.socket:
    """A socket that hears at this address, an IPv4 or IPv6 one or a name; 0 takes a free port. Raises OSError."""
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family, backlog=_BACKLOG)


def address_of(listener: socket.socket) -> str:
    """The URL at which a listener is asked."""
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def log_requests() -> None:
    """Send the server's log, a line for each request among it, to stderr."""
    _find_out_no_more_than_is_told()
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    for name, level in (("sms_api", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.addHandler(handler)
        logger.propagate = False


def _find_out_no_more_than_is_told() -> None:
    """Have `logging` find out no caller, thread or process, which no line tells: half of what a line would cost.

    https://docs.python.org/3/howto/logging.html#optimization
    """
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


class CalendarServer(uvicorn.Server):
    """Serves an application; the log of requests, and what proxies say, are the front door's affair."""

    def __init__(
        self, application: Starlette, *, on_ready: Callable[[], None], drain_seconds: float = DRAIN_SECONDS
    ) -> None:
        """`on_ready` is called once, when requests are answered."""
        config = uvicorn.Config(
            application,
            http=_http(),
            server_header=False,
            proxy_headers=False,
            access_log=False,
            log_config=None,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._application = application
        self._on_ready = on_ready
        self._drain_seconds = drain_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell all who hold a connection, take in who stands at the door already, and end when all are served."""
        if not self.force_exit:
            self._application.state.stopping.set()
            await asyncio.sleep(self._drain_seconds)
            await self._close_door(sockets or [])
        await super().shutdown(sockets)

    async def _close_door(self, sockets: Sequence[socket.socket]) -> None:
        """Stop listening, and serve the connections that the kernel has accepted and nobody has taken up.

        To close a listener resets those. So the door is narrowed, and held until it is seen that nobody stands there.
        """
        doors = [sock.dup() for sock in sockets]
        for door in doors:
            door.listen(0)
        for server in self.servers:
            server.close()
        for door in doors:
            with door:
                door.setblocking(False)
                while connection := _next(door):
                    await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        protocol: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol


def _http() -> str | type[asyncio.Protocol]:
    """The protocol of connections; where there is no httptools (PyPy), h11, which has limits of its own."""
    try:
        from sms_api.bounded_http import BoundedHttp
    except ImportError:
        return "h11"
    return BoundedHttp


def _next(door: socket.socket) -> socket.socket | None:
    try:
        return door.accept()[0]
    except BlockingIOError:
        return None
