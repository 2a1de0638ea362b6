"""The database cluster on disk: where it is, whether it is whole, and how it is made.

SMS_HOME/postgres/       the cluster's place, or a link to it (see `choose_place`)
    data/                PostgreSQL's own, owned by the user that runs it, 0700
    server.log           what the server wrote since its last start
    server.lock          locked for as long as any process of the server lives
SMS_HOME/postgres.json   password and port, 0600
SMS_HOME/postgres.lock   held while the server is made, started, stopped or removed
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from sms_database.errors import DatabaseProblem
from sms_database.server.account import Account
from sms_database.server.binaries import Binaries
from sms_database.server.output import failure

SYSTEM_STATE = Path("/var/lib/sms-postgres")
"""Where root keeps clusters whose SMS_HOME is closed to the user that runs the server."""

ROLE = DATABASE = "sms"


@dataclass(frozen=True)
class Access:
    """How to reach the server: the password of role `sms`, and the port on 127.0.0.1."""

    password: str
    port: int


def read_access(home: Path) -> Access | None:
    """The stored password and port; None before the first start."""
    path = home / "postgres.json"
    try:
        return Access(**orjson.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (orjson.JSONDecodeError, TypeError) as error:
        raise DatabaseProblem(
            f"{path} is damaged: restore it from a backup, or start anew with `python -m sms_database reset --yes`"
        ) from error


def write_access(home: Path, access: Access) -> None:
    """Store password and port, whole or not at all; the file keeps its owner when root rewrites it."""
    path = home / "postgres.json"
    descriptor, partial = tempfile.mkstemp(prefix="postgres.json.", dir=home)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(asdict(access)))
        if path.exists() and os.geteuid() == 0:
            os.fchown(descriptor, path.stat().st_uid, path.stat().st_gid)
    os.replace(partial, path)


def cluster_place(home: Path) -> Path:
    """The cluster's directory, which need not exist yet."""
    return Path(os.path.realpath(home / "postgres"))


def choose_place(home: Path, account: Account) -> Path:
    """Decide where a first cluster goes: in SMS_HOME, or, where the server's user cannot walk there,
    in a directory of the system that SMS_HOME/postgres then links to. No existing permission changes."""
    link = home / "postgres"
    if not link.exists() and not link.is_symlink() and not account.reaches(home):
        link.symlink_to(SYSTEM_STATE / f"{_home_key(home)}-{secrets.token_hex(4)}")
    return cluster_place(home)


def forgotten_places(home: Path) -> list[Path]:
    """Clusters in the system's directory that were made for this SMS_HOME before it was deleted."""
    made = SYSTEM_STATE.glob(f"{_home_key(home)}-" + "[0-9a-f]" * 8)
    return [place for place in made if place != cluster_place(home)]


def made_by(place: Path) -> int | None:
    """The major version of PostgreSQL that made the cluster; None if there is no cluster.

    What lacks even `pg_control`, without which PostgreSQL reads no data, is no cluster and may be set
    aside. Raises DatabaseProblem for a cluster whose version file is gone.
    """
    if not (place / "data/global/pg_control").exists():
        return None
    try:
        return int((place / "data/PG_VERSION").read_text().split(".")[0])
    except (FileNotFoundError, ValueError) as error:
        raise DatabaseProblem(
            f"the database in {place}/data is damaged (no version in PG_VERSION): restore that directory from "
            "a backup, or start anew with `python -m sms_database reset --yes`"
        ) from error


def set_aside(place: Path) -> Path | None:
    """Rename what stands at the cluster's place, unless it is nothing or an empty directory."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return None
    aside = place.with_name(f"{place.name}.incomplete-{secrets.token_hex(4)}")
    place.rename(aside)
    return aside


def make_partial(place: Path) -> Path:
    """A directory beside `place` to make the cluster in; leftovers of interrupted attempts go."""
    if not place.parent.exists():
        place.parent.mkdir()
        place.parent.chmod(0o755)  # whatever the umask: the server's user passes through
    for leftover in place.parent.glob(f"{place.name}.partial-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{place.name}.partial-", dir=place.parent))
    if os.geteuid() == 0:
        partial.chmod(0o711)  # the server's user passes through to data/
    return partial


def create_cluster(partial: Path, binaries: Binaries, account: Account, password: str) -> None:
    """Make a cluster with role and database `sms` in `partial`/data; only its rename makes it real.

    The superuser's password is thrown away: nothing here needs one, and `postgres --single` remains.
    """
    data = partial / "data"
    data.mkdir(mode=0o700)
    account.take(data)
    superuser_password = partial / "superuser-password"
    superuser_password.touch(mode=0o600)
    superuser_password.write_text(secrets.token_urlsafe(32))
    account.take(superuser_password)
    initdb = account.run(
        [
            binaries.program("initdb"),
            f"--pgdata={data}",
            "--username=postgres",
            "--auth=scram-sha-256",
            f"--pwfile={superuser_password}",
            "--encoding=UTF8",
            "--data-checksums",
            *_locale_options(binaries.major),
        ]
    )
    if initdb.returncode:
        raise failure("could not be made", initdb.stdout)
    superuser_password.unlink()
    # pg_monitor: to see which data directory a server serves.
    bootstrap = account.run(
        [binaries.program("postgres"), "--single", "-D", data, "-c", "exit_on_error=on", "postgres"],
        stdin=f"CREATE ROLE {ROLE} LOGIN CREATEDB IN ROLE pg_monitor PASSWORD '{password}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n",
    )
    if bootstrap.returncode:
        raise failure("could not be made", bootstrap.stdout)


def discard(partial: Path) -> None:
    """Delete what `make_partial` gave, if it has not been renamed."""
    shutil.rmtree(partial, ignore_errors=True)


def remove(home: Path) -> None:
    """Delete the cluster of a stopped server, wherever it is, and its password."""
    place = cluster_place(home)
    if place.exists():
        place.rename(doomed := place.with_name(f"{place.name}.partial-{secrets.token_hex(4)}"))
        shutil.rmtree(doomed)
    (home / "postgres").unlink(missing_ok=True)
    (home / "postgres.json").unlink(missing_ok=True)


def _locale_options(major: int) -> list[str]:
    """The same sort order on every machine (STACK.md § 1)."""
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C"]


def _home_key(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
