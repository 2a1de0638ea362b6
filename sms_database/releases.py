"""Is a PostgreSQL the newest of its kind: releases.toml, and what to do where it is not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from sms_database.errors import DatabaseProblem

_FINAL = re.compile(r"(\d+)\.(\d+)(?!\S)")


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MajorRelease(_Facts):
    """A supported major version: its newest minor release ("18.7") and until when it gets fixes."""

    newest: str = Field(pattern=r"^\d+\.\d+$")
    released: date
    supported_until: date
    source: str
    """Where the release is named, for whoever keeps the table."""


class WheelRelease(_Facts):
    """The newest release of the package that brings the embedded server."""

    package: str
    version: str
    carries: str = Field(pattern=r"^\d+\.\d+$")


class Releases(_Facts):
    """What this program knows of PostgreSQL's releases: true on the day `as_of`, due to change on `next_release`."""

    as_of: date
    next_release: date
    majors: Mapping[int, MajorRelease]
    wheel: WheelRelease


@dataclass(frozen=True, slots=True)
class VersionTrouble:
    """What is wrong with the version of a server, and what to do about it: a line each."""

    found: str
    advice: str


@cache
def known_releases() -> Releases:
    """The table of releases.toml."""
    return Releases(**tomllib.loads((files("sms_database") / "releases.toml").read_text("utf-8")))


def version_trouble(version: str, today: date, *, embedded: bool) -> VersionTrouble | None:
    """Why a server of this version ("18.4", "15.20 (Debian …)") is not well kept today; None if nothing is known.

    `embedded` tells whose server it is, ours or that of DATABASE_URL: what to do differs.
    """
    releases = known_releases()
    number = _FINAL.match(version)
    if number is None:
        return VersionTrouble(f"PostgreSQL {version} is no final release", "use a final release for data that matter")
    major, minor = map(int, number.groups())
    known = releases.majors.get(major)
    if known is None:
        return VersionTrouble(
            f"PostgreSQL {major}.{minor} is not in this program's table of releases, which is of {releases.as_of}",
            "look up whether it is the newest of its major version, and update this program",
        )
    if today > known.supported_until:
        return VersionTrouble(
            f"PostgreSQL {major} gets no fixes since {known.supported_until}",
            "move to a newer major version, by a dump and a restore (docs/backup.md)",
        )
    if minor < _minor(known.newest):
        found = f"PostgreSQL {major}.{minor} is behind {known.newest} of {known.released}"
        return VersionTrouble(found, _how_to_update(major, minor, known.newest, embedded=embedded))
    if today >= releases.next_release:
        return VersionTrouble(
            f"PostgreSQL {major}.{minor} was the newest on {releases.as_of}, and newer ones were due on "
            f"{releases.next_release}",
            "update this program, whose table of releases is old, and PostgreSQL",
        )
    return None


def _how_to_update(major: int, minor: int, newest: str, *, embedded: bool) -> str:
    if not embedded:
        return f"update that server to {newest}: within a major version it takes a restart, and no dump"
    from sms_database.server.binaries import find_binaries  # not on systems without the embedded server (Windows)

    try:
        installed = find_binaries(major).version
    except DatabaseProblem:
        installed = f"{major}.{minor}"
    if _minor(installed) > minor:
        return f"{installed} is installed: `python -m sms_database stop`, and the next command starts that"
    return (
        f"install PostgreSQL {newest} by your system's packages and `python -m sms_database stop`: the next command "
        "starts the newest installed; or set DATABASE_URL to a server that is kept up to date"
    )


def _minor(version: str) -> int:
    return int(version.split(".")[1])
