"""What a spider yields: items, look-ups, and the two other ends that a record on a page may come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sms_database.artist_lookup import ArtistLookupItem, Candidate
from sms_database.raw_event import ListedArtist, RawEventItem

__all__ = [
    "ArtistLookupItem",
    "Candidate",
    "ListedArtist",
    "RawEventItem",
    "RecordError",
    "RecordSkip",
]


@dataclass(kw_only=True, slots=True)
class RecordError:
    """A record that was found on the page but could not be read. It ends in quarantine with its reason."""

    field: str
    """The field of `RawEventItem` that could not be read: "title", "event_day"."""

    reason: str
    """What was wrong, with the text that was met."""

    record: Any
    """The source's own record, JSON-serialisable (markup as text)."""

    url: str | None = None
    """The page on which it was found."""


@dataclass(kw_only=True, slots=True)
class RecordSkip:
    """A record that is left out on purpose. It is counted under its reason in the run."""

    reason: str
    """Short and stable, for it is a key in the run's counts: "past day", "house rules", "weekly night"."""

    source_event_id: str | None = None
    """The id that the record has, or had as an item, where the source itself says that it is listed no more: taken
    back, not published, left out of its series. A row of that id is then unlisted without a second witness."""
