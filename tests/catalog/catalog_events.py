"""Events of the catalog made for tests that need no database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sms_catalog.events import CatalogEvent


def catalog_event(day: date, title: str, acts: Sequence[str], **values: Any) -> CatalogEvent:
    """An event with these acts in billing order, and nothing known of it but what is given."""
    given: dict[str, Any] = dict.fromkeys(field.name for field in fields(CatalogEvent))
    bill = [{"id": str(uuid.uuid5(uuid.NAMESPACE_OID, act)), "name": act, "role": "headliner"} for act in acts]
    given |= {"id": uuid.uuid4(), "title": title, "event_day": day, "night": day, "artists": bill, "sources": []}
    return CatalogEvent(**given | values)
