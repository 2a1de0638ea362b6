"""Records in JSON as sites serve them: any level may be missing or of another type than yesterday."""

from __future__ import annotations

import math
from typing import Any
from zoneinfo import available_timezones

import orjson

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.reading import UnreadableField
from sms_crawlers.reading.answers import as_utf8

_ZONES = frozenset(available_timezones())


def load_json(body: bytes | str, what: str) -> Any:
    """Parse JSON. Raises UnreadablePage, which names `what` was expected, for anything else or nested too deep."""
    try:
        return orjson.loads(as_utf8(body) if isinstance(body, bytes) else body)
    except orjson.JSONDecodeError as problem:
        raise UnreadablePage(f"{what}: no JSON that can be read: {problem}") from problem


def inner(record: Any, *path: str) -> Any:
    """The value under `path`; None where a level is missing or is no object."""
    for key in path:
        record = record.get(key) if isinstance(record, dict) else None
    return record


def text_at(record: Any, *path: str) -> str | None:
    """The stripped text under `path`, a number as its digits; None where there is neither (the payload keeps it)."""
    value = inner(record, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def number_at(record: Any, *path: str) -> float | None:
    """The number under `path`, also one that is written as text; None where there is none that is finite."""
    value = inner(record, *path)
    try:
        number = math.nan if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def records_at(record: Any, *path: str) -> list[Any]:
    """The list under `path`; an empty one where there is none."""
    value = inner(record, *path)
    return value if isinstance(value, list) else []


def required_text(record: Any, *path: str, field: str) -> str:
    """As `text_at`; raises UnreadableField(field, …) where there is none."""
    text = text_at(record, *path)
    if text is None:
        raise UnreadableField(field, f"no text under {'.'.join(path)}: {str(inner(record, *path))[:80]}")
    return text


def zone_at(record: Any, *path: str) -> str | None:
    """The name of a zone under `path`; None where there is none, or none that IANA knows."""
    name = inner(record, *path)
    return name if isinstance(name, str) and name in _ZONES else None
