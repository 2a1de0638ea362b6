"""The embedded PostgreSQL: made at first use in SMS_HOME, shared by every process, up until it is stopped.

Linux and macOS. It listens on 127.0.0.1 only and asks for a password; see `cluster` for its files,
`process` for how it survives us and `account` for root.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from sms_database.errors import DatabaseProblem
from sms_database.server import cluster, process
from sms_database.server.account import Account, server_account
from sms_database.server.binaries import find_binaries, reachable_binaries

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServerInfo:
    """A server that answers. `started_now`: this call started it; `version`: PostgreSQL's, "18.4"."""

    url: str
    port: int
    data_directory: Path
    version: str
    started_now: bool


def ensure_server(home: Path) -> ServerInfo:
    """The embedded server of SMS_HOME `home`, made and started if need be.

    Any number of processes may call this at once: one does the work, the others wait for it. Raises
    DatabaseProblem with one line if the server cannot be had.
    """
    home = Path(os.path.realpath(home))
    with _file_problems(home):
        running = server_status(home)
        if running:
            return running
        home.mkdir(parents=True, exist_ok=True)
        with process.exclusive(home / "postgres.lock"):
            return _start(home)


def server_status(home: Path) -> ServerInfo | None:
    """The embedded server of `home` if it is running; starts nothing."""
    home = Path(os.path.realpath(home))
    with _file_problems(home):
        access = cluster.read_access(home)
        data = cluster.cluster_place(home) / "data"
        version = process.probe(access, data) if access else None
        return _info(access, data, version, started_now=False) if access and version else None


def stop_server(home: Path) -> bool:
    """Stop the embedded server of `home`; False if it was not running. Raises DatabaseProblem."""
    home = Path(os.path.realpath(home))
    if not home.is_dir():
        return False
    with _file_problems(home), process.exclusive(home / "postgres.lock"):
        return process.stop(cluster.cluster_place(home))


def remove_server(home: Path) -> bool:
    """Stop the embedded server and delete its data for good; False if there was none."""
    home = Path(os.path.realpath(home))
    if not home.is_dir():
        return False
    with _file_problems(home), process.exclusive(home / "postgres.lock"):
        place = cluster.cluster_place(home)
        existed = place.exists()
        process.stop(place)
        cluster.remove(home)
        return existed


def _start(home: Path) -> ServerInfo:
    """Make the cluster if there is none, and start its server if it is down; the caller holds the lock."""
    place = cluster.cluster_place(home)
    account = server_account(place / "data")
    access = cluster.read_access(home)
    major = cluster.made_by(place)
    if major is None:
        place, access = _make(home, account, access)
    elif access is None:
        raise DatabaseProblem(
            f"{home}/postgres.json, the password of the database in {place}, is missing: restore it from a "
            "backup, or start anew with `python -m sms_database reset --yes`"
        )
    binaries = reachable_binaries(find_binaries(major), account, place)
    running = process.start(place, binaries, account, access)
    if running.port != access.port:
        access = cluster.Access(access.password, running.port)
        cluster.write_access(home, access)
    return _info(access, place / "data", running.version, started_now=running.started_now)


def _make(home: Path, account: Account, access: cluster.Access | None) -> tuple[Path, cluster.Access]:
    """Make a cluster, whole or not at all: its place and how to reach its server."""
    for forgotten in cluster.forgotten_places(home):
        process.stop(forgotten)
        logger.warning("an earlier database of %s is left in %s: delete it if you can", home, forgotten)
    if aside := cluster.set_aside(cluster.cluster_place(home)):
        logger.warning("a half-made database of %s is set aside in %s: delete it if you can", home, aside)
    place = cluster.choose_place(home, account)
    if access is None:
        access = cluster.Access(secrets.token_urlsafe(32), process.free_port())
        cluster.write_access(home, access)
    partial = cluster.make_partial(place)
    try:
        binaries = reachable_binaries(find_binaries(), account, partial)
        cluster.create_cluster(partial, binaries, account, access.password)
        partial.rename(place)
    finally:
        cluster.discard(partial)
    return place, access


def _info(access: cluster.Access, data: Path, version: str, *, started_now: bool) -> ServerInfo:
    url = URL.create(
        "postgresql+psycopg",
        cluster.ROLE,
        access.password,
        process.HOST,
        access.port,
        cluster.DATABASE,
    ).render_as_string(hide_password=False)
    return ServerInfo(url, access.port, data, version, started_now)


@contextmanager
def _file_problems(home: Path) -> Iterator[None]:
    """What the file system refuses, as a line with what to do."""
    try:
        yield
    except OSError as error:
        remedy = {
            errno.ENOSPC: "free some space and run the command again",
            errno.EDQUOT: "free some space and run the command again",
            errno.EACCES: "run the command as the owner of SMS_HOME, or set SMS_HOME to a directory of yours",
            errno.EPERM: "run the command as the owner of SMS_HOME, or set SMS_HOME to a directory of yours",
            errno.EROFS: "set SMS_HOME to a directory that can be written",
        }.get(error.errno or 0, "set SMS_HOME to another directory, or DATABASE_URL to a server of yours")
        raise DatabaseProblem(
            f"the embedded PostgreSQL of {home} cannot be used: {error.strerror or error} "
            f"({error.filename or 'no file named'}): {remedy}"
        ) from error
