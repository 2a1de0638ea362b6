"""The ids of the catalog: UUIDv5 of natural keys, so that a build from nothing gives the same ones."""

from __future__ import annotations

import uuid
from datetime import date
from functools import lru_cache
from typing import NamedTuple

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://live-music-calendar.invalid/")


class BlockKey(NamedTuple):
    """A block: one house, one night; a row without a room is a house of its own."""

    house_id: uuid.UUID
    night: date


def row_uuid(source: str, source_event_id: str) -> uuid.UUID:
    """The id of a raw event, and of the event that it founds."""
    return uuid.uuid5(_NAMESPACE, f"raw:{source}\x1f{source_event_id}")


@lru_cache(maxsize=65_536)
def artist_uuid(name_key: str) -> uuid.UUID:
    """The id of the artist with this folded name."""
    return uuid.uuid5(_NAMESPACE, f"artist:{name_key}")


def mention_uuid(source: str, city: str | None, particulars: str) -> uuid.UUID:
    """The id of a mention of a room: what a source prints of it, as JSON, and the scene that the row is of."""
    return uuid.uuid5(_NAMESPACE, f"mention:{source}\x1f{city or ''}\x1f{particulars}")


def described_venue_uuid(key: str) -> uuid.UUID:
    """The id of the venue with this key in venues.toml."""
    return uuid.uuid5(_NAMESPACE, f"venue:{key}")


def founded_venue_uuid(mention_id: uuid.UUID) -> uuid.UUID:
    """The id of a venue that is described nowhere: that of the mention that founded it."""
    return uuid.uuid5(_NAMESPACE, f"venue:{mention_id}")


def candidate_uuid(service: str, act_id: str) -> uuid.UUID:
    """The stand-in for an id of ours of an act that a service knows."""
    return uuid.uuid5(_NAMESPACE, f"{service}:{act_id}")
