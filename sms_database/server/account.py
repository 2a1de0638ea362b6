"""Who runs the server: ourselves, or for root (which PostgreSQL refuses) an unprivileged user."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sms_database.errors import DatabaseProblem

SERVER_USERS = ("sms-postgres", "nobody")
"""Whom root runs the server as: the first that exists. `nobody` is there everywhere, but others run as it too; a user
of the server's own is root's to create. Not `postgres`: as that user one is superuser of the system's databases.
"""

_TOLD = ("PATH",)


@dataclass(frozen=True)
class Account:
    """A system user; root runs commands as it, others only as themselves."""

    name: str
    uid: int
    gid: int

    def run(
        self,
        command: Sequence[str | Path],
        *,
        stdin: str | None = None,
        output: int | None = None,
        keep_open: Sequence[int] = (),
        new_session: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this user, in `/` and with messages in English.

        `output` is the descriptor that takes both streams; without it they are captured as `stdout`.
        """
        drop = os.geteuid() == 0
        return subprocess.run(
            command,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            stdout=subprocess.PIPE if output is None else output,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd="/",
            env=server_environment(),
            umask=0o077,
            user=self.uid if drop else None,
            group=self.gid if drop else None,
            extra_groups=[] if drop else None,
            pass_fds=keep_open,
            start_new_session=new_session,
        )

    def reaches(self, directory: Path) -> bool:
        """Can this user walk down to the directory?"""
        return self.run(["/bin/sh", "-c", 'test -x "$1"', "sh", directory]).returncode == 0

    def executes(self, program: Path) -> bool:
        """Can this user run the program, shared libraries and all?"""
        try:
            return self.run([program, "--version"]).returncode == 0
        except PermissionError:
            return False

    def take(self, path: Path) -> None:
        """Make a path that we just created this user's own."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)


def server_account(data: Path) -> Account:
    """The user to run the server as: the owner of its data if root asks, else whoever asks.

    Raises DatabaseProblem if the data were made by another user than the one who asks, or by root.
    """
    owner = data.stat() if data.exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise DatabaseProblem(
                f"the database in {data} belongs to user {_user_name(owner.st_uid)}: "
                "run the command as that user, or set SMS_HOME to a directory of your own"
            )
        return Account(_user_name(os.geteuid()), os.geteuid(), os.getegid())
    if owner is None:
        for name in SERVER_USERS:
            with suppress(KeyError):
                entry = pwd.getpwnam(name)
                return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
        raise DatabaseProblem(
            f"PostgreSQL never runs as root, and there is no user {' or '.join(SERVER_USERS)} to run it as: "
            "run the command as an ordinary user, or set DATABASE_URL"
        )
    if owner.st_uid == 0:
        raise DatabaseProblem(
            f"the database in {data} is owned by root, as which PostgreSQL never runs: "
            f"give it to another user (chown -R {SERVER_USERS[-1]} {data})"
        )
    return Account(_user_name(owner.st_uid), owner.st_uid, owner.st_gid)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run under a uid without a passwd entry
        return str(uid)


def server_environment() -> dict[str, str]:
    """All that PostgreSQL's programs are told of our environment: where programs are.

    The rest is not theirs to know: the server's user is not always ours, and may hold no key of ours. Messages are in
    English, and what would point the programs elsewhere (PGDATA, PGPORT) is left out with the rest.
    """
    return {name: value for name, value in os.environ.items() if name in _TOLD} | {"LC_ALL": "C"}
