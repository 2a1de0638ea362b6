"""Unpacking: whole streams as they were, cut ones as far as they go and known for it, bombs not at all."""

from __future__ import annotations

import gzip
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_crawlers.network.packed_bodies import BodyTooLarge, unpack
from tests.crawlers.packing import PACKINGS

PACKED = sorted(PACKINGS.keys() - {"plain"})
CHUNK = 64 * 1024
BODIES = st.one_of(
    st.binary(min_size=1, max_size=300),
    st.builds(
        lambda piece, length: (piece * (length // len(piece) + 1))[:length],
        st.binary(min_size=1, max_size=40),
        st.integers(1, 3 * CHUNK),
    ),
    st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK]).map(bytes),
)


def encodings(packing: str) -> list[str]:
    return (PACKINGS[packing][0] or "").split(", ")


@pytest.mark.trust(3)
@settings(max_examples=100, deadline=None)
@given(body=BODIES, packing=st.sampled_from(PACKED), data=st.data())
def test_a_stream_is_whole_to_its_last_byte_and_cut_before(body: bytes, packing: str, data: st.DataObject) -> None:
    packed = PACKINGS[packing][1](body)
    assert unpack(packed, encodings(packing), 0) == (body, None)
    cut = data.draw(st.integers(1, len(packed) - 1))
    there, fault = unpack(packed[:cut], encodings(packing), 0)
    assert fault is not None
    assert fault.endswith(("ends early", "is broken"))
    assert body.startswith(there)


FIRST, SECOND = b"<li>one</li>" * 50, b"<li>two</li>" * 50


def gzipped(body: bytes) -> bytes:
    """Packed without the time: tests that are named by their bytes have one name in every process."""
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzipped(FIRST) + gzipped(SECOND)),
        ("gzip", gzipped(FIRST) + gzipped(b"") + gzipped(SECOND)),
        ("gzip", gzipped(b"") + gzipped(FIRST + SECOND)),
        ("gzip", gzipped(FIRST + SECOND) + bytes(500)),
        ("gzip", gzipped(FIRST) + bytes(3) + gzipped(SECOND)),
        ("gzip", gzipped(FIRST + SECOND) + b"<!-- cached -->"),
        ("deflate", zlib.compress(FIRST + SECOND) + b"\r\n"),
        ("br", brotli.compress(FIRST + SECOND)),
        ("zstd", zstd.compress(FIRST) + zstd.compress(SECOND)),
        ("zstd", b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + zstd.compress(FIRST + SECOND)),
        ("zstd", zstd.compress(FIRST + SECOND) + b"\r\n"),
    ],
)
def test_several_streams_padding_and_what_follows_are_whole(encoding: str, packed: bytes) -> None:
    assert unpack(packed, [encoding], 0) == (FIRST + SECOND, None)


@pytest.mark.trust(3)
@pytest.mark.parametrize("pack", [gzipped, zstd.compress])
def test_a_second_stream_that_is_cut_is_not_passed_over(pack: type[bytes]) -> None:
    first, second = pack(FIRST), pack(SECOND)
    encoding = "gzip" if first.startswith(b"\x1f\x8b") else "zstd"
    faults = [unpack(first + second[:cut], [encoding], 0).fault for cut in range(1, len(second))]
    assert None not in faults


def test_a_checksum_that_is_wrong_is_a_broken_stream() -> None:
    packed = bytearray(gzipped(FIRST))
    packed[-6] ^= 1
    assert unpack(bytes(packed), ["gzip"], 0) == (FIRST, "its gzip stream is broken")


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_what_is_not_packed_as_it_says_gives_nothing(encoding: str) -> None:
    assert unpack(b"<html>plain</html>", [encoding], 0) == (b"", f"its {encoding} stream is broken")
    assert unpack(b"", [encoding], 0) == (b"", None)


@pytest.mark.trust(16)
@pytest.mark.parametrize("packing", PACKED)
def test_a_bomb_is_unpacked_no_further_than_allowed(packing: str) -> None:
    bomb = PACKINGS[packing][1](bytes(4 * 2**20))
    with pytest.raises(BodyTooLarge, match="unpack to"):
        unpack(bomb, encodings(packing), 2**20)


@pytest.mark.trust(16)
@pytest.mark.parametrize(("encoding", "stream"), [("gzip", gzipped(b"")), ("zstd", zstd.compress(b""))])
def test_streams_without_end_are_not_followed(encoding: str, stream: bytes) -> None:
    assert unpack(stream * 100_000, [encoding], 0) == (b"", f"its {encoding} stream ends early")


@pytest.mark.trust(16)
def test_a_window_larger_than_a_server_may_ask_for_is_not_given() -> None:
    level = {zstd.CompressionParameter.window_log: 27}
    assert unpack(zstd.compress(bytes(2**27), options=level), ["zstd"], 0).fault == "its zstd stream is broken"
