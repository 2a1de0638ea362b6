"""Readings made for tests of pairs and clusters: rows that say no more than a test needs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from carpenter.model import RawRow, Reading, SourceTraits, VenueRef
from carpenter.parsing.hours import NO_TIMES
from carpenter.parsing.instants import Instants
from carpenter.parsing.prices import Price
from carpenter.titles.bill import Act, Bill
from sms_database.ids import row_uuid
from sms_text.text import fold_key

NIGHT = date(2026, 11, 27)


def room(name: str = "Pier Hall", key: str | None = None) -> VenueRef:
    """A venue of Seattle."""
    venue_id = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    return VenueRef(
        id=venue_id,
        key=key,
        name=name,
        city="seattle",
        timezone="America/Los_Angeles",
        house_id=venue_id,
        mention=name,
        rule="test",
    )


PIER_HALL = room()


def at(hour: str | None) -> datetime | None:
    """An instant of the night, in UTC."""
    return datetime.combine(NIGHT, time.fromisoformat(hour), UTC) if hour else None


def raw_row_of(data: Mapping[str, Any], source_kind: str = "feed") -> RawRow:
    """A row of a source "paper" that says so."""
    return RawRow(
        id=0,
        source=SourceTraits(slug="paper", kind=source_kind, city="seattle", venue=None, trust=0),
        source_event_id="1",
        data=data,
        source_url=None,
        content_hash="",
        first_seen_at=datetime(2026, 11, 1, tzinfo=UTC),
        is_unlisted=False,
        row_uuid=row_uuid("paper", "1"),
    )


def reading(
    source: str,
    source_event_id: str,
    title: str,
    *,
    start: str | None = None,
    doors: str | None = None,
    acts: Sequence[str] = (),
    kind: str = "show",
    flags: Sequence[str] = (),
    page: str | None = None,
    source_kind: str = "feed",
    own_room: str | None = None,
    venue: VenueRef | None = PIER_HALL,
) -> Reading:
    """A row of a source at Pier Hall; `start` and `doors` as HH:MM of UTC."""
    traits = SourceTraits(slug=source, kind=source_kind, city="seattle", venue=own_room, trust=0)
    row = RawRow(
        id=0,
        source=traits,
        source_event_id=source_event_id,
        data={},
        source_url=None,
        content_hash="",
        first_seen_at=datetime(2026, 11, 1, tzinfo=UTC),
        is_unlisted=False,
        row_uuid=row_uuid(source, source_event_id),
    )
    return Reading(
        row=row,
        city="seattle",
        title=title,
        title_key=fold_key(title),
        bill=Bill(
            acts=tuple(Act(name, "headliner") for name in acts),
            presenter=None,
            tour=None,
            headline=None,
            flags=frozenset(flags),
        ),
        billed=tuple(map(fold_key, acts)),
        act_keys=frozenset(map(fold_key, acts)),
        kind=kind,
        status="scheduled",
        day=NIGHT,
        end_day=None,
        timezone="America/Los_Angeles",
        times=NO_TIMES,
        instants=Instants(starts_at=at(start), doors_at=at(doors)),
        other_clocks=(),
        venue=venue,
        price=Price(),
        min_age=None,
        description=None,
        event_url=None,
        ticket_url=page,
        image_url=None,
        genres=(),
        notes=(),
        has_others_day=False,
    )
