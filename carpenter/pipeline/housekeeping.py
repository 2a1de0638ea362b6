"""The end of a run: artists named by all that now mention them, venues dropped that nothing mentions."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine

from carpenter.pipeline.artists import name_stale_artists
from carpenter.store.changes import ChangeOrigin, written_changes
from carpenter.store.enrichment import read_lookups
from carpenter.store.housekeeping import drop_unused_venues, lock_housekeeping, perhaps_unused_venues


def run_housekeeping(engine: Engine, batch: int, origin: ChangeOrigin | None) -> None:
    """Read the look-ups, then name whatever artist is stale, then drop the venues that nothing uses.

    One process does so at a time, while no block is being built, so each sees all that was counted. `batch`: so many
    look-ups, or artists, are taken in one transaction.
    """
    steps: tuple[Callable[[Connection], bool], ...] = (
        lambda c: read_lookups(c, batch),
        lambda c: name_stale_artists(c, batch, origin),
        lambda c: _drop_unused_venues(c, origin),
    )
    for step in steps:
        more = True
        while more:
            with engine.begin() as connection:
                lock_housekeeping(connection)
                more = step(connection)


def _drop_unused_venues(connection: Connection, origin: ChangeOrigin | None) -> bool:
    with written_changes(connection, origin, venues=perhaps_unused_venues(connection)):
        return drop_unused_venues(connection)
