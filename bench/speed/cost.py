"""What something costs: seconds, CPU seconds of ours and of PostgreSQL, peak memory."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text


@dataclass(frozen=True)
class Cost:
    """Wall seconds, CPU seconds, and the largest resident memory of any process of ours so far, in MB.

    `postgres_cpu` is None where the server is not on this machine or has no /proc.
    """

    seconds: float
    cpu: float
    postgres_cpu: float | None
    peak_mb: float


def measure(engine: Engine, action: Callable[[], object]) -> Cost:
    """Do it, and say what it cost. Processes that it starts must have ended when it returns.

    The peak is that of the whole life of this process: measure what must not be mixed in processes of their own.
    """
    postmaster = postmaster_of(engine)
    postgres, cpu, began = _tree_cpu(postmaster), _own_cpu(), time.perf_counter()
    action()
    seconds = time.perf_counter() - began
    later = _tree_cpu(postmaster)
    return Cost(
        seconds=seconds,
        cpu=_own_cpu() - cpu,
        postgres_cpu=None if later is None or postgres is None else later - postgres,
        peak_mb=max(resource.getrusage(who).ru_maxrss for who in _WHO) / 1024,
    )


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _own_cpu() -> float:
    """User and system seconds of this process and of those that it has waited for."""
    usages = [resource.getrusage(who) for who in _WHO]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def postmaster_of(engine: Engine) -> int | None:
    """Process id of the server's first process; None where it is not a process that we can see."""
    with engine.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
    stat = _stat(int(backend or 0))
    return int(stat[1]) if stat else None


def cpu_of(pid: int) -> float:
    """CPU seconds of a process with all its threads; 0 for one that is gone."""
    stat = _stat(pid)
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK") if stat else 0.0


def resident_mb(pid: int) -> float:
    """Resident memory of a process, in MB of 1,000,000 bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def private_mb(pid: int) -> float:
    """What of it is no file's, which other processes would share, in MB of 1,000,000 bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024 / 1e6


def _tree_cpu(postmaster: int | None) -> float | None:
    """CPU seconds of the server: of the postmaster, of the children that it has waited for, and of those alive."""
    if postmaster is None or (own := _stat(postmaster)) is None:
        return None
    ticks = sum(int(value) for value in own[11:15])
    for directory in Path("/proc").iterdir():
        if directory.name.isdigit() and (stat := _stat(int(directory.name))) and int(stat[1]) == postmaster:
            ticks += int(stat[11]) + int(stat[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the process' state on (state, parent, …), None if there is none.

    Positions 11 to 14 are utime, stime, cutime and cstime: proc(5) numbers them 14 to 17.
    """
    try:
        content = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return content.rpartition(")")[2].split()
