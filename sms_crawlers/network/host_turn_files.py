"""One request at a time to a host where nothing is stored: a locked file a host, for the processes of one machine."""

from __future__ import annotations

import fcntl
import hashlib
import math
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import IO

import orjson

from sms_crawlers.network.host_turns import BETWEEN_LOOKS, Pause, Wait
from sms_crawlers.network.pauses import MAX_PAUSE_SECONDS


class FileTurns:
    """Turns among the processes that share a directory. The kernel frees the file of a process that was killed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._held: dict[str, IO[bytes]] = {}
        directory.mkdir(parents=True, exist_ok=True)

    def take(self, host: str, delay: float) -> Wait | None:
        """See HostTurns."""
        file = self._lock(host)
        if file is None:
            return Wait(BETWEEN_LOOKS)
        not_before, asked_for = _read(file)
        wait = not_before - time()
        if 0 < wait <= MAX_PAUSE_SECONDS:  # what is later was written before the clock was set back
            file.close()
            return Wait(wait, datetime.fromtimestamp(not_before, UTC), asked_for)
        _write(file, host, time() + delay, None)
        self._held[host] = file
        return None

    def give_back(self, host: str, delay: float, pause: Pause | None) -> None:
        """See HostTurns."""
        with self._held.pop(host) as file:
            _postpone(file, host, max(delay, pause.seconds) if pause else delay, pause.asked_for if pause else None)

    def postpone(self, host: str, delay: float) -> None:
        """See HostTurns. Where somebody else has the turn, it is for them to keep their delay."""
        file = self._lock(host)
        if file is not None:
            with file:
                _postpone(file, host, delay, None)

    def close(self) -> None:
        """See HostTurns."""
        for file in self._held.values():
            file.close()

    def _lock(self, host: str) -> IO[bytes] | None:
        """The host's file, locked until it is closed; None where somebody else has it."""
        name = hashlib.blake2b(host.encode(), digest_size=16).hexdigest()
        file = (self._directory / name).open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file


def _postpone(file: IO[bytes], host: str, seconds: float, asked_for: str | None) -> None:
    not_before, asked_before = _read(file)
    _write(file, host, max(not_before, time() + seconds), asked_for or asked_before)


def _read(file: IO[bytes]) -> tuple[float, str | None]:
    """Seconds since 1970 before which nobody asks, and why; what a file does not tell does not count."""
    file.seek(0)
    try:
        kept = orjson.loads(file.read())
        not_before, asked_for = float(kept["not_before"]), kept["asked_for"]
    except (ValueError, TypeError, KeyError):
        return -math.inf, None
    return not_before, asked_for if isinstance(asked_for, str) else None


def _write(file: IO[bytes], host: str, not_before: float, asked_for: str | None) -> None:
    file.seek(0)
    file.truncate()
    file.write(orjson.dumps({"host": host, "not_before": not_before, "asked_for": asked_for}))
    file.flush()
