"""The end of a run: artists named by all that now mention them, venues dropped that nothing mentions."""

from __future__ import annotations

from sqlalchemy import Engine

from carpenter.pipeline.artists import name_stale_artists, read_lookups
from carpenter.store.housekeeping import drop_unused_venues, lock_housekeeping


def run_housekeeping(engine: Engine) -> None:
    """Read the look-ups, then name whatever artist is stale, then drop the venues that nothing uses.

    One process does so at a time, while no block is being built, so each sees all that was counted.
    """
    for step in (read_lookups, name_stale_artists, drop_unused_venues):
        more = True
        while more:
            with engine.begin() as connection:
                lock_housekeeping(connection)
                more = step(connection)
