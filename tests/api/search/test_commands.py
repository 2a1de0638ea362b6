"""`python -m sms_api index`, /v1/search, and the thread that follows, on real processes and sockets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from sms_api.__main__ import app
from sms_api.app import create_app
from sms_api.search.follower import following
from sms_api.settings import ApiSettings
from tests.api.search.conftest import Searched
from tests.api.served import NOW, Served, serving
from tests.conftest import ROOT


def index(url: str, home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    environment = os.environ | {"DATABASE_URL": url, "SMS_HOME": str(home)}
    command = [sys.executable, "-m", "sms_api", "index", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def looked_at(url: str, home: Path) -> dict[str, str]:
    """What `doctor` says of each thing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("SMS_HOME", str(home))
        told = CliRunner().invoke(app, ["doctor", "--json"])
    assert told.exit_code == 0
    return {check["name"]: f"{check['state']}: {check['found']}" for check in json.loads(told.output)}


def test_the_index_is_made_checked_and_made_anew(catalog_url: str, tmp_path: Path) -> None:
    assert looked_at(catalog_url, tmp_path)["search index"].startswith("warn: there is no index")
    missing = index(catalog_url, tmp_path, "--check")
    assert (missing.returncode, "python -m sms_api index" in missing.stdout) == (1, True)
    made = index(catalog_url, tmp_path)
    assert (made.returncode, made.stdout) == (0, "Made from nothing (there was none): 9 events.\n")
    assert index(catalog_url, tmp_path).stdout == "Took in 0 changes.\n"
    checked = index(catalog_url, tmp_path, "--check")
    assert (checked.returncode, checked.stdout) == (0, "The search index holds what the catalog holds.\n")
    checks = looked_at(catalog_url, tmp_path)
    assert checks["search index"] == "ok: holds what the catalog holds"
    assert {name: found.partition(":")[0] for name, found in checks.items()} == dict.fromkeys(checks, "ok")
    assert {"settings", "database", "changes"} < set(checks)
    assert "asked for" in index(catalog_url, tmp_path, "--rebuild").stdout


def test_a_place_that_cannot_be_written_is_told_in_one_line(catalog_url: str, tmp_path: Path) -> None:
    (tmp_path / "search").write_text("a file where a directory should be")
    refused = index(catalog_url, tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.strip().splitlines()[-1].startswith("error: the index cannot be written in ")


@pytest.fixture(scope="module")
def indexed(catalog_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application over the catalog, with an index."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMS_HOME", str(home))
        assert index(catalog_url, home).returncode == 0
        settings = ApiSettings(reads_per_minute=0, searches_per_minute=0)
        with serving(create_app(catalog_url, settings, lambda: NOW)) as server:
            yield server


def test_a_program_finds_events_artists_and_rooms(indexed: Served) -> None:
    found = indexed.ask("/v1/search?q=tin+lant&fields=title").json
    assert [event["title"] for event in found["events"]] == ["An Evening of Cake", "Tin Lantern"]
    assert [artist["name"] for artist in found["artists"]] == ["Tin Lantern"]
    assert found["venues"] == []
    assert found["understood"] is None
    meant = indexed.ask("/v1/search?q=tin+lnatern").json
    assert meant["understood"] == "tin lantern"
    assert [event["id"] for event in meant["events"]] == [event["id"] for event in found["events"]]


def test_a_search_counts_what_each_choice_would_leave(indexed: Served) -> None:
    # A machine that is busy may take longer than counting may; then it is said, and asked again.
    answers = (indexed.ask("/v1/search?q=tin&facets=kind").json["facets"] for _ in range(50))
    facets = next(facets for facets in answers if facets is not None)
    assert [(each["value"], each["count"]) for each in facets["kind"]] == [("show", 2)]
    assert indexed.ask("/v1/search?q=tin&facets=none").json["facets"] is None


def test_pages_of_a_search_by_their_links(indexed: Served) -> None:
    first = indexed.ask("/v1/search?q=cake&limit=1")
    address = first.headers["link"].partition(">")[0].removeprefix("<")
    second = indexed.ask(address).json
    titles = [event["title"] for page in (first.json, second) for event in page["events"]]
    assert titles == ["An Evening of Cake", "Mossback"]
    assert (second["artists"], second["facets"], second["next_cursor"]) == ([], None, None)


def test_events_gone_by_are_found_only_when_asked_for(catalog_url: str, indexed: Served) -> None:
    assert len(indexed.ask("/v1/search?q=karaoke&to=2026-11-21").json["events"]) == 0
    assert len(indexed.ask("/v1/search?q=karaoke&night=2026-11-22").json["events"]) == 1


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/v1/search?q=tin&cursor=nonsense", "cursor"),
        ("/v1/search?q=tin&facets=hod", "facets"),
        ("/v1/search?q=tin&q=lantern", "q"),
        ("/v1/search?words=tin", "words"),
        ("/v1/search?q=", "q"),
    ],
)
def test_what_is_wrong_with_a_search_is_told(indexed: Served, address: str, parameter: str) -> None:
    answer = indexed.ask(address)
    assert answer.status == 422
    assert answer.json["errors"][0]["parameter"] == parameter


def test_a_server_that_runs_makes_its_index(catalog: Engine, searching: Callable[[Engine], Searched]) -> None:
    searched = searching(catalog)
    url = catalog.url.render_as_string(hide_password=False)
    with following(url, searched.home, lambda: NOW):
        deadline = time.monotonic() + 60
        while searched.place.current is None:
            assert time.monotonic() < deadline
            os.sched_yield()
    assert searched.titles("tin lantern")
