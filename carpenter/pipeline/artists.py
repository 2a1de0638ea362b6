"""Naming the artists whose rows or look-ups have changed, and learning what services give of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection

from carpenter.artists.learning import acts_by_name, artist_facts, ids_to_look_up, learn_all
from carpenter.artists.matching import SERVICES
from carpenter.artists.naming import name_artists
from carpenter.store import enrichment, housekeeping
from carpenter.store.changes import ChangeOrigin, written_changes


def name_stale_artists(connection: Connection, batch: int, origin: ChangeOrigin | None) -> bool:
    """Name so many stale artists by all that now mention them, and drop those that nothing names; returns whether there
    may be more.
    """
    ids = housekeeping.stale_artists(connection, batch)
    with written_changes(connection, origin, artists=[uuid.UUID(i) for i in ids]):
        housekeeping.rename_artists(connection, name_artists(housekeeping.spellings_of(connection, ids)))
        housekeeping.delete_unnamed_artists(connection, ids)
        _learn(connection, ids)
    return len(ids) == batch


def _learn(connection: Connection, ids: Sequence[str]) -> None:
    """Give these artists the links and aliases that look-ups give them now, and no others; list the doubtful ones."""
    chosen = enrichment.chosen_links(connection, ids)
    artists = artist_facts(enrichment.artist_rows(connection, ids), chosen)
    named = acts_by_name(enrichment.lookups_by_name(connection, SERVICES, [artist.key for artist in artists]))
    looked_up = enrichment.lookups_by_id(connection, SERVICES, ids_to_look_up(artists, named))
    enrichment.write_given(connection, ids, learn_all(artists, named, looked_up))
