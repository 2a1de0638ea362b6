"""Headers as ASGI has them, pairs of bytes with names in small letters: cheap, since every request is changed so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.types import Message, Scope

RawHeaders = Sequence[tuple[bytes, bytes]]


def header_of(scope: Scope, name: bytes) -> bytes:
    """The value of a request's header, the first where it is there twice; empty where it is not there."""
    headers: RawHeaders = scope["headers"]
    for given, value in headers:
        if given == name:
            return value
    return b""


def add(message: Message, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Add headers to an answer that begins. Its list may be that of a kept answer, so that it is never changed."""
    message["headers"] = [*message.get("headers", ()), *headers]


def add_missing(message: Message, headers: RawHeaders) -> None:
    """Add those that the answer does not have."""
    there = {name for name, _ in message.get("headers", ())}
    add(message, (header for header in headers if header[0] not in there))


def raw(*headers: tuple[str, str]) -> RawHeaders:
    """Headers as bytes."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
