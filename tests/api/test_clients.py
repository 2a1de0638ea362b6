"""`make clients`: typed clients of /v1, made, installed into a fresh environment, and used as docs/api.md tells."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.served import Served
from tests.conftest import ROOT
from tests.project_copy import environment_of

USUAL = "http://127.0.0.1:8000"
"""Where the document has the server."""

OUT_OF_REACH = re.compile(r"No matching distribution found|ConnectionError|ENOTFOUND|ECONN\w+|E\w*TIMEDOUT|EAI_AGAIN")
"""What pip and npm say where there is no package registry."""

ONE_TRY = {"PIP_RETRIES": "0", "PIP_DEFAULT_TIMEOUT": "10", "npm_config_fetch_retries": "0"}

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make")


def ran(*command: str | Path, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> str:
    """What a command prints; its failure is an error."""
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make(clients: Path, target: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Make a target with the packages that run this test, and the clients in a directory of the test's own."""
    places = [f"BIN={Path(sys.executable).parent}", f"CLIENTS={clients}"]
    command = ["make", "--old-file=.venv/installed", *places, str(target)]
    of_another_make = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # `make test` runs this test
    env = {name: value for name, value in os.environ.items() if name not in of_another_make} | ONE_TRY | environment
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def fetch(clients: Path, target: str) -> None:
    """Make a target that is packages alone; the test is skipped where there is no registry to take them from."""
    done = make(clients, clients / target)
    problem = OUT_OF_REACH.search(done.stderr)
    if done.returncode != 0 and problem:
        pytest.skip(f"no package registry within reach: {problem[0]}")
    assert done.returncode == 0, done.stderr


def example(language: str, served: Served) -> str:
    """The program of docs/api.md, for this server."""
    (program,) = re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "docs/api.md").read_text("utf-8"), re.M | re.S)
    assert USUAL in program
    return str(program).replace(USUAL, served.url)


def misspelled(program: str, expected: str) -> str:
    """The program with a word that there is not, and before its line what the type checker shall expect of that."""
    assert program.count('"tonight"') == 1
    return re.sub(r'^(.*)"tonight"(.*)$', expected, program, flags=re.MULTILINE)


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """A copy of what the repository has of the clients."""
    made = shutil.ignore_patterns(".generator", "openapi.json", "python", "node_modules", "dist", "schema.ts")
    return Path(shutil.copytree(ROOT / "clients", tmp_path / "clients", ignore=made))


@pytest.fixture
def tonight(served: Served) -> list[tuple[str, str, str]]:
    """Hour, title and room of what is on."""
    told = served.ask("/v1/events?city=seattle&when=tonight").json["events"]
    assert told
    return [(event["start_time"], event["title"], event["venue"]["name"]) for event in told]


def test_the_python_client_is_typed_and_lists_tonight(
    served: Served, clients: Path, tonight: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    fetch(clients, ".generator/installed")
    made = make(clients, "clients-python")
    assert made.returncode == 0, made.stdout + made.stderr

    fresh = tmp_path / "fresh/bin/python"
    ran(sys.executable, "-m", "venv", "--without-pip", tmp_path / "fresh")
    ran(sys.executable, "-m", "pip", "--python", fresh, "install", "-qq", "--no-compile", clients / "python")
    program = example("python", served)
    (tmp_path / "tonight.py").write_text(program)
    (tmp_path / "misspelled.py").write_text(misspelled(program, r'\1"tonigth"\2  # type: ignore[arg-type]'))

    ran(
        *(sys.executable, "-m", "mypy", "--strict", "--python-executable", fresh, "tonight.py", "misspelled.py"),
        cwd=tmp_path,
    )
    told = ran(fresh, "tonight.py", cwd=tmp_path, environment=environment_of(tmp_path))
    assert told.splitlines() == [" ".join(event) for event in tonight]


@pytest.mark.skipif(shutil.which("npm") is None, reason="no Node.js")
def test_the_typescript_client_is_typed_and_lists_tonight(
    served: Served, clients: Path, tonight: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    package = clients / "typescript"
    fetch(clients, "typescript/node_modules/.package-lock.json")
    made = make(clients, "clients-typescript")
    assert made.returncode == 0, made.stdout + made.stderr

    app = tmp_path / "app"
    app.mkdir()
    (app / "package.json").write_text('{"type": "module", "private": true}')
    ran("npm", "install", "--install-links", "--no-audit", "--no-fund", package, cwd=app)
    program = example("ts", served)
    (app / "tonight.ts").write_text(program)
    (app / "misspelled.ts").write_text(misspelled(program, r'// @ts-expect-error\n\1"tonigth"\2'))

    strictly = ["--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"]
    ran(package / "node_modules/.bin/tsc", *strictly, "tonight.ts", "misspelled.ts", cwd=app)
    told = ran("node", "tonight.js", cwd=app, environment=environment_of(app))
    assert told.splitlines() == [" ".join(event) for event in tonight]


def test_without_nodejs_one_line_says_that_there_is_no_typescript_client(clients: Path, tmp_path: Path) -> None:
    for name in ("sh", "make"):
        program = shutil.which(name)
        assert program is not None
        (tmp_path / name).symlink_to(program)
    made = make(clients, "clients-typescript", PATH=str(tmp_path))
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == "No TypeScript client: npm, which comes with Node.js 20 or newer, was not found\n"
