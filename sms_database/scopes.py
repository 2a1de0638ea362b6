"""The scopes of a change: what it concerns, as readers ask for it. Each has a head, the number of its last change."""

from __future__ import annotations

import uuid
from datetime import date

EVERYTHING = "all"

CATALOG = "catalog"
"""Of the changes that are of the whole catalog, whatever a reader looks at."""


def city_scope(city: str) -> str:
    """Whatever is on the calendar of a scene."""
    return f"city:{city}"


def night_scope(city: str, night: date) -> str:
    """A night in a scene."""
    return f"night:{city}:{night.isoformat()}"


def entity_scope(entity: str, entity_id: uuid.UUID | str) -> str:
    """An event, a venue, or an artist."""
    return f"{entity}:{entity_id}"
