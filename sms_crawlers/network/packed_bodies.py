"""Packed bodies (RFC 9110, 8.4.1): unpacked as far as they go, and whether they reach their end."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_CHUNK = 64 * 1024
"""Bytes that are read, and unpacked, at a time."""

_GZIP = 16 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP_BEGINNING = b"\x1f\x8b"
_ZSTD_BEGINNING = b"\x28\xb5\x2f\xfd"
_SKIPPABLE_BEGINNING = b"\x2a\x4d\x18"
"""The last three bytes of what a skippable frame begins with (RFC 8878, 3.1.2)."""

_ZSTD_WINDOW = 23
"""8 MB as a power of two: a server may not ask for a larger window (RFC 9659), and a bomb would."""

_MAX_MEMBERS = 1000
"""Streams that may follow each other in one body; a page is one, or a few."""

_ERRORS = (zlib.error, brotli.error, zstd.ZstdError)


class BodyTooLarge(Exception):
    """A body unpacks to more bytes than are taken. Raised by `unpack`."""


class Unpacked(NamedTuple):
    """What was in a packed body, and what is wrong with it: "its gzip stream ends early"; None where it is whole."""

    body: bytes
    fault: str | None


class _EndsEarly(Exception):
    """The stream has no end. Raised by the readers of one encoding, after all that could be unpacked."""


def unpack(body: bytes, encodings: list[str], most: int) -> Unpacked:
    """Unpack a body from the last of its `encodings` to the first, as Content-Encoding lists them.

    What follows a stream and is none is passed over, as browsers do. At most `most` bytes are unpacked, 0 is without
    limit. Raises BodyTooLarge, and KeyError for an encoding that is not among ENCODINGS.
    """
    fault = None
    for encoding in reversed(encodings) if body else ():
        body, wrong = _unpack_one(body, encoding, most)
        fault = fault or wrong
    return Unpacked(body, fault)


def _unpack_one(body: bytes, encoding: str, most: int) -> Unpacked:
    chunks: list[bytes] = []
    size = 0
    fault = None
    try:
        for chunk in ENCODINGS[encoding](body):
            size += len(chunk)
            if most and size > most:
                raise BodyTooLarge(f"{len(body)} bytes of {encoding} unpack to {size} bytes and more")
            chunks.append(chunk)
    except _EndsEarly:
        fault = f"its {encoding} stream ends early"
    except _ERRORS:
        fault = f"its {encoding} stream is broken"
    return Unpacked(b"".join(chunks), fault)


def _gzip(body: bytes) -> Iterator[bytes]:
    """One member or several (RFC 1952, 2.2), which zeros may follow."""
    position = 0
    for _ in range(_MAX_MEMBERS):
        position = yield from _inflated(body, position, _GZIP)
        following = body[position : position + _CHUNK]
        rest = following.lstrip(b"\0")
        if not _begins_like(rest, _GZIP_BEGINNING):
            return
        position += len(following) - len(rest)
    raise _EndsEarly


def _deflate(body: bytes) -> Iterator[bytes]:
    """A stream with zlib's head and checksum (RFC 1950), or without them, as some servers send it (RFC 1951)."""
    has_head = body[:1] and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflated(body, 0, zlib.MAX_WBITS if has_head else _RAW_DEFLATE)


def _inflated(body: bytes, position: int, form: int) -> Generator[bytes, None, int]:
    """The stream that begins at `position`, in a form of zlib's `wbits`; returns where it ends."""
    stream = zlib.decompressobj(form)
    while not stream.eof:
        piece = waiting = body[position : position + _CHUNK]
        if not piece:
            raise _EndsEarly
        is_full = True
        # A full chunk may leave some of the output behind though all of the input was taken.
        while not stream.eof and (waiting or is_full):
            before = stream.copy()
            try:
                chunk = stream.decompress(waiting, _CHUNK)
            except zlib.error:  # it tells nothing of what is good up to the mistake, which may be the checksum
                yield from (before.decompress(waiting[at : at + 1]) for at in range(len(waiting)))
                raise
            waiting, is_full = stream.unconsumed_tail, len(chunk) == _CHUNK
            yield chunk
        position += len(piece) - len(stream.unused_data)
    return position


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for position in range(0, len(body), _CHUNK):
        chunk = stream.process(body[position : position + _CHUNK], output_buffer_limit=_CHUNK)
        while chunk:
            yield chunk
            chunk = stream.process(b"", output_buffer_limit=_CHUNK)
        if stream.is_finished():
            return
    raise _EndsEarly


def _zstd(body: bytes) -> Iterator[bytes]:
    """One frame or several (RFC 8878, 3)."""
    position = 0
    for _ in range(_MAX_MEMBERS):
        stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW})
        while not stream.eof:
            piece = body[position : position + _CHUNK]
            if not piece:
                raise _EndsEarly
            yield stream.decompress(piece, _CHUNK)
            while not stream.eof and not stream.needs_input:
                yield stream.decompress(b"", _CHUNK)
            position += len(piece) - len(stream.unused_data)
        following = body[position : position + 4]
        if not (_begins_like(following, _ZSTD_BEGINNING) or following[1:] == _SKIPPABLE_BEGINNING):
            return
    raise _EndsEarly


def _begins_like(rest: bytes, beginning: bytes) -> bool:
    """Does what follows begin a further stream, be it cut in its first bytes?"""
    return bool(rest) and beginning.startswith(rest[: len(beginning)])


ENCODINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
"""The readers of the encodings that can be unpacked, by their names in Content-Encoding."""
