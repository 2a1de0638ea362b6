"""The docs are true: their commands run, and they name what there is: commands, settings, files, words."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

import pytest
import typer
from packaging.requirements import Requirement

import sms_api.__main__
import sms_crawlers.commands
import sms_database.__main__
from carpenter.__main__ import app as carpenter
from sms_api.settings import ApiSettings
from sms_database.base import Base
from sms_database.server import remove_server
from sms_database.settings import Settings
from tests.conftest import ROOT
from tests.crawlers.replaying import spider_classes
from tests.project_copy import copy_project, run_in
from tests.test_layering import OURS

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)

BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)

RUN_BY_CI = {"make demo", "make test"}

RUN_BY_A_TEST = {"make serve"}
"""tests/test_demo.py: it has no end of its own."""

NOT_HERE = {". .venv/bin/activate", "export DATABASE_URL=postgresql://calendar:secret@db.example.org/calendar"}
"""What the test does itself: the packages are on its path, and the database is one of its own."""

OFFLINE = """
set -eu
scrapy() {
    case $1 in
        crawl | record) command scrapy "$@" -s REPLAY="$RECORDINGS" ;;
        ingest) command scrapy "$@" --replay "$RECORDINGS" ;;
        *) command scrapy "$@" ;;
    esac
}
python() {
    if [ "$*" = "-m carpenter upcoming" ]; then set -- "$@" --now 2026-11-20; fi
    command python "$@"
}
"""
"""Stands before the commands of a page: sources are answered by our recordings, and the night is theirs."""


def command_lines(document: str) -> list[str]:
    """The lines of a page's shell blocks."""
    blocks = BLOCK.findall((ROOT / document).read_text(encoding="utf-8"))
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_run_in_their_order(document: str, tmp_path: Path, database_url: str) -> None:
    lines = command_lines(document)
    assert lines
    copy = copy_project(tmp_path)
    script = "\n".join(line for line in lines if line not in RUN_BY_CI | RUN_BY_A_TEST | NOT_HERE)
    done = run_in(
        copy, "bash", "-c", OFFLINE + script, DATABASE_URL=database_url, RECORDINGS=str(copy / "tests/recordings")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if document == "README.md":
        assert "Tin Heron / Paper Ladders" in done.stdout
        assert "BEGIN:VCALENDAR" in (copy / "events.ics").read_text(encoding="utf-8")
    else:
        assert '"title": "The Pewter Hour, Oona Strand"' in (copy / "woodland_theater.jsonl").read_text("utf-8")
        assert "[`woodland_theater`]" in (copy / "docs/sources.md").read_text("utf-8")


@pytest.mark.trust(38)
def test_the_backup_that_the_page_describes_is_a_drill_that_works(tmp_path: Path) -> None:
    copy = copy_project(tmp_path)
    crawled = ["scrapy crawl skylark -s LOG_LEVEL=WARNING", "python -m carpenter run --quiet"]
    script = "\n".join([*crawled, *command_lines("docs/backup.md")])
    try:
        done = run_in(copy, "bash", "-c", OFFLINE + script, DATABASE_URL="", RECORDINGS=str(copy / "tests/recordings"))
    finally:
        remove_server(copy / "home")
        remove_server(copy / ".sms/drill")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dumped into calendar.dump" in done.stdout
    assert "restored from calendar.dump; schema: revision" in done.stdout
    assert done.stdout.endswith("deleted\n")


def test_ci_runs_what_the_readme_promises() -> None:
    steps = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert set(command_lines("README.md")) >= RUN_BY_CI
    for command in RUN_BY_CI:
        assert f"step {command}\n" in steps


def documented(heading: str, page: str = "docs/commands.md") -> set[str]:
    """The first words of the code in the first column of the tables under a heading."""
    text = (ROOT / page).read_text(encoding="utf-8")
    section = re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    words = [word for word in re.findall(r"^\| `([\w-]+)", section, re.MULTILINE) if word.islower()]
    assert len(words) == len(set(words)), f"{page} has two rows for one word under {heading!r}"
    return set(words)


def commands_of(app: typer.Typer) -> set[str]:
    """The names of a program's commands."""
    group = typer.main.get_command(app)
    return set(getattr(group, "commands", {}))


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    assert documented("python -m carpenter") == commands_of(carpenter)
    assert documented("python -m sms_database") == commands_of(sms_database.__main__.app)
    assert documented("python -m sms_api") == commands_of(sms_api.__main__.app)
    ours = {module.name for module in iter_modules(sms_crawlers.commands.__path__)}
    assert documented("scrapy") == ours | {"list"}


def test_every_kind_of_decision_is_documented() -> None:
    decide = typer.main.get_command(carpenter).commands["decide"]  # type: ignore[attr-defined]
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert [name for name in decide.commands if f"`{name}`" not in text] == []


def variables_read() -> Iterator[str]:
    """The environment variables that the code reads: the settings, and what is asked for by name."""
    for field_name, field in Settings.model_fields.items():
        yield str(field.validation_alias or field_name).upper()
    for field_name in ApiSettings.model_fields:
        yield f"SMS_API_{field_name.upper()}"
    for module in OURS:
        for call in ast.walk(module.tree):
            match call:
                case (
                    ast.Call(func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"), args=[name, *_])
                    | ast.Call(func=ast.Attribute(attr="getenv"), args=[name, *_])
                    | ast.Subscript(value=ast.Attribute(attr="environ"), slice=name)
                ) if isinstance(name, ast.Constant):
                    yield str(name.value)


def test_the_example_of_settings_names_those_that_are_read() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    keys = {key.variable for spider in spider_classes().values() for key in spider.keys}
    assert set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE)) == set(variables_read()) | keys


def test_the_example_of_settings_changes_nothing_until_a_line_is_taken() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("# ")] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_page_points_at_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not (document.parent / link).exists()]
    assert links == []
    tops = "alembic|bench|carpenter|deploy|docs|sms_\\w+|tests"
    paths = re.findall(rf"`((?:{tops})/[\w./-]*)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_glossary_points_at_tables_that_exist() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    named = {word for row in re.findall(r"^\|.*\|(.*)\|$", text, re.MULTILINE) for word in re.findall(r"`(\w+)`", row)}
    assert named - set(Base.metadata.tables) - {"redirects"} == set()
    words = re.findall(r"^\| ([a-z][\w -]*?)(?:,| \|)", text, re.MULTILINE)
    assert {
        "source",
        "venue",
        "city",
        "raw event",
        "event",
        "bill",
        "artist",
        "mention",
        "block",
        "run",
        "verdict",
    } <= set(words)
    assert {"decision", "recording"} <= set(words)


def test_the_lock_holds_what_the_project_asks_for_and_names_no_package_index() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    locked = dict(re.findall(r"^([\w.-]+)==([^ ;]+)", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *(line for extra in project["project"]["optional-dependencies"].values() for line in extra),
        *(line for group in project["dependency-groups"].values() for line in group),
    ]
    wrong = [line for line in map(Requirement, asked) if not line.specifier.contains(locked.get(line.name, "0"))]
    assert wrong == []
