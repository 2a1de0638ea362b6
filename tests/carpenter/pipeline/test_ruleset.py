"""A changed rule builds the catalog again, wherever the rule lies; a change to anything else builds nothing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from carpenter.pipeline.ruleset import RULES, rule_files
from tests.carpenter.raw_rows import HOUSE_CALENDAR, raw, store
from tests.conftest import ROOT

PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("tests", "bench"))

DECIDES_NOTHING = {
    "carpenter/store/bulk.py": "moves values into tables as they are",
    "carpenter/store/changes.py": "writes what has become otherwise for readers, once it has",
    "carpenter/store/queue.py": "marks what is to be built, and is no part of what it becomes",
    "sms_database/locks.py": "says who waits for whom",
    "carpenter/pipeline/limits.py": "says how much is taken at once; what a block compares at most is a rule of venues",
    "carpenter/pipeline/workers.py": "does the same work in one process or in several",
    "sms_database/artist_lookup.py": "stores what a service answered, which is an input",
    "sms_database/json_text.py": "writes JSON",
    "sms_database/sources.py": "stores what spiders tell, which is an input",
}
"""What the rules import that is none of them, and why."""


def imported(path: str) -> Iterator[str]:
    """The modules of ours that a module imports, as paths."""
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                for found in (f"{name.replace('.', '/')}.py", f"{name.replace('.', '/')}/__init__.py"):
                    if (ROOT / found).is_file():
                        yield found


def test_what_the_rules_import_is_a_rule_too() -> None:
    rules = {path for path, _ in rule_files()}
    left_out = {
        f"{path} imports {used}"
        for path in rules
        if path.endswith(".py")
        for used in imported(path)
        if used not in rules and used not in DECIDES_NOTHING and not used.endswith("__init__.py")
    }
    assert not left_out


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The packages of this project, to be changed."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("alembic", "alembic.ini", "scrapy.cfg"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def python(checkout: Path, engine: Engine, *arguments: str) -> str:
    """What Python says when it runs this in a checkout."""
    url = engine.url.render_as_string(hide_password=False)
    variables = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-P", *arguments]
    return subprocess.run(command, cwd=checkout, env=variables, capture_output=True, text=True, check=True).stdout


def reword(file: Path) -> None:
    """Change a word of a module's docstring, or add a comment to a data file: as little as a rule can change by."""
    text = file.read_text("utf-8")
    file.write_text(text.replace('"""', '"""Now: ', 1) if file.suffix == ".py" else f"{text}\n# now\n", "utf-8")


def test_a_change_to_a_rule_builds_all_again_and_one_elsewhere_nothing(engine: Engine, checkout: Path) -> None:
    def run() -> str:
        return python(checkout, engine, "-m", "carpenter", "run")

    def hashed() -> str:
        return python(checkout, engine, "-c", "from carpenter.pipeline.ruleset import rules_hash; print(rules_hash())")

    store(engine, [raw(HOUSE_CALENDAR, "1", "Tin Lantern", "2026-11-27", start_time="20:00")])
    assert run().startswith("built 1 row ")
    ruled = sorted(path for path, _ in rule_files())
    hashes = {hashed()}
    for number, rule in enumerate(RULES, 2):
        reword(checkout / next(path for path in ruled if path == rule or path.startswith(f"{rule}/")))
        hashes.add(hashed())
        assert len(hashes) == number, rule
    assert run().startswith("built 1 row ")
    others = [
        path
        for package in PACKAGES
        for path in sorted((checkout / package).rglob("*.py"))
        if path.relative_to(checkout).as_posix() not in ruled and path.name != "__init__.py"
    ]
    assert len(others) > 50
    for path in others:
        reword(path)
    assert run().startswith("nothing to build")
