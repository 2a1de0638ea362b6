"""PostgreSQL's own programs that connect to a server (psql, pg_dump, pg_restore): which to run, and how."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from sms_database.errors import DatabaseProblem
from sms_database.server.binaries import candidate_directories

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)\.(\d+)")


def client_program(name: str, major: int) -> Path:
    """The program to use with a server of a major version, or with a file that a program of that version wrote.

    It may not be older; of those that are not, the oldest fits best: what it writes, a server of that version reads.
    Raises DatabaseProblem that says what to install.
    """
    found = _installed(name)
    fitting = {program: release for program, release in found.items() if release[0] >= major}
    if not fitting:
        here = ", ".join(sorted(f"{of_major}.{minor}" for of_major, minor in found.values())) or "none"
        raise DatabaseProblem(
            f"PostgreSQL {major} takes a {name} of {major} or newer, and here is {here}: "
            f"install your system's postgresql-client-{major}"
        )
    return min(fitting, key=lambda program: (fitting[program][0], -fitting[program][1]))


def newest_client_program(name: str) -> Path:
    """The newest program of that name. Raises DatabaseProblem if there is none."""
    found = _installed(name)
    if not found:
        raise DatabaseProblem(f"there is no {name} here: install your system's postgresql-client package")
    return max(found, key=lambda program: found[program])


def libpq_target(url: URL) -> str:
    """The URL as libpq reads it, without the password, which a list of processes would show."""
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query).render_as_string()


def libpq_environment(url: URL) -> dict[str, str]:
    """Our environment, with the URL's password where libpq looks for it."""
    return os.environ | ({"PGPASSWORD": url.password} if url.password else {})


def _installed(name: str) -> dict[Path, tuple[int, int]]:
    """Each program of that name that runs, and its version in numbers."""
    found = {}
    programs = [directory / name for directory in candidate_directories()]
    if on_the_path := shutil.which(name):
        programs.append(Path(on_the_path))
    for program in programs:
        try:
            told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        except OSError:  # not there, or made for another machine
            continue
        if version := _VERSION.search(told):
            found[program] = (int(version[1]), int(version[2]))
    return found
