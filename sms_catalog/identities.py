"""What an id in an address means: the whole id, or its first digits, of something that is, was merged, or is gone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from sms_catalog.ids import IdRange

_IDS: Mapping[str, str] = {
    "event": """
        SELECT id FROM events WHERE id BETWEEN cast(:first AS uuid) AND cast(:last AS uuid)
        UNION SELECT to_id FROM redirects WHERE from_id BETWEEN cast(:first AS uuid) AND cast(:last AS uuid)
        ORDER BY 1""",
    "venue": "SELECT id FROM venues WHERE id BETWEEN cast(:first AS uuid) AND cast(:last AS uuid) ORDER BY 1",
    "artist": "SELECT id FROM artists WHERE id BETWEEN cast(:first AS uuid) AND cast(:last AS uuid) ORDER BY 1",
}

_SLUGS: Mapping[str, str] = {
    "venue": "SELECT id, name FROM venues WHERE slug = :slug OR key = :key ORDER BY name, id",
    "artist": "SELECT id, name FROM artists WHERE slug = :slug ORDER BY name, id",
}

# An event has the id of the row that founded it, which may have founded one before records were kept.
_ON_RECORD = """
SELECT EXISTS (
        SELECT FROM carpenter_records
        WHERE entity = :entity AND entity_id BETWEEN cast(:first AS uuid) AND cast(:last AS uuid)
    ) OR :entity = 'event' AND EXISTS (
        SELECT FROM raw_evidence WHERE row_uuid BETWEEN cast(:first AS uuid) AND cast(:last AS uuid)
    )
"""


def ids_in(connection: Connection, entity: str, ids: IdRange) -> Sequence[uuid.UUID]:
    """The ids of this range that an event, venue or artist has now; a former id of an event gives that which it leads
    to.
    """
    return connection.scalars(text(_IDS[entity]), _ends(ids)).all()


def ids_by_slug(connection: Connection, entity: str, slug: str) -> Sequence[tuple[uuid.UUID, str]]:
    """The venues or artists of a slug, and the venue of a key, each with its name."""
    rows = connection.execute(text(_SLUGS[entity]), {"slug": slug, "key": slug.replace("-", "_")})
    return [(row.id, row.name) for row in rows]


def is_on_record(connection: Connection, entity: str, ids: IdRange) -> bool:
    """Was there ever an event, venue or artist (`entity`) with an id of this range? Then what is not there is gone."""
    return bool(connection.scalar(text(_ON_RECORD), {"entity": entity, **_ends(ids)}))


def _ends(ids: IdRange) -> Mapping[str, str]:
    return {"first": str(ids.first), "last": str(ids.last)}
