"""`python -m sms_database` as a person meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from sms_database import releases
from sms_database.__main__ import main
from sms_database.releases import known_releases
from sms_database.schema import REVISION
from sms_database.server import ensure_server, remove_server, server_status, stop_server

PROJECT = Path(__file__).parents[2]


class Answer(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Answer]


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An SMS_HOME whose server was made, but not migrated, before."""
    home = tmp_path_factory.mktemp("made")
    ensure_server(home)
    yield home
    remove_server(home)


@pytest.fixture
def home(made_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SMS_HOME", str(made_home))
    monkeypatch.setenv("DATABASE_URL", "")
    return made_home


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in this process on the embedded server of `home`."""

    def run(*arguments: str, database_url: str = "") -> Answer:
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setattr(sys, "argv", ["sms_database", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        code = end.value.code
        assert isinstance(code, int)
        return Answer(code, *capsys.readouterr())

    return run


def test_start_says_once_what_it_did(home: Path, run: Run) -> None:
    stop_server(home)

    first, second = run("start"), run("start")

    assert first.exit_code == second.exit_code == 0
    assert first.stderr.startswith("embedded PostgreSQL ")
    assert "(stop it with `python -m sms_database stop`)" in first.stderr
    assert first.stderr.count("\n") == 1
    assert second.stderr == ""
    assert "runs on 127.0.0.1:" in second.stdout


def test_status_of_the_embedded_server(home: Path, run: Run) -> None:
    run("start")
    running = run("status")
    stopped = run("stop")
    again = run("stop")
    down = run("status")

    assert running.exit_code == 0
    assert f"schema: revision {REVISION}, up to date" in running.stdout
    assert (stopped.stdout, again.stdout) == ("stopped\n", "was not running\n")
    assert (stopped.exit_code, again.exit_code) == (0, 0)
    assert down.exit_code == 3
    assert "not running" in down.stdout


@pytest.mark.trust(40)
def test_status_judges_the_version_of_the_server_that_is_used(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ensure_server(home)
    own = server.url.replace("+psycopg", "")
    major, minor = map(int, server.version.split("."))
    known = known_releases()

    def judged(newest: str, database_url: str) -> list[str]:
        release = known.majors[major].model_copy(update={"newest": newest})
        table = known.model_copy(update={"majors": {major: release}})
        monkeypatch.setattr(releases, "known_releases", lambda: table)
        answer = run("status", database_url=database_url)
        assert answer.exit_code == 0
        return [line for line in answer.stdout.splitlines() if line.startswith("warning: ")]

    for database_url in ("", own):
        (behind,) = judged(f"{major}.{minor + 1}", database_url)
        assert f"PostgreSQL {server.version} is behind {major}.{minor + 1} of" in behind
        assert not [line for line in judged(server.version, database_url) if "behind" in line]
    assert "update that server to" in behind


def test_url_prints_only_the_url_and_that_works(home: Path, run: Run) -> None:
    stop_server(home)

    answer = run("url")

    url = answer.stdout.removesuffix("\n")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM raw_events").fetchone() == (0,)


def test_upgrade_migrates_ones_own_server_on_request(home: Path, run: Run) -> None:
    server = ensure_server(home)
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE own")
    own = server.url.replace("+psycopg", "").removesuffix("/sms") + "/own"

    before, upgrade, after = (run(command, database_url=own) for command in ("status", "upgrade", "status"))

    assert f"has no schema yet, this program needs {REVISION}: run `alembic upgrade head`" in before.stdout
    assert upgrade == (0, f"schema: revision {REVISION}, up to date\n", "")
    assert f"schema: revision {REVISION}, up to date" in after.stdout


@pytest.mark.parametrize("command", ["status", "url", "upgrade", "psql"])
def test_a_url_that_is_none_is_one_line_and_exit_code_2(command: str, run: Run) -> None:
    answer = run(command, database_url="mysql://me:secret@localhost/x")

    assert answer.exit_code == 2
    assert answer.stderr == (
        "error: DATABASE_URL is no PostgreSQL URL: postgresql://USER:PASSWORD@HOST:PORT/DATABASE\n"
    )


@pytest.mark.parametrize("command", ["status", "upgrade"])
def test_a_server_that_is_down_is_one_line_and_exit_code_2(command: str, run: Run) -> None:
    answer = run(command, database_url="postgres://me:secret@127.0.0.1:1/x")

    assert answer.exit_code == 2
    assert answer.stderr == (
        "error: the PostgreSQL server at 127.0.0.1:1 does not answer: start it, or correct DATABASE_URL\n"
    )
    assert "secret" not in answer.stdout


def test_reset_asks_for_yes_and_spares_ones_own_server(home: Path, run: Run) -> None:
    data = ensure_server(home).data_directory

    unsure = run("reset")
    elsewhere = run("reset", "--yes", database_url="postgresql://me@localhost/precious")

    assert (unsure.exit_code, elsewhere.exit_code) == (2, 2)
    assert "add --yes" in unsure.stderr
    assert "DATABASE_URL is set" in elsewhere.stderr
    assert server_status(home) is not None

    assert run("reset", "--yes") == (0, "deleted\n", "")
    assert not data.exists()
    assert run("reset", "--yes") == (0, "there was no database\n", "")


@pytest.mark.trust(38)
def test_the_embedded_database_goes_into_a_file_and_back(home: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "calendar.dump"
    run("start")
    server = ensure_server(home)
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("INSERT INTO sources (slug, kind, title) VALUES ('kept', 'venue', 'Kept')")
        dumped = run("dump", str(file))
        connection.execute("INSERT INTO sources (slug, kind, title) VALUES ('later', 'venue', 'Later')")

        refused = run("restore", str(file))
        restored = run("restore", str(file), "--replace")

        slugs = connection.execute("SELECT slug FROM sources").fetchall()
    assert (dumped.exit_code, dumped.stderr) == (0, "")
    assert dumped.stdout.startswith(f"dumped into {file}, 0.")
    assert refused.exit_code == 2
    assert refused.stderr.startswith('error: the database "sms" holds rows (sources): add --replace')
    assert restored == (0, f"restored from {file}; schema: revision {REVISION}, up to date\n", "")
    assert slugs == [("kept",)]
    assert file.stat().st_mode & 0o077 == 0


def test_psql_gets_the_password_where_no_process_list_shows_it(home: Path) -> None:
    command = [sys.executable, "-m", "sms_database", "psql", "-AtX", "-c", "\\! tr '\\0' ' ' < /proc/$PPID/cmdline"]

    psql = subprocess.run(command, cwd=PROJECT, env=dict(os.environ), capture_output=True, text=True, check=False)

    server = server_status(home)
    assert psql.returncode == 0, psql.stderr
    assert server is not None
    assert "--dbname=postgresql://sms@127.0.0.1:" in psql.stdout
    assert server.url.split(":")[2].split("@")[0] not in psql.stdout
