"""What pip installs works where no checkout is: an empty directory, an empty database, the commands."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from sms_crawlers.installed_commands import project_settings
from tests.conftest import ROOT, clone_database, drop_database

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    done = _run([*PIP, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "-w", str(directory)], directory, {})
    assert done.returncode == 0, done.stderr
    (made,) = directory.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, installed in a directory of its own, before the environment's packages."""
    directory = tmp_path_factory.mktemp("site")
    done = _run([*PIP, "install", "--no-deps", "--no-index", "--target", str(directory), str(wheel)], directory, {})
    assert done.returncode == 0, done.stderr
    return directory


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    """URL of a database without tables."""
    name = clone_database(server_url, "template1")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    drop_database(server_url, name)


def test_a_wheel_has_what_the_programs_need_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    packages = {"carpenter", "sms_api", "sms_catalog", "sms_crawlers", "sms_database", "sms_text"}
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == packages
    for needed in (
        "sms_database/alembic/env.py",
        "sms_database/alembic/versions/0001_first_schema.py",
        "sms_database/venues.toml",
        "sms_crawlers/spiders/venues/blue_moon.py",
        "sms_api/pages/templates/night.html",
        "sms_api/pages/static/style.css",
        "carpenter/py.typed",
    ):
        assert needed in names
    migrations = {path.name for path in (ROOT / "alembic" / "versions").glob("*.py")}
    assert {name.rpartition("/")[2] for name in names if "/alembic/versions/" in name} == migrations


def test_the_installed_commands_work_in_an_empty_directory(site: Path, empty_database: str, tmp_path: Path) -> None:
    variables = {"DATABASE_URL": empty_database}

    def said(*command: str, code: int = 0) -> str:
        done = _run(list(command), tmp_path, variables, site)
        assert done.returncode == code, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    for program in ("carpenter", "sms-database", "sms-api"):
        assert said(program, "--version") == "live-music-calendar 0.1.0\n"
    assert {"blue_moon", "skylark", "ticketmaster"} <= set(said("scrapy", "list").split())
    assert "has no schema yet" in _run(["carpenter", "run"], tmp_path, variables, site).stderr
    said("sms-database", "upgrade")
    recordings = ("--replay", str(ROOT / "tests" / "recordings"), "-L", "WARNING")
    said("scrapy", "ingest", "skylark", "blue_moon", *recordings)
    said("carpenter", "run")
    assert "Velvet Ferry" in said("carpenter", "upcoming", "--now", "2026-11-20", "--days", "7")
    assert "openapi" in said("sms-api", "openapi")
    assert sorted(path.name for path in tmp_path.iterdir()) in ([], [".sms"])  # nothing is strewn about


def test_inside_of_a_project_the_installed_commands_add_nothing(site: Path, tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = other.settings\n")
    (tmp_path / "other" / "spiders").mkdir(parents=True)
    (tmp_path / "other" / "settings.py").write_text('SPIDER_MODULES = ["other.spiders"]\n')
    for package in ("other", "other/spiders"):
        (tmp_path / package / "__init__.py").touch()
    listed = _run(["scrapy", "list"], tmp_path, {}, site)
    assert (listed.returncode, listed.stdout.split()) == (0, [])
    asked = _run(["scrapy", "settings", "--get", "BOT_NAME"], tmp_path, {}, site)
    assert asked.stdout.strip() != project_settings()["BOT_NAME"]


def _run(
    command: list[str], directory: Path, variables: dict[str, str], site: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """A command in a directory, with the programs of a site before the environment's, and none of our variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SMS_")}
    for name in ("DATABASE_URL", "PYTHONPATH", "SCRAPY_SETTINGS_MODULE"):
        kept.pop(name, None)
    paths = [str(Path(sys.executable).parent), kept["PATH"]]
    if site is not None:
        kept["PYTHONPATH"] = str(site)
        paths.insert(0, str(site / "bin"))
    kept["PATH"] = os.pathsep.join(paths)
    return subprocess.run(
        command, cwd=directory, env=kept | variables, capture_output=True, text=True, check=False, timeout=300
    )
