"""The records of `export` as rows of a CSV file. Pure functions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from sms_database.raw_event import FIELD_NAMES
from sms_text.printable import as_text_cell

SEPARATOR = " / "

_VENUE_OF_EVENT = ("id", "name", "address", "city", "region", "postal_code", "latitude", "longitude")

COLUMNS: Mapping[str, Sequence[str]] = {
    "events": (
        *("id", "title", "kind", "status", "event_day", "start_time", "doors_time", "end_time", "timezone"),
        *("starts_at", *(f"venue_{part}" for part in _VENUE_OF_EVENT), "artists", "price_min", "price_max", "currency"),
        *("is_free", "min_age", "event_url", "ticket_url", "image_url", "description", "sources"),
        *("end_day", "night", "city", "slug", "genres", "presenter", "tour", "first_seen", "changed_at"),
    ),
    "links": ("source", "source_event_id", "event_id", "venue_id", "artists", "artist_ids", "reason"),
    "venues": (
        *("id", "key", "name", "aliases", "scene", "address", "city", "region", "postal_code", "country"),
        *("latitude", "longitude", "timezone", "neighborhood", "capacity", "website", "parent_id"),
    ),
    "artists": ("id", "name", "aliases", "links"),
    "raw": FIELD_NAMES,
}


def csv_lines(what: str, records: Iterable[Mapping[str, Any]], *, verbatim: bool = False) -> Iterator[str]:
    """A line of names, and one for each record. Lists are joined by " / "; sources are SOURCE/SOURCE_EVENT_ID.

    No cell is one that a spreadsheet would run (`as_text_cell`), unless they are to be `verbatim`.
    """
    shown = str if verbatim else as_text_cell
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS[what], restval="")
    writer.writeheader()
    yield buffer.getvalue()
    for record in records:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow({name: shown(cell) for name, cell in _flat(what, record).items()})
        yield buffer.getvalue()


def _flat(what: str, record: Mapping[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in record.items():
        if what == "links" and name == "artists":
            cells["artists"] = SEPARATOR.join(artist for artist, _ in value)
            cells["artist_ids"] = SEPARATOR.join(artist_id for _, artist_id in value)
        elif name == "venue":
            cells |= {f"venue_{part}": _cell((value or {}).get(part)) for part in _VENUE_OF_EVENT}
        else:
            cells[name] = orjson.dumps(value).decode() if name == "payload" and value is not None else _cell(value)
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return SEPARATOR.join(_entry(entry) for entry in value)
    return str(value)


def _entry(entry: Any) -> str:
    """One of a list: a text, or an object by what names it."""
    if isinstance(entry, str):
        return entry
    if "source_event_id" in entry:
        return f"{entry['source']}/{entry['source_event_id']}"
    return str(entry.get("name") or entry.get("value"))
