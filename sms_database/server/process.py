"""The server as processes: started so that it outlives us, asked whether it answers, stopped."""

from __future__ import annotations

import fcntl
import logging
import os
import select
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from sms_database.errors import DatabaseProblem
from sms_database.server.account import Account
from sms_database.server.binaries import Binaries
from sms_database.server.cluster import DATABASE, ROLE, Access
from sms_database.server.output import failure

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"

_PATIENCE_SECONDS = 300  # for crash recovery after a big crawl, or a last checkpoint
_CONNECT_SECONDS = 2  # the least that libpq knows; a stranger on our port may never answer
_START_ATTEMPTS = 5

# On the command line, where no edit of postgresql.conf can open the server to the network.
_FIXED_SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "log_min_error_statement=panic")

# A first build writes gigabytes of log: with the default of one it would stop for checkpoints all the time. Its
# statements are many and short: compiling one takes longer than it runs.
_BUILD_SETTINGS = ("shared_buffers=256MB", "max_wal_size=4GB", "jit=off")


class Running(NamedTuple):
    """A server that answers, its PostgreSQL version ("18.4"), and whether this process started it."""

    port: int
    version: str
    started_now: bool


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`, waiting for whoever has it; the system frees it if we are killed."""
    with _open_lock(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def probe(access: Access, data: Path) -> str | None:
    """The version ("18.4") of the server that answers on the port and serves `data`; None if none does."""
    try:
        return _ask(access, data)
    except psycopg.Error as error:
        logger.debug("no server for %s on port %d: %s", data, access.port, error)
        return None


def start(place: Path, binaries: Binaries, account: Account, access: Access) -> Running:
    """Start the server on a whole cluster, on another port than `access` says if that is taken, or find it running.

    Waits for an earlier server of this cluster to end, and for crash recovery. Raises DatabaseProblem
    with the server's own reason if it does not come up.
    """
    with _open_lock(place / "server.lock") as lifetime:
        for _ in _patiently(f"waiting for the PostgreSQL server in {place} to end or to answer"):
            if _try_lock(lifetime):
                return _start_alone(place, binaries, account, access, lifetime)
            if version := _answer(access, place):
                return Running(access.port, version, started_now=False)
    raise DatabaseProblem(
        f"a PostgreSQL server holds {place}/data but does not answer on port {access.port}: "
        f"stop it with `python -m sms_database stop`; its log is {place}/server.log"
    )


def stop(place: Path) -> bool:
    """Shut the server down, rolling open transactions back; False if none was running."""
    lock = place / "server.lock"
    if not lock.exists():
        return False
    with _open_lock(lock) as lifetime:
        if _try_lock(lifetime):
            return False
        if pid := _postmaster(place / "data"):
            os.kill(pid, signal.SIGINT)
        for _ in _patiently(f"waiting for the PostgreSQL server in {place} to end"):
            if _try_lock(lifetime):
                return True
    raise DatabaseProblem(
        f"the PostgreSQL server in {place}/data does not stop: end its processes by hand "
        f"(the first is named in {place}/data/postmaster.pid); its log is {place}/server.log"
    )


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def _start_alone(place: Path, binaries: Binaries, account: Account, access: Access, lifetime: int) -> Running:
    """Start the server while we hold `lifetime`: no process of an earlier one is left."""
    port = access.port
    for _ in range(_START_ATTEMPTS):
        if not _is_free(port):
            port = free_port()
        if version := _launch(place, binaries, account, Access(access.password, port), lifetime):
            return Running(port, version, started_now=True)
        log = (place / "server.log").read_text(errors="replace")
        if "postmaster.pid" in log:
            # Of a killed server, whose pid a zombie or a stranger has now, so that PostgreSQL hesitates.
            (place / "data/postmaster.pid").unlink(missing_ok=True)
        elif "could not bind" not in log:
            break
    raise failure(f"did not start (its log is {place}/server.log)", log)


def _launch(place: Path, binaries: Binaries, account: Account, access: Access, lifetime: int) -> str | None:
    """Run `postgres` in a session of its own until it answers: its version, or None if it ended.

    It inherits the lock `lifetime` and one end of a pipe. The kernel lets go of both when its last
    process ends, in whatever way; a pid, by contrast, may by then be a zombie's or a stranger's.
    """
    settings = [f"--{setting}" for setting in (f"port={access.port}", *_FIXED_SETTINGS, *_BUILD_SETTINGS)]
    in_background: list[str | Path] = ["/bin/sh", "-c", '"$@" &', "sh"]
    command = [*in_background, binaries.program("postgres"), "-D", place / "data", *settings]
    alive, inherited = os.pipe()
    try:
        with _new_log(place) as log:
            try:
                account.run(command, output=log, keep_open=(lifetime, inherited), new_session=True)
            finally:
                os.close(inherited)
        for _ in _patiently(f"the PostgreSQL server in {place} is recovering from a crash; waiting for it"):
            ended, _, _ = select.select([alive], [], [], 0)
            if ended:
                return None
            if version := _answer(access, place):
                return version
    finally:
        os.close(alive)
    raise DatabaseProblem(
        f"the embedded PostgreSQL has not been ready for {_PATIENCE_SECONDS} s (its log is "
        f"{place}/server.log): run the command again later"
    )


def _answer(access: Access, place: Path) -> str | None:
    """As `probe`, of a port that can only be our server's: a wrong password is then a fault."""
    try:
        return _ask(access, place / "data")
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise DatabaseProblem(
                f"the embedded PostgreSQL in {place} refuses the password in SMS_HOME/postgres.json: restore "
                "that file from a backup, or start anew with `python -m sms_database reset --yes`"
            ) from error
        return None


def _ask(access: Access, data: Path) -> str | None:
    with psycopg.connect(
        host=HOST,
        port=access.port,
        user=ROLE,
        password=access.password,
        dbname=DATABASE,
        connect_timeout=_CONNECT_SECONDS,
        sslmode="disable",
        gssencmode="disable",
    ) as connection:
        row = connection.execute(
            "SELECT current_setting('data_directory'), current_setting('server_version')"
        ).fetchone()
    if row is None or Path(row[0]) != data:
        return None
    return str(row[1]).split(" ")[0]


def _postmaster(data: Path) -> int | None:
    """The pid of the server's first process, if it can be known to be that."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    working_directory = Path(f"/proc/{pid}/cwd")
    if Path("/proc/self/cwd").exists():
        return pid if working_directory.exists() and working_directory.resolve() == data else None
    return pid


def _patiently(news: str) -> Iterator[None]:
    """Yield at short intervals for as long as it is worth waiting; after a few seconds say why, once."""
    begin = time.monotonic()
    told = False
    while (waited := time.monotonic() - begin) < _PATIENCE_SECONDS:
        if waited > 5 and not told:
            logger.warning(news)
            told = True
        yield
        time.sleep(min(0.02 + waited / 20, 0.5))


@contextmanager
def _open_lock(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _new_log(place: Path) -> Iterator[int]:
    log = place / "server.log"
    if log.exists():
        log.replace(place / "server.log.previous")
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server binds
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True
