"""How long a published change takes to all who listen, and what they cost."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from bench.speed.cost import cpu_of
from bench.speed.load import quantile
from bench.speed.served import Server, asking
from sms_database.changes import NewChange, write_changes
from sms_database.scopes import CATALOG, EVERYTHING, city_scope

CHANGES = 10
_EVERY_SECONDS = 1.5


@dataclass(frozen=True)
class Told:
    """Changes told to listeners."""

    listeners: int
    before_mb: float
    """Memory of the server before the first of them came."""
    resident_mb: float
    cpu_ms: float
    """Of the server, for each change."""
    p50: float
    """Milliseconds from the writing of a change until a listener had it, over all of both."""
    p99: float
    missed: int
    """Of all that listeners had to be told."""


def told_in(server: Server, engine: Engine, listeners: int, *, is_socket: bool) -> Told:
    """Write changes, one at a time, while so many listen on the server to its whole calendar."""
    before = server.resident_mb
    path = "/ws" if is_socket else "/live"
    order = {"port": server.port, "listeners": listeners, "path": path, "is_socket": is_socket, "changes": CHANGES}
    with asking(order) as asker:
        assert asker.stdout is not None
        if asker.stdout.readline() != "ready\n":
            raise SystemExit("not all listeners were let in")
        spent, written = cpu_of(server.pid), []
        for number in range(CHANGES):
            written.append(time.monotonic())
            _change(engine, number)
            time.sleep(_EVERY_SECONDS)
        spent, resident = cpu_of(server.pid) - spent, server.resident_mb
        told = json.loads(asker.communicate()[0])["told"]
    at = defaultdict(list)
    for seq, instant in told:
        at[seq].append(instant)
    waits = sorted(
        (instant - began) * 1000 for seq, began in zip(sorted(at), written, strict=True) for instant in at[seq]
    )
    return Told(
        listeners,
        before,
        resident,
        spent * 1000 / CHANGES,
        quantile(waits, 0.5),
        quantile(waits, 0.99),
        listeners * CHANGES - len(waits),
    )


def _change(engine: Engine, number: int) -> None:
    state = {"title": f"A show that changes {number}", "status": "cancelled"}
    change = NewChange(
        at=datetime.now(UTC),
        kind="updated",
        entity="catalog",
        scopes=[EVERYTHING, CATALOG, city_scope("seattle")],
        before=state,
        after=state,
    )
    with engine.begin() as connection:
        write_changes(connection, [change])
