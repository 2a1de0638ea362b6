"""The described venues, entered into the catalog as venues.toml has them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from carpenter.store.bulk import upsert
from sms_database.sources import store_cities
from sms_database.venues import VenueFacts
from sms_text.text import slugify

_FIELDS = (
    "city",
    "name",
    "address",
    "town",
    "region",
    "postal_code",
    "country",
    "latitude",
    "longitude",
    "timezone",
    "neighborhood",
    "capacity",
    "website",
)


def store_described_venues(connection: Connection, venues: Mapping[str, VenueFacts]) -> None:
    """Enter every city and described venue; a venue that is described no more stands by its mentions alone."""
    store_cities(connection)
    connection.execute(text("UPDATE venues SET key = NULL WHERE key <> ALL(:keys)"), {"keys": list(venues)})
    columns = ["id", "key", "slug", *_FIELDS]
    rows = [[v.id, v.key, slugify(v.name), *(getattr(v, name) for name in _FIELDS)] for v in venues.values()]
    upsert(connection, "venues", ["id"], columns, rows)
    parents = {v.key: venues[v.parent].id if v.parent else None for v in venues.values()}
    connection.execute(
        text("UPDATE venues SET parent_id = :parent WHERE key = :key AND parent_id IS DISTINCT FROM :parent"),
        [{"key": key, "parent": parent} for key, parent in parents.items()],
    )
    connection.execute(text("UPDATE venue_aliases SET is_fact = false WHERE is_fact"))
    aliases = [[v.id, alias, True] for v in venues.values() for alias in {v.name, *v.aliases}]
    upsert(connection, "venue_aliases", ["venue_id", "alias"], ["venue_id", "alias", "is_fact"], aliases)
    connection.execute(text("DELETE FROM venue_aliases WHERE NOT is_fact AND mentions = 0"))
