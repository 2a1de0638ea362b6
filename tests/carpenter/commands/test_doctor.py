"""`doctor`: each thing that is looked at, how it is, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text

from sms_database import releases
from sms_database.sources import NeededKey, SourceFacts, ensure_sources, store_source
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import store
from tests.carpenter.shows import SHOWS


def _checks(carpenter: Command, code: int = 0) -> dict[str, Any]:
    told = carpenter("doctor", "--json")
    assert told.code == code
    return {check["name"]: check for check in told.json()}


def test_a_fresh_database_is_well(carpenter: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_CONTACT", "crawler@example.org")
    checks = _checks(carpenter)
    assert {checks[name]["state"] for name in ("python", "home", "contact", "database", "raw rows")} == {"ok"}
    assert (checks["keys"]["state"], checks["keys"]["advice"]) == ("warn", "scrapy sources --store")


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The `.env` of a project of the test's own."""
    (tmp_path / "scrapy.cfg").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".env"


@pytest.mark.trust(40)
def test_each_key_that_a_source_asks_for_is_told_and_never_its_value(
    carpenter: Command, engine: Engine, settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file.write_text("TICKETS_TOKEN=of-the-file\n", encoding="utf-8")
    monkeypatch.setenv("TOURS_APP_ID", "of-the-environment")
    monkeypatch.delenv("LISTS_SECRET", raising=False)
    tickets = NeededKey(variable="TICKETS_TOKEN", where="https://tickets.example/keys")
    tours = NeededKey(variable="TOURS_APP_ID", where="https://tours.example")
    lists = NeededKey(variable="LISTS_SECRET", where="the house")
    with engine.begin() as connection:
        ensure_sources(connection, ["of_a_file"])
        for slug, keys in {"hall": (tickets,), "bar": (lists, tickets), "club": (tours,), "open": ()}.items():
            store_source(connection, SourceFacts(slug=slug, kind="api", title=slug, platform="Its own", keys=keys))
    checks = {name: check for name, check in _checks(carpenter).items() if name.startswith("key")}
    assert [(name, check["state"], check["found"]) for name, check in checks.items()] == [
        ("key LISTS_SECRET", "ok", "not set: bar is skipped"),
        ("key TICKETS_TOKEN", "ok", "set, for bar, hall"),
        ("key TOURS_APP_ID", "ok", "set, for club"),
    ]
    assert checks["key LISTS_SECRET"]["advice"] == "to crawl, get one: the house"
    for out in (carpenter("doctor").out, carpenter("doctor", "--json").out):
        assert "of-the-file" not in out
        assert "of-the-environment" not in out


def test_sources_that_only_a_browser_can_read_are_named_where_there_is_none(
    carpenter: Command, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with engine.begin() as connection:
        for slug, needs in {"hall": True, "bar": False, "club": True}.items():
            store_source(
                connection, SourceFacts(slug=slug, kind="api", title=slug, platform="Its own", needs_browser=needs)
            )
    assert _checks(carpenter)["no browser"]["found"] == "skipped without one: club, hall"


@pytest.mark.trust(40)
def test_a_server_whose_release_is_not_the_newest_is_a_warning(
    carpenter: Command, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.connect() as connection:
        major, minor = connection.dialect.server_version_info or ()
    known = releases.known_releases()
    newer = known.majors[major].model_copy(update={"newest": f"{major}.{minor + 1}"})
    monkeypatch.setattr(releases, "known_releases", lambda: known.model_copy(update={"majors": {major: newer}}))
    check = _checks(carpenter)["postgresql"]
    assert check["state"] == "warn"
    assert check["found"].startswith(f"PostgreSQL {major}.{minor} is behind {major}.{minor + 1} of ")
    assert check["advice"]


@pytest.mark.parametrize("proxy", ["http://somebody:secret@proxy.test:3128", "somebody:secret@proxy.test:3128", None])
@pytest.mark.trust(15)
def test_a_proxy_which_sees_the_addresses_in_our_place_is_named(
    carpenter: Command, monkeypatch: pytest.MonkeyPatch, proxy: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    if proxy is None:
        assert "proxy" not in _checks(carpenter)
        return
    monkeypatch.setenv("https_proxy", proxy)
    told = _checks(carpenter)["proxy"]
    assert (told["state"], told["found"]) == ("warn", "crawls go through proxy.test")
    assert "refuse private addresses" in told["advice"]


def test_what_waits_and_what_went_wrong_is_told(carpenter: Command, engine: Engine) -> None:
    store(engine, SHOWS)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO crawl_runs (source, started_at, verdict, message, seen) VALUES"
                " ('blue_moon', '2026-11-20 18:00Z', 'failed', 'HTTP 403', 0),"
                " ('paper', '2026-11-20 18:00Z', NULL, NULL, 3), ('boxoffice', '2026-11-20 18:00Z', 'ok', NULL, 9)"
            )
        )
    checks = _checks(carpenter, code=1)
    assert checks["raw rows"]["found"] == "8 rows not built yet"
    assert checks["raw rows"]["advice"] == "python -m carpenter run"
    assert checks["abandoned"]["found"] == "1 crawl and 0 builds never came to their end"
    states = {name: check["state"] for name, check in checks.items() if name.startswith("source ")}
    assert states == {"source blue_moon": "fail", "source paper": "warn", "source boxoffice": "ok"}
    assert "HTTP 403" in carpenter("doctor").out


def test_a_run_that_is_alive_is_not_abandoned(carpenter: Command, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO carpenter_runs (started_at, reason, rules_hash) VALUES (now(), 'run', '')")
        )
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock_shared(hashtextextended('carpenter', 0))"))
        assert "abandoned" not in _checks(carpenter)
    engine.dispose()
    assert _checks(carpenter)["abandoned"]["state"] == "warn"


def test_a_database_that_is_away_fails_and_the_rest_is_told(
    carpenter: Command, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = make_url(database_url).set(port=1).render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", away)
    checks = _checks(carpenter, code=1)
    assert checks["database"]["state"] == "fail"
    assert ":1 " in checks["database"]["found"]
    assert checks["python"]["state"] == "ok"


def test_a_browser_is_looked_for(carpenter: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _checks(carpenter)["browser"]["state"] == "warn"
    browser = tmp_path / "chromium"
    browser.write_text("")
    browser.chmod(0o755)
    assert str(browser) in _checks(carpenter)["browser"]["found"]
