"""The check that every item passes before it is stored: right types, storable text, bounded size."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from math import isfinite, nan
from typing import Any

from w3lib.html import replace_entities

from sms_database.artist_lookup import ArtistLookupItem
from sms_database.json_text import clean_strings, dumps
from sms_database.raw_event import FIELD_NAMES, RawEventItem

MAX_LENGTH = {"source": 200, "source_event_id": 1_000, "title": 10_000, "description": 1_000_000}
"""Characters. No listing comes near; a longer text is a page swallowed whole by a broken selector."""

MAX_OTHER_LENGTH = 20_000
MAX_SIZE = 5_000_000
"""Characters of the whole item as JSON."""

APART = ("source_url", "payload")
"""Fields that are stored in columns of their own, and not in `data`."""

_REQUIRED = ("source", "source_event_id", "fetched_at", "title")
_NUMBERS = ("latitude", "longitude", "price_min", "price_max")
_CLEAN = re.compile(r"[^\s&\x00\ud800-\udfff]+(?: [^\s&\x00\ud800-\udfff]+)*")
"""Text that checking leaves as it is, as nearly all is; the rest takes the long way."""
_VERBATIM = ("description", "payload")
_FOLDED = frozenset(FIELD_NAMES) - {"fetched_at", "artists", "genres", *_NUMBERS, *_VERBATIM}
"""Fields of text whose white space is folded; a title keeps its line ends, which part its acts."""


class ItemRejected(ValueError):
    """Raised by `check_item` for what cannot be stored as a raw event. `reasons` has one line for each fault."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons

    @property
    def field(self) -> str:
        """The first field at fault."""
        return self.reasons[0].split(":", 1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedItem:
    """An item that may be stored: its columns, and the whole item less what is None or empty."""

    source: str
    source_event_id: str
    event_name: str
    venue_name: str | None
    event_day: date | None
    source_url: str | None
    payload: str | None
    """As JSON text."""
    data: dict[str, Any]
    """The whole item."""
    stored_data: str
    """`data` as JSON text, less `source_url` and `payload`."""
    content_hash: str
    """Of the whole item as JSON text, its fields in the contract's order."""
    fetched_at: datetime


def item_json(item: RawEventItem | ArtistLookupItem) -> dict[str, Any]:
    """The exchange form of an item: every field in order, instants as ISO text with Z."""
    fetched_at = item.fetched_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return asdict(item) | {"fetched_at": fetched_at}


def check_item(item: RawEventItem | Mapping[str, Any]) -> CheckedItem:
    """Check an item or its exchange form. Raises ItemRejected with every reason.

    What is wrong with the *content* (a 31st of February, doors at 25:00) is no reason here: it is stored as it was
    printed, and the carpenter says what it made of it. Fields beyond the contract are left out.
    """
    reasons: list[str] = []
    data: dict[str, Any] = {}
    for name in FIELD_NAMES:
        value = getattr(item, name) if isinstance(item, RawEventItem) else item.get(name)
        if value is None or name == "fetched_at":
            continue
        if type(value) is str and name in _FOLDED and len(value) <= 200 and _CLEAN.fullmatch(value):
            data[name] = value
            continue
        try:
            checked = _checked(name, value)
        except (TypeError, ValueError, OverflowError, RecursionError) as problem:
            reasons.append(f"{name}: {problem}")
            continue
        if checked is not None and checked != []:
            data[name] = checked
    fetched_at = _instant(item.fetched_at if isinstance(item, RawEventItem) else item.get("fetched_at"), reasons)
    reasons += [
        f"{name}: missing" for name in _REQUIRED[:2] + _REQUIRED[3:] if name not in data and not _faulty(name, reasons)
    ]
    if reasons or fetched_at is None:
        raise ItemRejected(reasons)
    return _seal(data, fetched_at)


def _faulty(name: str, reasons: list[str]) -> bool:
    return any(reason.startswith(f"{name}:") for reason in reasons)


def _seal(data: dict[str, Any], fetched_at: datetime) -> CheckedItem:
    try:
        content = dumps(data)
    except TypeError as problem:
        raise ItemRejected([f"payload: {problem}"]) from problem
    if len(content) > MAX_SIZE:
        raise ItemRejected([f"payload: the item has {len(content)} characters, more than {MAX_SIZE}"])
    return CheckedItem(
        source=data["source"],
        source_event_id=data["source_event_id"],
        event_name=data["title"],
        venue_name=data.get("venue_name"),
        event_day=_day(data.get("event_day")),
        source_url=data.get("source_url"),
        payload=dumps(data["payload"]) if "payload" in data else None,
        data=data,
        stored_data=dumps({name: value for name, value in data.items() if name not in APART}),
        content_hash=hashlib.blake2b(content.encode(), digest_size=16).hexdigest(),
        fetched_at=fetched_at,
    )


def _checked(name: str, value: Any) -> Any:
    if name == "payload":
        return clean_strings(value)
    if name == "artists":
        return _artists(value)
    if name == "genres":
        return [text for entry in _list(value) if (text := _text(name, entry)) is not None]
    if name in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise TypeError(f"a number was expected, not {type(value).__name__}")
        return _finite(value)
    return _text(name, value)


def _finite(value: int | float | str) -> float:
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = nan
    if not isfinite(number):
        raise ValueError(f"{value!r:.50} is no number that can be stored")
    return number


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return list(value)


def _artists(value: Any) -> list[dict[str, Any]]:
    artists = []
    for entry in _list(value):
        if not isinstance(entry, Mapping):
            raise TypeError(f"a performer is an object with a name, not {type(entry).__name__}")
        artist = {k: clean_strings(v) for k, v in entry.items() if v not in (None, "", [])}
        name = _text("artists", artist.get("name"))
        if name is not None:
            artists.append(artist | {"name": name})
    return artists


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool | dict | list) or not isinstance(value, str | int | float):
        raise TypeError(f"text was expected, not {type(value).__name__}")
    text: str = clean_strings(str(value))
    longest = MAX_LENGTH.get(name, MAX_OTHER_LENGTH)
    if len(text) > longest:
        raise ValueError(f"{len(text)} characters, more than {longest}")
    if name in _VERBATIM:
        return text.strip() or None
    if "&" in text:
        text = replace_entities(text).replace("\x00", "")
    if name == "title":
        return "\n".join(line for each in text.splitlines() if (line := " ".join(each.split()))) or None
    return " ".join(text.split()) or None


def _instant(value: Any, reasons: list[str]) -> datetime | None:
    if not isinstance(value, str | datetime):
        reasons.append(
            "fetched_at: " + ("missing" if value is None else f"text was expected, not {type(value).__name__}")
        )
        return None
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
        reasons.append(f"fetched_at: {value} has no zone")
    except (ValueError, OverflowError):  # an hour before the year 1 or after 9999, in UTC
        reasons.append(f"fetched_at: {value!r:.50} is no ISO instant")
    return None


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
