"""`load`: good lines are stored, bad ones kept with their line number, and nothing is read twice."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, text

from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import PAPER, raw


def _line(number: int, **fields: object) -> bytes:
    return orjson.dumps(raw(PAPER, f"e{number}", f"Mossback {number}", "2026-11-20") | fields) + b"\n"


def test_a_bad_line_is_quarantined_with_its_number_and_the_others_are_stored(
    carpenter: Command, engine: Engine, tmp_path: Path
) -> None:
    lines = [_line(number) for number in range(1, 6_001)]
    lines[4_999] = b'{"source": "paper", "title": \n'
    file = tmp_path / "shows.jsonl"
    file.write_bytes(b"".join(lines))
    told = carpenter("load", str(file))
    assert told.code == 1
    assert "6,000 lines: 5,999 new, 0 changed, 0 unchanged, 1 bad" in told.out
    assert f"{file}:5000: no JSON" in told.err
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM raw_events")) == 5_999
        kept = connection.execute(text("SELECT origin, item FROM quarantined_items")).one()
    assert kept.origin == f"{file}:5000"
    assert kept.item == {"line": '{"source": "paper", "title": \n'}


@pytest.mark.trust(2)
def test_loading_again_changes_nothing(carpenter: Command, engine: Engine) -> None:
    lines = _line(1) + b"\n" + _line(2) + b"not json\n"
    carpenter("load", "-", "--json", stdin=lines)
    again = carpenter("load", "-", "--json", stdin=lines)
    assert again.json() | {"reasons": []} == {
        "file": "stdin",
        "lines": 4,
        "new": 0,
        "changed": 0,
        "unchanged": 2,
        "late": 0,
        "bad": 1,
        "reasons": [],
        "ignored_fields": {},
    }
    assert again.json()["reasons"][0].startswith("stdin:4: no JSON")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM quarantined_items")) == 1


def test_versions_are_told_apart_by_when_they_were_fetched(carpenter: Command, engine: Engine) -> None:
    newest_first = _line(1, title="Second", fetched_at="2026-11-21T17:00:00Z") + _line(1, title="First")
    assert carpenter("load", "-", "--json", stdin=newest_first).json()["new"] == 1
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT event_name FROM raw_events")) == "Second"
        assert connection.scalar(text("SELECT data->>'title' FROM raw_event_versions")) == "First"


def test_gzip_flat_names_unknown_fields_and_a_byte_order_mark(
    carpenter: Command, engine: Engine, tmp_path: Path
) -> None:
    flat: dict[str, object] = {
        "source": "site:pier",
        "source_event_id": "1",
        "fetched_at": "2026-11-20T17:00:00Z",
        "title": "Mossback",
    }
    flat |= {"tz": "America/Los_Angeles", "price": 15, "artists": ["Mossback"], "raw_id": "r1", "mood": "sad"}
    file = tmp_path / "shows.jsonl.gz"
    file.write_bytes(gzip.compress(b"\xef\xbb\xbf" + orjson.dumps(flat)))
    told = carpenter("load", str(file))
    assert (told.code, told.err.count("quarantined")) == (0, 0)
    assert "ignored fields: raw_id (1), mood (1)" in told.out
    with engine.connect() as connection:
        data = connection.scalar(text("SELECT data FROM raw_events"))
        assert connection.scalar(text("SELECT kind FROM sources WHERE slug = 'site:pier'")) == "feed"
    assert data["timezone"] == "America/Los_Angeles"
    assert data["price_text"] == "15"
    assert data["artists"] == [{"name": "Mossback"}]
    assert "raw_id" not in data


def test_a_damaged_archive_keeps_the_lines_before_the_damage(
    carpenter: Command, engine: Engine, tmp_path: Path
) -> None:
    whole = gzip.compress(b"".join(_line(number) for number in range(1, 2_501)))
    file = tmp_path / "cut.jsonl.gz"
    file.write_bytes(whole[: len(whole) * 3 // 4])
    told = carpenter("load", str(file))
    assert told.code == 1
    with engine.connect() as connection:
        stored = connection.scalar(text("SELECT count(*) FROM raw_events"))
    assert stored > 1_000
    assert f"is damaged after line {stored}:" in told.err


def test_a_row_that_the_database_does_not_take_is_quarantined_alone(carpenter: Command, engine: Engine) -> None:
    endless = "".join(str(number) for number in range(4_000))
    too_long_for_an_index = orjson.dumps(raw(PAPER, endless, "Ash", "2026-11-20")) + b"\n"
    told = carpenter("load", "-", stdin=_line(1) + too_long_for_an_index + _line(3))
    assert told.code == 1
    assert "stdin:2: " in told.err
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM raw_events")) == 2
        assert connection.scalars(text("SELECT origin FROM quarantined_items")).all() == ["stdin:2"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"title": None}, "title: missing"),
        ({"fetched_at": "yesterday"}, "fetched_at: 'yesterday' is no ISO instant"),
        ({"artists": "Mossback"}, "artists: a list was expected, not str"),
        ({"title": "x" * 1_000_001}, "title: 1000001 characters"),
    ],
)
def test_what_cannot_be_an_item_says_which_field(carpenter: Command, item: dict[str, object], reason: str) -> None:
    told = carpenter("load", "-", "--quiet", stdin=_line(1, **item))
    assert told.code == 1
    assert f"stdin:1: {reason}" in told.err
    assert told.out == ""


def test_a_file_that_is_not_there_is_one_line(carpenter: Command) -> None:
    told = carpenter("load", "nowhere.jsonl")
    assert (told.code, told.err) == (2, "error: cannot read nowhere.jsonl: No such file or directory\n")
