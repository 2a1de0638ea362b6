"""Which addresses are for programs of everybody. A pure function."""

from __future__ import annotations

_SUFFIXES = (".json", ".ics", ".atom", ".csv", ".geojson", ".ndjson")


def readable_from_anywhere(path: str) -> bool:
    """Is it an address of /v1 or a feed?"""
    return path.startswith("/v1/") or path.endswith(_SUFFIXES)
