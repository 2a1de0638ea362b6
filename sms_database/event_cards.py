"""Cards of events: whoever changes what a card shows deletes it in the same transaction; one process stores them.

A writer holds the lock of cards, shared, from before it deletes cards until it commits; who stores cards holds it
alone, and reads and stores in that one transaction. So it reads nothing that is about to change, and a writer that
comes later deletes what was stored. Readers store none: what they have read may be of before a change committed since.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, text

from sms_database.locks import CARDS

_LOCK = text(f"SELECT pg_advisory_xact_lock_shared({CARDS})")

_LOCK_ALONE = text(f"SELECT pg_try_advisory_xact_lock({CARDS})")

_FORGET = text("DELETE FROM event_cards WHERE event_id = ANY(cast(:ids AS uuid[]))")

_FORGET_OF_VENUES = text(
    "DELETE FROM event_cards c USING events e WHERE e.id = c.event_id AND e.venue_id = ANY(cast(:ids AS uuid[]))"
)

_STORE = text(
    "INSERT INTO event_cards (event_id, record, event) VALUES (:event_id, :record, :event)"
    " ON CONFLICT (event_id) DO UPDATE SET record = excluded.record, event = excluded.event"
)


def forget_cards(
    connection: Connection, *, events: Collection[uuid.UUID] = (), venues: Collection[uuid.UUID] = ()
) -> None:
    """Delete the cards of these events, and of all at these venues."""
    for statement, ids in ((_FORGET, events), (_FORGET_OF_VENUES, venues)):
        if ids:
            connection.execute(_LOCK)
            connection.execute(statement, {"ids": sorted(map(str, ids))})


def forget_all_cards(connection: Connection) -> None:
    """Delete the cards of all events."""
    connection.execute(_LOCK)
    connection.execute(text("DELETE FROM event_cards"))


def may_store_cards(connection: Connection) -> bool:
    """Take the lock for the rest of the transaction; False while somebody changes what cards show."""
    return bool(connection.scalar(_LOCK_ALONE))


def store_cards(connection: Connection, cards: Iterable[Mapping[str, Any]]) -> None:
    """Store cards (`event_id`, `record`, `event`) in a transaction that holds the lock."""
    if rows := list(cards):
        connection.execute(_STORE, rows)
