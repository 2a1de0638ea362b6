"""`load`: good lines are stored, bad ones kept with their line number, and nothing is read twice."""

from __future__ import annotations

import gzip
from dataclasses import astuple
from datetime import datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from carpenter.commands.load import Loaded, store_lines
from sms_database.raw_event import FIELD_NAMES
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


DEEP = b"[" * 900 + b"]" * 900
"""Of what orjson reads, deeper than it writes."""

ODD_LINES = (
    {"fetched_at": "9999-12-31T23:59:59-23:59"},
    {"fetched_at": "0001-01-01T00:00:00+23:59"},
    {"fetched_at": "0000-01-01T00:00:00Z"},
    {"fetched_at": "DEEP"},
    {"fetched_at": 9e300},
    {"latitude": "nan"},
    {"longitude": "1e400"},
    {"price_min": "9" * 5_000},
    {"price_max": "x" * 100_000},
    {"artists": [{"name": "a", "more": "DEEP"}]},
    {"artists": [None]},
    {"payload": "DEEP"},
    {"title": "\x00", "source": "paper\x00"},
    {"title": {"a": "\x00"}, "source": "\x00"},
)
KEPT_LINES = (
    {"fetched_at": "0001-01-01T00:00:00Z"},
    {"fetched_at": "9999-12-31T23:59:59Z"},
    {"event_day": "9999-12-31"},
    {"event_day": "0001-01-01"},
    {"event_day": "0000-00-00"},
    {"event_day": "9999-W53-7"},
    {"title": "&#xd800;&#0;&#99999999999999;x"},
    {"payload": {"\x00": 1e308, "b": 123456789012345678}},
    {"price_min": 1e308, "latitude": 5e-324},
    {"venue_city": -123456789012345678},
)


def test_no_odd_line_ends_a_load(carpenter: Command, engine: Engine) -> None:
    odd = [_line(number, **fields).replace(b'"DEEP"', DEEP) for number, fields in enumerate(ODD_LINES, 1)]
    kept = [_line(number, **fields) for number, fields in enumerate(KEPT_LINES, 101)]
    told = carpenter("load", "-", "--json", stdin=b"".join([*odd, *kept, _line(999)]))
    assert told.code == 1
    assert (told.json()["new"], told.json()["bad"]) == (len(kept) + 1, len(odd))
    with engine.connect() as connection:
        reasons = connection.scalars(text("SELECT reasons::text FROM quarantined_items")).all()
    assert len(reasons) == len(odd)
    assert max(map(len, reasons)) < 300
    assert carpenter("run").code == 0
    assert carpenter("export").code == 0
    assert carpenter("export", "--format", "ics").code == 0


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text() | st.datetimes(timezones=st.timezones()).map(datetime.isoformat) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_ITEM = st.fixed_dictionaries(
    {"source": st.just("paper") | _JSON, "source_event_id": st.sampled_from("ab") | _JSON, "title": st.text() | _JSON,
     "fetched_at": st.just("2026-11-20T17:00:00Z") | _JSON},
    optional=dict.fromkeys([*FIELD_NAMES[5:], "source_url", "price", "mood"], _JSON),
)  # fmt: skip


@given(st.lists(_ITEM | _JSON, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_ends_stored_or_quarantined(engine: Engine, values: list[object]) -> None:
    loaded = Loaded()
    store_lines(engine, "generated", [(n, orjson.dumps(value)) for n, value in enumerate(values, 1)], loaded)
    assert sum(astuple(loaded.stored)) + loaded.bad == len(values)


def test_a_file_that_is_not_there_is_one_line(carpenter: Command) -> None:
    told = carpenter("load", "nowhere.jsonl")
    assert (told.code, told.err) == (2, "error: cannot read nowhere.jsonl: No such file or directory\n")
