"""Bodies as servers pack them, for tests of what arrives cut."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
from backports import zstd


def raw_deflate(body: bytes) -> bytes:
    """Deflate without head and checksum, as some servers send it under the name of the other."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def gzip_and_brotli(body: bytes) -> bytes:
    packed: bytes = brotli.compress(gzip.compress(body))
    return packed


PACKINGS: dict[str, tuple[str | None, Callable[[bytes], bytes]]] = {
    "plain": (None, bytes),
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "gzip twice": ("gzip, x-gzip", lambda body: gzip.compress(gzip.compress(body))),
    "brotli around gzip": ("gzip, br", gzip_and_brotli),
}
"""Of each packing the Content-Encoding, and how it is done."""
