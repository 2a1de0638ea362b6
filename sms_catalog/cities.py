"""The scenes that the catalog has calendars of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

_CITIES = """
SELECT slug, name, region, country, coalesce(timezone, 'UTC') AS timezone, latitude, longitude
FROM cities WHERE cast(:slug AS text) IS NULL OR slug = :slug ORDER BY name COLLATE "C", slug
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A city with the towns around it: the area that one calendar covers."""

    slug: str
    name: str
    region: str | None
    country: str | None
    timezone: str
    """IANA name; UTC where none is known."""
    latitude: float | None
    longitude: float | None


def scenes(connection: Connection) -> Sequence[Scene]:
    """Every scene, by name."""
    return [Scene(*row) for row in connection.execute(text(_CITIES), {"slug": None})]


def scene_by_slug(connection: Connection, slug: str) -> Scene | None:
    """The scene of a slug."""
    row = connection.execute(text(_CITIES), {"slug": slug}).first()
    return Scene(*row) if row else None
