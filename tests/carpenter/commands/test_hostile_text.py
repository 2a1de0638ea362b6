"""Rows whose every text acts on a terminal, through every command: what they print does nothing and forges no line."""

from __future__ import annotations

import csv
import io
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from rich.markup import escape
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from sms_database.cli import LineTable, say, show
from sms_text.printable import as_text_cell, printable
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, clock, raw, store
from tests.hostile_text import ATTACKS, HOSTILE, assert_inert, read_terminal, without_drawing
from tests.program import ROOT
from tests.text.test_printable import ANY_TEXT

pytestmark = pytest.mark.trust(18)

NIGHT = "2026-12-01"
SOURCE = "wire" + "".join(ATTACKS[name] for name in ("window title", "clipboard", "c1", "bidi", "unseen"))


def _hostile(number: int, title: str, **fields: Any) -> dict[str, Any]:
    """A row of another source, with an attack in every text that it may have."""
    attacked = {
        "source": SOURCE,
        "source_event_id": f"{number}{HOSTILE}",
        "source_url": f"https://wire.example/{number}{HOSTILE}",
        "title": f"{title} {HOSTILE}",
        "venue_city": "Seattle",
        "venue_region": "WA",
        "venue_url": f"javascript:{HOSTILE}",
        "ticket_url": f"https://ann:secret@wire.example/{HOSTILE}",
        "image_url": f"data:text/html,{HOSTILE}",
        "artists": [{"name": f"{title} {HOSTILE}", "role": HOSTILE, "url": HOSTILE}],
    }
    texts = ("date_text", "description", "price_text", "age_text", "status_text", "currency")
    attacked |= dict.fromkeys(texts, f"x {HOSTILE}")
    return raw(PAPER, "", title, NIGHT) | attacked | fields


UPCOMING = ("upcoming", "--now", "2026-11-30", "--days", "9", "--all-kinds")

ROWS = [
    _hostile(1, "Mossback", start_time="19:00"),
    _hostile(
        2, "Tin Lantern", event_day="2026-12-02", venue_name=f"Hall {HOSTILE}", venue_address=f"1 Bay St {HOSTILE}"
    ),
    _hostile(3, "Live music", start_time=None, artists=[]),
    _hostile(4, f"Nobody {HOSTILE}", event_day=f"soon {HOSTILE}"),
]


@pytest.fixture
def hostile(carpenter: Command, engine: Engine, tmp_path: Path) -> Command:
    """A catalog with such rows, loaded from a file with such a name, and such runs."""
    store(engine, [raw(HOUSE_CALENDAR, "a", "Mossback", NIGHT, start_time="19:00"),
                   raw(HOUSE_CALENDAR, "c", "Tin Lantern", NIGHT, start_time="22:30")])  # fmt: skip
    file = tmp_path / f"shows{HOSTILE.replace('/', '_')[:80]}.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, [*ROWS, {"source": f"{HOSTILE}\x00"}, HOSTILE])))
    loaded = carpenter("load", str(file))
    assert loaded.code == 1
    assert f"{len(ROWS)} new" in loaded.out
    assert [line.split(" ", 1)[0] for line in loaded.err.splitlines()][-2:] == ["quarantined"] * 2
    assert_inert(loaded.out + loaded.err)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO crawl_runs (source, started_at, verdict, message)"
                " VALUES (:source, now(), 'failed', :message)"
            ),
            {"source": SOURCE, "message": f"content type x/{HOSTILE}, which is no page"},
        )
    run(engine, clock=clock)
    return carpenter


def test_what_the_commands_print_of_them_is_inert(hostile: Command, engine: Engine) -> None:
    with engine.connect() as connection:
        ids = connection.scalars(text("SELECT DISTINCT event_id FROM event_sources WHERE event_id IS NOT NULL")).all()
    decided = hostile("decide", "hide", str(ids[0]), "--author", HOSTILE, "--reason", HOSTILE, "--no-run")
    assert decided.code == 0
    asked: list[tuple[str, ...]] = [
        *(("explain", str(event_id)) for event_id in ids),
        ("explain", "Mossback"),
        ("explain", f"{SOURCE}/4{HOSTILE}"),
        ("explain", HOSTILE),
        UPCOMING,
        ("upcoming", "--venue", f"Hall {HOSTILE}"),
        ("runs",),
        ("doctor",),
        ("review",),
        ("decide", "list"),
        ("decide", "override", str(ids[0]), "title", f"Later {HOSTILE}", "--dry-run"),
        ("decide", "undo", "1"),
        ("rebuild", "--check"),
        ("export", "--format", "ics", "--city", HOSTILE),
        ("load", f"/nowhere/{HOSTILE}"),
    ]
    told = {arguments: hostile(*arguments) for arguments in asked}
    for answer in told.values():
        assert answer.out + answer.err
        assert_inert(answer.out + answer.err)
    explained = "".join(answer.out for arguments, answer in told.items() if arguments[0] == "explain")
    assert printable(f"1{ATTACKS['window title']}") in explained
    for command in ("runs", "doctor"):
        assert printable(f"content type x/{ATTACKS['window title']}") in told[command,].out
    assert printable(f"wire{ATTACKS['window title']}") in told[UPCOMING].out


def test_what_a_terminal_gets_is_inert(hostile: Command, database_url: str, tmp_path: Path) -> None:
    """On a terminal rich itself draws tables and a bar, in colours and cut to the width."""
    environment = os.environ | {"DATABASE_URL": database_url, "TERM": "xterm", "COLUMNS": "200"}
    file = tmp_path / f"more{ATTACKS['window title']}{ATTACKS['line']}"
    file.write_bytes(orjson.dumps(ROWS[0]))
    for arguments in (["runs"], ["load", str(file)]):
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "carpenter", *arguments]
        subprocess.run(command, cwd=ROOT, env=environment, stdout=theirs, stderr=theirs, check=True, timeout=60)
        os.close(theirs)
        drawn = without_drawing(read_terminal(ours))
        assert r"\x1b]0;pwned\x07" in drawn
        assert_inert(drawn)


def test_no_address_of_theirs_leads_to_a_script_or_keeps_a_password(hostile: Command) -> None:
    exported = hostile("export").out
    addresses = [
        address
        for event in map(orjson.loads, exported.splitlines())
        for address in (
            event["event_url"],
            event["ticket_url"],
            event["image_url"],
            *(s["source_url"] for s in event["sources"]),
        )
        if address
    ]
    assert addresses
    assert all(address.startswith("https://") and "@" not in address for address in addresses)
    assert "secret" not in exported


@given(ANY_TEXT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_say_and_show_print_any_text_as_one_line(capsys: pytest.CaptureFixture[str], text: str) -> None:
    say(text)
    assert capsys.readouterr().out == f"{printable(text)}\n"
    table = LineTable("title", "of", show_header=False, box=None, pad_edge=False)
    table.add_row(escape(text), "[bold]ours[/]")
    show(table)
    (shown,) = capsys.readouterr().out.splitlines()
    assert printable(shown) == shown
    assert shown.endswith("ours")


@pytest.mark.parametrize("what", ["events", "links", "venues", "artists", "raw"])
def test_a_spreadsheet_runs_nothing_of_theirs(carpenter: Command, engine: Engine, what: str) -> None:
    formulas = ('=HYPERLINK("https://evil.test")', "+1+cmd|' /C calc'!A0", "@SUM(1)", "＝1+1")
    rows = [
        raw(PAPER, formula, formula, NIGHT, venue_name=formula, venue_city="Seattle", artists=[{"name": formula}])
        | {"source": f"={number}", "latitude": 47.6, "longitude": -122.3}
        for number, formula in enumerate(formulas)
    ]
    store(engine, rows)
    run(engine, clock=clock)
    told = carpenter("export", "--what", what, "--format", "csv").out
    cells = [cell for row in csv.reader(io.StringIO(told, newline="")) for cell in row]
    begun = [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠"))]
    assert all(float(cell) < 0 for cell in begun)
    plain = carpenter("export", "--what", what, "--format", "csv", "--verbatim").out
    verbatim = [cell for row in csv.reader(io.StringIO(plain, newline="")) for cell in row]
    assert list(map(as_text_cell, verbatim)) == cells
    assert cells != verbatim or what == "artists"  # whose names begin with no sign
