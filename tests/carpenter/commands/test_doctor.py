"""`doctor`: each thing that is looked at, how it is, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text

from sms_database import releases
from tests.carpenter.commands.conftest import SHOWS, Command
from tests.carpenter.raw_rows import store


def _checks(carpenter: Command, code: int = 0) -> dict[str, Any]:
    told = carpenter("doctor", "--json")
    assert told.code == code
    return {check["name"]: check for check in told.json()}


def test_a_fresh_database_is_well(carpenter: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_CONTACT", "crawler@example.org")
    monkeypatch.setenv("EXAMPLE_API_KEY", "secret")
    checks = _checks(carpenter)
    assert {checks[name]["state"] for name in ("python", "home", "contact", "keys", "database", "raw rows")} == {"ok"}
    assert checks["keys"]["found"] == "EXAMPLE_API_KEY"
    assert "secret" not in carpenter("doctor").out


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
