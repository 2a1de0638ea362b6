"""How many events a Query chooses, in parts."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from sms_catalog.query import Query
from sms_catalog.query_sql import event_condition

_BY_YEAR = """
SELECT cast(extract(year FROM e.night) AS integer) AS year, count(*) AS events
FROM events e WHERE {condition} GROUP BY 1 ORDER BY 1
"""


def events_by_year(connection: Connection, query: Query) -> Mapping[int, int]:
    """The chosen events of each year, by their nights."""
    condition, parameters = event_condition(query)
    rows = connection.execute(text(_BY_YEAR.format(condition=condition)), parameters)
    return {row.year: row.events for row in rows}
