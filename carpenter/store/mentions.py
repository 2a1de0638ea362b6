"""Reading mentions of venues, and what their rows say."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, text

from carpenter.rows import MentionKeys, MentionRow, MentionTotals
from carpenter.store.bulk import numbers_array, stage, words_array
from carpenter.store.inputs import tuples

_COLUMNS = """
m.id, m.source, m.city, m.mention, m.venue_key, m.rule, m.block_keys, m.rows, m.first_seen_at, m.shows,
m.component_id, m.venue_id, m.house_id, m.explanation, m.is_stale
"""

_STALE = f"SELECT {_COLUMNS} FROM venue_mentions m WHERE m.is_stale"

_CLEAN = f"SELECT {_COLUMNS} FROM venue_mentions m WHERE NOT m.is_stale"

_TOTALS = """
SELECT e.mention_id, count(*), min(e.first_seen_at) FROM venue_mentions m JOIN raw_evidence e ON e.mention_id = m.id
WHERE m.is_stale GROUP BY e.mention_id
"""

_SHOWS = """
SELECT e.mention_id, array_agg(DISTINCT show)
FROM venue_mentions m JOIN raw_evidence e ON e.mention_id = m.id, unnest(e.shows) AS show
WHERE m.is_stale GROUP BY e.mention_id
"""

_IN_BLOCKS = f"""
SELECT {_COLUMNS} FROM venue_mentions m
WHERE (m.block_keys && cast(:keys AS text[]) OR m.shows && cast(:shows AS bigint[])) AND NOT m.is_stale
"""

# A mention that was resolved before can only come near others by shows that both name.
_BESIDE = f"""
SELECT {_COLUMNS} FROM venue_mentions m WHERE NOT m.is_stale AND m.id IN (
    SELECT n.id FROM {{staged}} s JOIN venue_mentions n ON n.shows && s.shows
    UNION SELECT n.id FROM {{staged}} s JOIN venue_mentions n ON n.block_keys && s.block_keys
    WHERE s.component_id IS NULL)
"""

_IN_COMPONENTS = f"""
SELECT {_COLUMNS} FROM venue_mentions m WHERE m.component_id = ANY(:components) AND NOT m.is_stale
"""

_SIZES = "SELECT block_key, mentions FROM mention_blocks WHERE block_key = ANY(:keys)"


def stale_mentions(connection: Connection) -> list[tuple[MentionRow, MentionTotals | None]]:
    """The mentions whose rows have changed, each with what these say now; None where it has no rows any more."""
    shows = dict(tuples(connection, _SHOWS, {}))
    totals = {
        mention_id: MentionTotals(rows, first_seen_at, frozenset(shows.get(mention_id, ())))
        for mention_id, rows, first_seen_at in tuples(connection, _TOTALS, {})
    }
    return [(mention, totals.get(mention.id)) for mention in _read(connection, _STALE)]


def count_of_mentions(connection: Connection) -> int:
    """How many mentions there are."""
    return connection.scalar(text("SELECT count(*) FROM venue_mentions")) or 0


def clean_mentions(connection: Connection) -> list[MentionRow]:
    """All that are not stale."""
    return _read(connection, _CLEAN)


def mentions_in_components(connection: Connection, components: Collection[uuid.UUID]) -> list[MentionRow]:
    """All of these components that are not stale."""
    return _read(connection, _IN_COMPONENTS, {"components": list(components)})


def mentions_in_blocks(connection: Connection, keys: Collection[str], shows: Collection[int]) -> list[MentionRow]:
    """All with any of these block keys or shows that are not stale."""
    return _read(connection, _IN_BLOCKS, {"keys": list(keys), "shows": list(shows)})


def mentions_beside(connection: Connection, mentions: Iterable[MentionKeys]) -> list[MentionRow]:
    """All that share a show with any of these mentions, or a block key with one that was never resolved, and are not
    stale.
    """
    rows = ((id, words_array(keys), numbers_array(shows), component) for id, keys, shows, component in mentions)
    staged = stage(connection, "venue_mentions", MentionKeys._fields, rows)
    return _read(connection, _BESIDE.format(staged=staged))


def block_sizes(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """How many resolved mentions share each of these block keys."""
    return dict(tuples(connection, _SIZES, {"keys": list(keys)}))


def _read(connection: Connection, query: str, parameters: Mapping[str, Any] | None = None) -> list[MentionRow]:
    return [MentionRow._make(row) for row in tuples(connection, query, parameters or {})]
