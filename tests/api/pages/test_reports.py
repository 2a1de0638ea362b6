"""A reader's report: taken from our own pages, kept without anything of who sent it, and followed by the curator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, NullPool, make_url, text
from typer.testing import CliRunner

from carpenter.__main__ import app
from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check, rebuild
from carpenter.store.decisions import NewDecision, write_decisions
from sms_api.app import create_app
from sms_api.settings import ApiSettings
from sms_database.ids import row_uuid
from sms_database.session import create_engine_for
from tests.api.pages.test_pages import page, show_path, words
from tests.api.served import NOW, Answer, Served, serving
from tests.api.test_readiness import shut
from tests.carpenter.raw_rows import HOUSE_CALENDAR, MORNING, PAPER, clock, raw, store
from tests.conftest import clone_database, drop_database

NIGHT = "2026-11-20"
MANY = 3

SAID = {"field": "starts_at", "said": "It begins at 21:00,\r\nsays the door.", "link": "hall.example/tonight"}


@pytest.fixture(scope="module")
def url(server_url: str, template_database: str) -> Iterator[str]:
    name = clone_database(server_url, template_database)
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    drop_database(server_url, name)


@pytest.fixture(scope="module")
def engine(url: str) -> Engine:
    engine = create_engine_for(url, poolclass=NullPool)
    store(
        engine,
        [
            raw(HOUSE_CALENDAR, "fri", "Tin Lantern", NIGHT, start_time="20:00", price_text="$10"),
            raw(PAPER, "late", "Ivory", NIGHT, start_time="23:00"),
        ],
    )
    run(engine, clock=clock)
    return engine


@pytest.fixture(scope="module")
def site(engine: Engine, url: str) -> Iterator[Served]:
    settings = ApiSettings(reads_per_minute=0, reports_per_hour=MANY, trusted_proxies="127.0.0.1/32")
    with serving(create_app(url, settings, lambda: NOW)) as served:
        yield served


@pytest.fixture(autouse=True)
def _none_is_left(engine: Engine) -> Iterator[None]:
    yield
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM reports"))


def send(site: Served, path: str, fields: Mapping[str, str], network: str, **headers: str) -> Answer:
    """The form of a page, sent from an address of a network."""
    usual = {"accept": "text/html", "content-type": "application/x-www-form-urlencoded", "origin": site.url}
    told = usual | {name.replace("_", "-"): value for name, value in headers.items()} | {"x-forwarded-for": network}
    return site.ask(f"{path}/report", "POST", told, urlencode(fields).encode())


def kept(engine: Engine) -> list[Mapping[str, Any]]:
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(text("SELECT * FROM reports ORDER BY id"))]


def curator(url: str, *arguments: str) -> tuple[int, str]:
    """What `python -m carpenter reports` answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        told = CliRunner().invoke(app, ["reports", *arguments])
    return told.exit_code, told.output


def test_it_is_kept_with_what_the_page_says_and_nothing_of_who_says_it(site: Served, engine: Engine) -> None:
    path = show_path(site, NIGHT, "Tin Lantern")
    before = site.ask(path)
    answer = send(site, path, SAID, "203.0.113.7")
    assert (answer.status, answer.headers["location"]) == (303, f"{path}/reported")
    assert "Thank you" in words(page(site, f"{path}/reported"))
    assert send(site, path, SAID, "203.0.113.7").status == 303, "a second click"
    (report,) = kept(engine)
    assert (report["entity"], report["entity_id"]) == ("event", row_uuid("blue_moon", "fri"))
    assert (report["field"], report["shown"], report["city"]) == ("starts_at", "20:00", "seattle")
    assert report["said"] == "It begins at 21:00,\nsays the door."
    assert report["link"] == "https://hall.example/tonight"
    assert "203.0" not in str(report)
    after = site.ask(path)
    assert (after.headers["etag"], after.body) == (before.headers["etag"], before.body)


@pytest.mark.parametrize("kind", ["venues", "artists"])
def test_rooms_and_acts_have_the_form_too(site: Served, engine: Engine, kind: str) -> None:
    show = page(site, show_path(site, NIGHT, "Tin Lantern"))
    path = show.partition(f'href="/{kind}/')[2].partition('"')[0]
    assert "Report a mistake" in words(page(site, f"/{kind}/{path}"))
    assert send(site, f"/{kind}/{path}", {"field": "name", "said": "Another spelling."}, "203.0.112.8").status == 303
    assert kept(engine)[0]["shown"] in ("Blue Moon Tavern", "Tin Lantern")


def test_every_value_of_a_show_leads_to_its_form(site: Served) -> None:
    path = show_path(site, NIGHT, "Tin Lantern")
    fields = {part.partition('"')[0] for part in page(site, path).split("/report?field=")[1:]}
    assert {"starts_at", "price", "venue", "title"} <= fields
    for field in fields:
        assert f'<option value="{field}" selected>' in page(site, f"{path}/report?field={field}")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"field": "starts_at", "said": " \u200b "}, "Say what is right"),
        ({"field": "starts_at", "said": "x" * 1_001}, "At most 1,000 characters: these are 1,001."),
        ({"field": "is_hidden", "said": "x"}, "Choose what is wrong."),
        ({"field": "other", "said": "x", "link": "javascript:alert(1)"}, "That is no address of a page:"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    site: Served, engine: Engine, given: Mapping[str, str], problem: str
) -> None:
    answer = send(site, show_path(site, NIGHT, "Tin Lantern"), given, "203.0.113.9")
    assert answer.status == 422
    assert problem in words(answer.text)
    assert answer.text.count("aria-invalid") == 1
    assert given["said"].strip() in answer.text
    assert kept(engine) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "same-origin"}, 303),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_a_page_of_another_site_cannot_send_it(
    site: Served, engine: Engine, headers: Mapping[str, str], status: int
) -> None:
    answer = send(site, show_path(site, NIGHT, "Tin Lantern"), SAID, "203.0.114.1", **headers)
    assert answer.status == status
    assert len(kept(engine)) == (status == 303)


def test_a_form_of_other_fields_or_too_large_is_refused(site: Served, engine: Engine) -> None:
    path = show_path(site, NIGHT, "Tin Lantern")
    assert send(site, path, SAID | {"state": "done"}, "203.0.115.1").status == 422
    assert send(site, path, SAID | {"said": "x" * 70_000}, "203.0.115.1").status == 413
    assert send(site, "/events/2026-11-20-nothing-0123456789ab", SAID, "203.0.115.1").status == 404
    assert kept(engine) == []


def test_a_network_that_sends_many_waits_and_others_do_not(site: Served, engine: Engine) -> None:
    path = show_path(site, NIGHT, "Tin Lantern")
    answers = [send(site, path, SAID | {"said": f"No. {n}"}, f"203.0.116.{n}") for n in range(MANY + 1)]
    assert [answer.status for answer in answers] == [303] * MANY + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3_600
    assert f"No. {MANY}" in answers[-1].text, "what was typed"
    assert send(site, path, SAID, "203.0.117.1").status == 303
    assert len(kept(engine)) == MANY + 1


def test_while_the_database_is_gone_it_is_not_taken_for_kept(
    site: Served, engine: Engine, server_url: str, url: str
) -> None:
    path = show_path(site, NIGHT, "Tin Lantern")
    with shut(server_url, url):
        assert send(site, path, SAID, "203.0.118.1").status == 503
    assert kept(engine) == []


def test_a_curator_sees_what_is_now_follows_a_merge_and_closes_it(site: Served, engine: Engine, url: str) -> None:
    path = show_path(site, NIGHT, "Ivory")
    send(site, path, {"field": "starts_at", "said": "Doors at 8\nshow at \x1b[31m9"}, "203.0.119.1")
    send(site, path, {"field": "other", "said": "The same as Tin Lantern"}, "203.0.119.1")
    other, hour = kept(engine)[::-1]
    merge = NewDecision(
        kind="merge", target=row_uuid("blue_moon", "fri"), value=[str(other["entity_id"])], author="ann"
    )
    with engine.begin() as connection:
        write_decisions(connection, [merge], MORNING)
    run(engine, clock=clock)
    code, told = curator(url, "--city", "seattle")
    assert code == 0
    assert told.startswith("2 open reports, newest first:\n")
    assert told.index(f" {other['id']}  Fri 20 Nov 2026") < told.index(f" {hour['id']}  Fri 20 Nov 2026")
    assert "start_time was 23:00 on 2026-11-20 20:00 UTC, is 20:00 now" in told
    assert "      > Doors at 8\n      > show at" in told
    assert "\x1b" not in told
    assert f"decide override {row_uuid('blue_moon', 'fri')} start_time VALUE" in told
    assert curator(url, "--declined", str(other["id"]))[0] == 2, "a reason is due"
    numbers = ("--done", str(hour["id"]), "--declined", str(other["id"]), "--reason", "looked at the flyer")
    assert curator(url, *numbers, "--author", "ann")[0] == 0
    assert curator(url, "--done", str(hour["id"]))[0] == 1
    assert curator(url)[1] == "no open reports\n"
    assert f"declined by ann on {clock():%Y}" in curator(url, "--all")[1]
    assert [report["state"] for report in kept(engine)] == ["done", "declined"]


def test_no_build_reads_it_and_none_loses_it(site: Served, engine: Engine) -> None:
    send(site, show_path(site, NIGHT, "Tin Lantern"), SAID, "203.0.120.1")
    before = kept(engine)
    assert all(table.is_equal for table in check(engine, clock=clock))
    assert all(table.is_equal for table in rebuild(engine, clock=clock))
    assert kept(engine) == before
