"""RawEventItem: the contract between whoever reads a source and everyone else.

It lives here, and not beside the spiders that fill it, because the carpenter's `load` reads the same shape from
flat files and may not import the crawler. `sms_crawlers.items` offers it under the name that spiders use.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NotRequired, TypedDict


class ListedArtist(TypedDict):
    """A performer as the source lists it apart from the title."""

    name: str
    role: NotRequired[str | None]
    source_artist_id: NotRequired[str | None]
    url: NotRequired[str | None]
    image_url: NotRequired[str | None]
    genres: NotRequired[list[str] | None]
    musicbrainz_id: NotRequired[str | None]
    spotify_id: NotRequired[str | None]


@dataclass(kw_only=True, slots=True)
class RawEventItem:
    """One event as one source publishes it, transcribed and not interpreted.

    Empty is None, never "". Unknown stays None: no default time, no invented end. Text is stripped, entities
    unescaped, white space folded; nothing else is changed.
    """

    source: str
    """The spider's name: `blue_moon`, `ticketmaster`."""

    source_event_id: str
    """The source's own id; where it has none, a documented stable key (day + slug of title). Unique in the source."""

    source_url: str | None = None
    """The page or API record that a person can open; never with a key or token in it."""

    fetched_at: datetime
    """UTC instant of the response."""

    title: str
    """As printed."""

    event_day: str | None = None
    """ISO date, local to the venue; None if the source prints none that can be read (then `date_text`)."""

    start_time: str | None = None
    """`HH:MM`, local to the venue; None if unknown. On the night on which the clock is set back it shows an hour twice:
    where the source tells which of the two, the offset from UTC stands behind it, `01:30-08:00`."""

    doors_time: str | None = None
    """As `start_time`."""

    end_time: str | None = None
    """As `start_time`."""

    end_day: str | None = None
    """ISO date of the last day, only for events over several days."""

    date_text: str | None = None
    """What was printed, when the day or time had to be parsed from prose."""

    timezone: str | None = None
    """IANA name of the zone that day and times are local to."""

    venue_name: str | None = None
    """The room, as the source gives it; a venue's own spider fills it from its fixed facts."""

    venue_address: str | None = None
    """Street address, as the source gives it."""

    venue_city: str | None = None
    """Town of the address."""

    venue_region: str | None = None
    """State, province or region."""

    venue_postal_code: str | None = None
    """Postal code."""

    venue_country: str | None = None
    """Country, as a name or ISO code."""

    latitude: float | None = None
    """Degrees north, WGS 84."""

    longitude: float | None = None
    """Degrees east, WGS 84."""

    source_venue_id: str | None = None
    """The source's own id of the room."""

    venue_url: str | None = None
    """The room's own site or the source's page of it."""

    artists: list[ListedArtist] = field(default_factory=list)
    """Performers in billing order, only where the source lists them apart from the title."""

    description: str | None = None
    """As served; may be HTML."""

    price_text: str | None = None
    """As printed."""

    price_min: float | None = None
    """In `currency`; only where the source gives a number."""

    price_max: float | None = None
    """In `currency`; only where the source gives a number."""

    currency: str | None = None
    """ISO 4217 code."""

    age_text: str | None = None
    """As printed: "21+", "All Ages"."""

    status_text: str | None = None
    """As printed: "Postponed", "Sold Out"."""

    genres: list[str] = field(default_factory=list)
    """As the source names them."""

    image_url: str | None = None
    """Absolute."""

    ticket_url: str | None = None
    """Absolute."""

    payload: Any = None
    """The source's own record, verbatim and JSON-serialisable, less secrets."""


FIELD_NAMES: tuple[str, ...] = tuple(f.name for f in fields(RawEventItem))
