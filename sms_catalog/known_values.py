"""The values that a query may name in one catalog, so that a mistaken one is told with its nearest."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, text

from sms_database.venues import all_venue_facts, city_facts

_VALUES = """
SELECT 'city' AS parameter, slug AS value FROM cities
UNION ALL SELECT 'source', slug FROM sources
UNION ALL SELECT 'venue', key FROM venues WHERE key IS NOT NULL
UNION ALL SELECT DISTINCT 'hood', neighborhood FROM venues WHERE neighborhood IS NOT NULL
"""


def known_values(connection: Connection) -> Mapping[str, Collection[str]]:
    """For `parse_query`, by parameter: cities, sources, keys of venues, and neighborhoods as they are written.

    Those of cities.toml and venues.toml are known before anything was built.
    """
    known: dict[str, set[str]] = {"city": set(city_facts()), "source": set(), "hood": set(), "venue": set()}
    for key, venue in all_venue_facts().items():
        known["venue"].add(key)
        known["hood"].update(filter(None, [venue.neighborhood]))
    for parameter, value in connection.execute(text(_VALUES)):
        known[parameter].add(value)
    return known
