"""Which addresses are for programs of everybody. A pure function."""

from __future__ import annotations

SUFFIXES = ("json", "ics", "atom", "csv", "geojson", "ndjson", "feed.json")
"""The endings under which the answer of a page has other forms; `sms_api.feeds.formats` says which."""

_ENDINGS = tuple(f".{suffix}" for suffix in SUFFIXES)


def readable_from_anywhere(path: str) -> bool:
    """Is it an address of /v1, a feed, a file of the bulk export, or a description for embedding?"""
    return path.startswith("/v1/") or path == "/oembed" or path.endswith(_ENDINGS)
