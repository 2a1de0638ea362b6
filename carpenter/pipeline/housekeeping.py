"""The end of a run: artists named by all that now mention them, venues dropped that nothing mentions."""

from __future__ import annotations

from sqlalchemy import Engine

from carpenter.pipeline.artists import name_stale_artists
from carpenter.store.enrichment import read_lookups
from carpenter.store.housekeeping import drop_unused_venues, lock_housekeeping


def run_housekeeping(engine: Engine, batch: int) -> None:
    """Read the look-ups, then name whatever artist is stale, then drop the venues that nothing uses.

    One process does so at a time, while no block is being built, so each sees all that was counted. `batch`: so many
    look-ups, or artists, are taken in one transaction.
    """
    steps = (lambda c: read_lookups(c, batch), lambda c: name_stale_artists(c, batch), drop_unused_venues)
    for step in steps:
        more = True
        while more:
            with engine.begin() as connection:
                lock_housekeeping(connection)
                more = step(connection)
