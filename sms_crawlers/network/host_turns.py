"""One request at a time to a host, and the pauses between: kept in the database, for all crawls that share it.

Whose turn it is, an advisory lock tells: a session holds it while its request is under way, and the server frees it
when the process ends, however it ends. Before when nothing may be asked stands in the table `hosts`. It is the clock of
the database that counts, for those of several machines differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from sqlalchemy import URL, CursorResult, Engine, TextClause, text

from sms_database import locks
from sms_database.errors import database_problems
from sms_database.session import create_engine_for, notice_vanished_client

BETWEEN_LOOKS = 0.25
"""Seconds until a host that answers somebody else at the moment is looked at again."""

_DEFAULT_PORTS = {"http": 80, "https": 443}

_LOOK = text(f"""
SELECT known.wait, known.not_before, known.asked_for,
       CASE WHEN coalesce(known.wait, 0) <= 0 THEN pg_try_advisory_lock({locks.HOST}) ELSE false END AS is_locked
FROM (SELECT cast(:host AS text) AS host) AS wanted
LEFT JOIN (
    SELECT host, not_before, asked_for, cast(extract(epoch FROM not_before - clock_timestamp()) AS float8) AS wait
    FROM hosts
) AS known ON known.host = wanted.host
""")

# Looks at the row again: the one whose lock this was may have moved it since the look.
_TAKE = text("""
INSERT INTO hosts AS known (host, not_before) VALUES (:host, clock_timestamp() + make_interval(secs => :delay))
ON CONFLICT (host) DO UPDATE SET not_before = excluded.not_before, asked_for = NULL
WHERE known.not_before <= clock_timestamp() RETURNING known.host
""")

_POSTPONE = text("""
UPDATE hosts SET not_before = greatest(not_before, clock_timestamp() + make_interval(secs => :seconds)),
                 asked_for = coalesce(:asked_for, asked_for) WHERE host = :host
""")

_UNLOCK = text(f"SELECT pg_advisory_unlock({locks.HOST})")


@dataclass(frozen=True, slots=True)
class Pause:
    """For how long a host asks to be left alone, and how it has put it."""

    seconds: float
    asked_for: str


@dataclass(frozen=True, slots=True)
class Wait:
    """It is not our turn."""

    seconds: float
    """Look again then."""
    until: datetime | None = None
    """The UTC instant before which nobody asks; None where somebody is answered at the moment."""
    asked_for: str | None = None
    """How the host has asked for that; None where it is the usual delay."""


class HostTurns(Protocol):
    """Turns at hosts. The methods block, and are called from one thread at a time."""

    def take(self, host: str, delay: float) -> Wait | None:
        """Take a turn at a host; None: it is ours until it is given back. `delay`: seconds from here to the next."""

    def give_back(self, host: str, delay: float, pause: Pause | None) -> None:
        """End the turn. The next one is `delay` seconds from now, or after the pause that the host asked for."""

    def postpone(self, host: str, delay: float) -> None:
        """Let nobody ask a host for the next `delay` seconds; ours or not, its turn goes on."""

    def close(self) -> None:
        """Give all turns back."""


class DatabaseTurns:
    """Turns among all processes that share a database. Its methods raise DatabaseProblem."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with database_problems():
            self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            notice_vanished_client(self._connection)

    @classmethod
    def open(cls, url: URL) -> DatabaseTurns:
        """Connect to the database at the URL, whose schema is known to be ours."""
        return cls(create_engine_for(url, pool_size=1, max_overflow=0))

    def take(self, host: str, delay: float) -> Wait | None:
        """See HostTurns."""
        with database_problems():
            known = self._execute(_LOOK, host=host).one()
            if not known.is_locked:
                if known.wait is not None and known.wait > 0:
                    return Wait(known.wait, known.not_before, known.asked_for)
                return Wait(BETWEEN_LOOKS)
            if self._execute(_TAKE, host=host, delay=delay).first() is not None:
                return None
            self._execute(_UNLOCK, host=host)
            return Wait(0)

    def give_back(self, host: str, delay: float, pause: Pause | None) -> None:
        """See HostTurns."""
        seconds = max(delay, pause.seconds) if pause else delay
        with database_problems():
            self._execute(_POSTPONE, host=host, seconds=seconds, asked_for=pause.asked_for if pause else None)
            self._execute(_UNLOCK, host=host)

    def postpone(self, host: str, delay: float) -> None:
        """See HostTurns."""
        with database_problems():
            self._execute(_POSTPONE, host=host, seconds=delay, asked_for=None)

    def close(self) -> None:
        """See HostTurns."""
        self._connection.close()
        self._engine.dispose()

    def _execute(self, statement: TextClause, **values: Any) -> CursorResult[Any]:
        return self._connection.execute(statement, values)


def host_of(url: str) -> str:
    """Name and port of a URL's host, as the table `hosts` has it: in small letters, without a scheme's own port.

    One name is one host (RFC 9309 takes it so too): `www.venue.example` and `venue.example` are two.
    """
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    name = f"[{name}]" if ":" in name else name
    return name if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{name}:{parts.port}"
