"""Building the whole catalog from nothing, beside the one that is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from carpenter.pipeline.build import Progress, build_dirty
from carpenter.pipeline.limits import DEFAULT_LIMITS, BuildLimits
from carpenter.store.changes import write_rebuilt
from carpenter.store.check_copies import catalog_copies
from carpenter.store.shadow import TableDifference, differences, replace_catalog, shadow_schema
from sms_database.changes import publish_changes
from sms_database.locks import exclusive_run_lock


def check(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    limits: BuildLimits = DEFAULT_LIMITS,
    progress: Progress | None = None,
) -> list[TableDifference]:
    """How the catalog, as a run would leave it, differs from a build from nothing: every derived table is compared.

    Both are built in copies of one instant. The catalog itself is not changed; whatever crawls, runs or people do
    meanwhile counts for neither.
    """
    with catalog_copies(engine) as copies:
        build_dirty(copies.build_here, clock=clock, reason="rebuild --check", limits=limits, in_copy=True)
        build_dirty(
            copies.build_anew, clock=clock, reason="rebuild --check", limits=limits, progress=progress, in_copy=True
        )
        with engine.connect() as connection:
            return differences(connection, copies.anew, copies.here)


def rebuild(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    limits: BuildLimits = DEFAULT_LIMITS,
    progress: Progress | None = None,
) -> list[TableDifference]:
    """Build all from nothing and bring the catalog to it in one transaction; returns what had differed."""
    with exclusive_run_lock(engine), shadow_schema(engine) as (schema, scratch):
        build_dirty(scratch, clock=clock, reason="rebuild", limits=limits, progress=progress, in_copy=True)
        with engine.begin() as connection:
            found = differences(connection, schema)
            replace_catalog(connection, schema)
            if not all(table.is_equal for table in found):
                write_rebuilt(connection, clock(), None, "rebuild")
    publish_changes(engine)
    return found
