"""The browser's only way out: a SOCKS5 server on loopback that connects to no address but those that may be asked.

A page asks for what it likes, follows its redirects itself and resolves names itself, so nothing that looks at its
requests from outside can hold. With this gate as its proxy it resolves nothing and connects to nobody: it names host
and port (RFC 1928), and the address that was looked at is the one that is connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import struct
from collections.abc import Coroutine
from contextlib import suppress

from sms_crawlers.errors import RefusedAddress
from sms_crawlers.network.addresses import AllowedHosts

_NO_AUTHENTICATION = b"\x05\x00"
_CONNECTED, _NOT_ALLOWED, _UNREACHABLE, _NO_SUCH_COMMAND = 0, 2, 4, 7
_CONNECT = 1
_PIECE = 64 * 1024

logger = logging.getLogger(__name__)


class BrowserGate:
    """One gate for the browser of a crawl. It is open from `start` to `close`."""

    def __init__(self, allowed: AllowedHosts) -> None:
        self._allowed = allowed
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused: dict[tuple[str, int], RefusedAddress] = {}
        """What was refused, by host and port."""

    async def start(self) -> int:
        """Open the gate; returns its port on 127.0.0.1."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Close it, with the connections that are open."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # The browser goes away, a host hangs up: that is the browser's to tell.
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._relay(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(_NO_AUTHENTICATION)
        _, command, _, kind = await reader.readexactly(4)
        host = await _read_host(reader, kind)
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        if command != _CONNECT:
            await _answer(writer, _NO_SUCH_COMMAND)
            return
        try:
            there, away = await self._connect(host, port)
        except RefusedAddress as refusal:
            if (host, port) not in self.refused:
                self.refused[host, port] = refusal
                logger.warning("a page in the browser asks for %s", refusal)
            await _answer(writer, _NOT_ALLOWED)
            return
        except (OSError, UnicodeError):  # the latter for a name that no host can have
            await _answer(writer, _UNREACHABLE)
            return
        try:
            await _answer(writer, _CONNECTED)
            await _both(_pass_on(reader, away), _pass_on(there, writer))
        finally:
            away.close()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the first address of a host that answers. Raises RefusedAddress, and OSError if none does."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(where[0]) for *_, where in found))
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        problem: OSError = OSError(f"no address is known of {host}")
        for address in addresses:
            if not self._allowed.may_connect(host, port, ipaddress.ip_address(address)):
                raise RefusedAddress(shown, address)
            try:
                return await asyncio.open_connection(address, port)
            except OSError as failed:
                problem = failed
        raise problem


async def _read_host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == 3:
        (length,) = await reader.readexactly(1)
        return (await reader.readexactly(length)).decode("latin-1")
    return str(ipaddress.ip_address(await reader.readexactly(16 if kind == 4 else 4)))


async def _answer(writer: asyncio.StreamWriter, code: int) -> None:
    writer.write(bytes((5, code, 0, 1)) + bytes(6))
    await writer.drain()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(_PIECE):
        writer.write(piece)
        await writer.drain()
    writer.write_eof()


async def _both(*ways: Coroutine[None, None, None]) -> None:
    """Pass on both ways, until both have ended or one is broken."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
