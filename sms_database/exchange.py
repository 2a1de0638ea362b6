"""The exchange format: one raw event a line, as JSON. Pure functions; `sms_database.raw_check` judges the contents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sms_database.raw_event import FIELD_NAMES

FLAT_NAMES: Mapping[str, str] = {
    "tz": "timezone",
    "venue_state": "venue_region",
    "price": "price_text",
    "status": "status_text",
}
"""What flat files made elsewhere call some fields; a line that gives a field under both names keeps the contract's."""

_KNOWN = frozenset(FIELD_NAMES) | FLAT_NAMES.keys()


class BadLine(ValueError):
    """A line that holds no JSON object; `str()` says what it holds."""


def read_line(line: bytes) -> dict[str, Any]:
    """The object of one line, in UTF-8. Raises BadLine."""
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as problem:
        raise BadLine(f"no JSON: {problem}") from problem
    if not isinstance(given, dict):
        raise BadLine(f"no JSON object, but {_what(given)}")
    return given


def to_contract(given: Mapping[str, Any]) -> dict[str, Any]:
    """The object with the names of RawEventItem: flat names translated, performers given as strings made objects."""
    item = dict(given)
    for flat, name in FLAT_NAMES.items():
        if item.get(name) is None and flat in item:
            item[name] = item[flat]
    if isinstance(artists := item.get("artists"), list):
        item["artists"] = [{"name": entry} if isinstance(entry, str) else entry for entry in artists]
    return item


def unknown_fields(given: Mapping[str, Any]) -> list[str]:
    """The fields that neither the contract nor the flat form knows, and that are left out."""
    return [name for name in given if name not in _KNOWN]


def exchange_form(data: Mapping[str, Any], fetched_at: str) -> dict[str, Any]:
    """A stored item as its spider wrote it: every field in the contract's order, what it did not give as None or []."""
    empty: Mapping[str, Any] = {"artists": [], "genres": []}
    return {name: fetched_at if name == "fetched_at" else data.get(name, empty.get(name)) for name in FIELD_NAMES}


def _what(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")
