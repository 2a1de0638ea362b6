"""Which PostgreSQL there is to run, and whether the one that runs is well kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from importlib import metadata
from pathlib import Path

import psycopg
import pytest

from sms_database.errors import DatabaseProblem
from sms_database.releases import known_releases, version_trouble
from sms_database.server import ServerInfo, binaries, ensure_server, stop_server
from sms_database.server.binaries import find_binaries
from tests.conftest import ROOT

RELEASES = known_releases()
SHORTLY_AFTER = RELEASES.as_of + timedelta(days=1)

Install = Callable[..., Path]


def write_programs(directory: Path, version: str, otherwise: str = "exit 1") -> Path:
    """Programs that say a version, and else do what the shell command `otherwise` does; {program} is its name there."""
    directory.mkdir(mode=0o755)
    for program in ("postgres", "initdb"):
        path = directory / program
        told = f"--version) echo '{program} (PostgreSQL) {version}'"
        path.write_text(f"#!/bin/sh\ncase $1 in {told};; *) {otherwise.format(program=program)};; esac\n")
        path.chmod(0o755)
    return directory


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes a PostgreSQL of a version; those made are all there is, and looked for in their order."""
    directories: list[Path] = []
    monkeypatch.setattr(binaries, "candidate_directories", lambda: directories)

    def install(version: str) -> Path:
        directories.append(write_programs(tmp_path / str(len(directories)), version))
        return directories[-1]

    return install


@pytest.mark.trust(40)
@pytest.mark.parametrize(
    ("installed", "of_a_cluster", "taken"),
    [
        (["18.4", "18.7"], None, "18.7"),
        (["18.7", "18.4"], None, "18.7"),
        (["18.9", "18.10 (Debian 18.10-1.pgdg12+1)"], 18, "18.10"),
        (["18.4", "15.20"], None, "18.4"),
        (["18.4", "19.1"], None, "19.1"),
        (["18.4", "19beta3"], None, "18.4"),
        (["18.4", "19devel"], 18, "18.4"),
        (["18.4", "15.18", "15.20"], 15, "15.20"),
        (["16.14", "18.4", "18.7"], 16, "16.14"),
        (["18.4", "14.24"], 18, "18.4"),
    ],
)
def test_the_newest_minor_release_is_taken_and_a_cluster_keeps_its_major(
    installed: list[str], of_a_cluster: int | None, taken: str, install: Install
) -> None:
    for version in installed:
        install(version)

    assert find_binaries(of_a_cluster).version == taken


def test_of_two_equals_the_first_is_taken(install: Install) -> None:
    of_the_wheel = install("18.7")
    install("18.7")

    assert find_binaries().directory == of_the_wheel


@pytest.mark.parametrize(("installed", "of_a_cluster"), [(["14.24", "19beta3"], None), (["18.4"], 17)])
def test_without_one_that_fits_there_is_none(installed: list[str], of_a_cluster: int | None, install: Install) -> None:
    for version in installed:
        install(version)

    with pytest.raises(DatabaseProblem, match=r"install PostgreSQL 17|no PostgreSQL 15 or newer is installed"):
        find_binaries(of_a_cluster)


@pytest.mark.trust(40)
def test_a_server_that_runs_goes_on_and_the_next_start_takes_the_newer_one(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, real = open_directory / "home", find_binaries()
    made = ensure_server(home)
    with _connect(made) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    newer = write_programs(
        open_directory / "newer", f"{real.major}.99", f'echo newer; exec {real.directory}/{{program}} "$@"'
    )
    monkeypatch.setattr(binaries, "candidate_directories", lambda: [real.directory, newer])

    going_on = ensure_server(home)
    stop_server(home)
    again = ensure_server(home)

    assert not going_on.started_now
    assert (again.data_directory.parent / "server.log").read_text().startswith("newer\n")
    with _connect(again) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def _connect(server: ServerInfo) -> psycopg.Connection[tuple[int]]:
    return psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True)


@pytest.mark.trust(40)
@pytest.mark.parametrize("major", RELEASES.majors)
@pytest.mark.parametrize("embedded", [True, False])
def test_an_old_server_is_told_from_a_new_one(major: int, embedded: bool) -> None:
    known = RELEASES.majors[major]
    newest = int(known.newest.split(".")[1])

    def found(minor: int, packaged: str = "") -> str | None:
        trouble = version_trouble(f"{major}.{minor}{packaged}", SHORTLY_AFTER, embedded=embedded)
        assert trouble is None or trouble.advice
        return trouble and trouble.found

    behind = f"PostgreSQL {major}.{newest - 1} is behind {major}.{newest} of {known.released}"
    assert found(newest - 1) == behind
    assert found(newest - 1, f" (Debian {major}.{newest - 1}-0+deb12u1)") == behind
    assert found(newest) is None
    assert found(newest, f" (Debian {major}.{newest}-0+deb12u1)") is None
    assert found(newest + 1) is None


@pytest.mark.parametrize(
    ("version", "found"), [("19beta3", "no final release"), ("99.1", "not in this program's table")]
)
def test_a_server_that_cannot_be_judged_is_said(version: str, found: str) -> None:
    trouble = version_trouble(version, SHORTLY_AFTER, embedded=False)

    assert trouble is not None
    assert found in trouble.found


def test_the_table_grows_old_too_and_so_does_a_major_version() -> None:
    newest, known = RELEASES.majors[15].newest, RELEASES.majors[15]

    on_the_eve = version_trouble(newest, RELEASES.next_release - timedelta(days=1), embedded=False)
    when_newer_are_due = version_trouble(newest, RELEASES.next_release, embedded=False)
    at_the_end = version_trouble(newest, known.supported_until + timedelta(days=1), embedded=False)

    assert on_the_eve is None
    assert when_newer_are_due is not None
    assert "newer ones were due on" in when_newer_are_due.found
    assert at_the_end is not None
    assert at_the_end.found == f"PostgreSQL 15 gets no fixes since {known.supported_until}"


def test_what_to_do_depends_on_whose_server_it_is_and_on_what_is_installed(install: Install) -> None:
    newest = RELEASES.majors[18].newest
    install("18.0")

    def advice(*, embedded: bool) -> str:
        trouble = version_trouble("18.0", SHORTLY_AFTER, embedded=embedded)
        assert trouble is not None
        return trouble.advice

    assert (
        advice(embedded=False)
        == f"update that server to {newest}: within a major version it takes a restart, and no dump"
    )
    assert advice(embedded=True).startswith(f"install PostgreSQL {newest} by your system's packages")
    install("18.1")
    assert advice(embedded=True) == "18.1 is installed: `python -m sms_database stop`, and the next command starts that"


def test_the_table_is_of_releases_that_follow_each_other() -> None:
    assert RELEASES.as_of < RELEASES.next_release
    for major, release in RELEASES.majors.items():
        assert release.newest.split(".")[0] == str(major)
        assert release.released <= RELEASES.as_of < release.supported_until
    assert min(RELEASES.majors) == binaries.OLDEST_MAJOR


@pytest.mark.trust(40)
def test_the_lock_has_the_newest_wheel_and_that_carries_what_the_table_says() -> None:
    wheel = RELEASES.wheel
    locked = re.search(
        rf"^{re.escape(wheel.package)}==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    )
    assert locked is not None
    assert locked[1] == wheel.version, f"sms_database/releases.toml knows {wheel.package} {wheel.version}: `make lock`"
    if metadata.version(wheel.package) == wheel.version:
        assert binaries.wheel_versions()[0] == wheel.carries
