"""Building the whole catalog from nothing, beside the one that is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from carpenter.build import Progress, build_dirty, run
from carpenter.store.locks import sole_carpenter
from carpenter.store.scratch import TableDifference, differences, replace_catalog, scratch_schema


def check(engine: Engine, *, clock: Callable[[], datetime], progress: Progress | None = None) -> list[TableDifference]:
    """Build what is dirty, build all from nothing in a scratch schema, and compare every derived table.

    Rows that a crawl stores meanwhile are dirty in the one and missing in the other; run the check when no crawl is.
    """
    run(engine, clock=clock, reason="rebuild --check", progress=progress)
    with sole_carpenter(engine), scratch_schema(engine) as (schema, scratch):
        build_dirty(scratch, clock=clock, reason="rebuild --check", progress=progress)
        with engine.connect() as connection:
            return differences(connection, schema)


def rebuild(
    engine: Engine, *, clock: Callable[[], datetime], progress: Progress | None = None
) -> list[TableDifference]:
    """Build all from nothing and bring the catalog to it in one transaction; returns what had differed."""
    with sole_carpenter(engine), scratch_schema(engine) as (schema, scratch):
        build_dirty(scratch, clock=clock, reason="rebuild", progress=progress)
        with engine.begin() as connection:
            found = differences(connection, schema)
            replace_catalog(connection, schema)
    return found
