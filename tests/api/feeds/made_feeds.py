"""Feeds made for tests that need no database, and the texts that they must bear."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from sms_api.feeds.feed import Feed
from sms_catalog.changes import Change
from sms_catalog.events import CatalogEvent, EventVenue
from sms_catalog.news import News
from tests.catalog.catalog_events import catalog_event
from tests.hostile_text import HOSTILE

CHANGED_AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)

SITE = "https://calendar.example"

CATALOG_TEXT = st.text(
    st.one_of(
        st.characters(codec=None, exclude_categories=("Cs",), exclude_characters="\0"),
        st.sampled_from("\n\r\t\x0b\x0c\x1c\x1b\x85\u2028\u2029\ufffe;,:\\\"'<>&=+-@ \u202e\u200b"),
    ),
    min_size=1,
)
"""Whatever PostgreSQL can hold."""

ATTACKS = (
    HOSTILE.encode("utf-8", "ignore").decode(),
    "</title><script>alert(1)</script><img src=x onerror=alert(1)>",
    "]]><!--<![CDATA[ &lt; &#0; ]]>",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:forged\r\nEND:VEVENT",
    "x\nBEGIN:VALARM\nATTACH:cmd.exe",
    "x\x85END:VCALENDAR\u2028BEGIN:VCALENDAR\x0bUID:forged\x0cX:1\x1cY:2",
    '=cmd|"/c calc"!A1',
    "\t@SUM(1+1)",
    '","forged',
    "\\n\\;\\,\\\\",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
)


def listed(title: str = "Ivory", **values: Any) -> CatalogEvent:
    """An event at a room in Seattle, 20:00 on Fri 20 Nov 2026."""
    given: dict[str, Any] = {
        "kind": "show",
        "status": "scheduled",
        "timezone": "America/Los_Angeles",
        "starts_at": datetime(2026, 11, 21, 4, 0, tzinfo=UTC),
        "revised_at": CHANGED_AT,
        "genres": [],
        "venue": room(),
    }
    return catalog_event(date(2026, 11, 20), title, ["Tin Lantern"], **given | values)


def room(name: str = "Neumos") -> EventVenue:
    """A room."""
    known: dict[str, Any] = dict.fromkeys(EventVenue.__dataclass_fields__)
    known |= {"id": uuid.UUID(int=7), "name": name, "town": "Seattle", "latitude": 47.6143, "longitude": -122.3201}
    return EventVenue(**known)


def feed(events: Sequence[CatalogEvent], **values: Any) -> Feed:
    """A feed of these events."""
    given: dict[str, Any] = {
        "title": "Live music in Seattle, tonight",
        "identity": "/seattle.x",
        "site": SITE,
        "page": f"{SITE}/seattle",
        "address": f"{SITE}/seattle.x",
        "changed_at": CHANGED_AT,
        "events": events,
    }
    return Feed(**given | values)


def told(event: CatalogEvent, words: str = "announced", seq: int = 1) -> News:
    """News of an event."""
    change = Change(
        seq=seq,
        at=CHANGED_AT,
        kind="created",
        entity="event",
        entity_id=event.id,
        into_id=None,
        city="seattle",
        night=event.night,
        scopes=["all"],
        before=None,
        after={},
        cause={},
    )
    return News(change=change, words=words, title=event.title, event=event)
