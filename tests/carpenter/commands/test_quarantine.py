"""`quarantine` names every record that was read and is in no event, with why."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from carpenter.pipeline.build import run
from tests.carpenter.commands.conftest import Command
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, clock, raw, store


def test_each_broken_record_is_listed_with_every_reason(carpenter: Command, engine: Engine, tmp_path: Path) -> None:
    assert carpenter("quarantine").out == "no quarantined records\n"
    store(engine, [raw(HOUSE_CALENDAR, "fri", "Tin Lantern", "2026-11-20")])
    broken = raw(PAPER, "late", "Mossback", "2026-11-20") | {"fetched_at": "yesterday", "title": None}
    file = tmp_path / "shows.jsonl"
    file.write_bytes(orjson.dumps(broken) + b"\n{no json\n")
    assert carpenter("load", str(file)).code == 1
    told = carpenter("quarantine")
    assert told.out.startswith("2 quarantined records:\n")
    assert f"{file}:1" in told.out
    assert f"{file}:2" in told.out
    assert "paper · late" in told.out
    records = carpenter("quarantine", "--json").json()
    of_paper = next(record for record in records if record["source"] == PAPER.slug)
    assert len(of_paper["reasons"]) == 2
    assert of_paper["item"]["fetched_at"] == "yesterday"
    assert all(len(line) <= 100 for line in told.out.splitlines() if str(tmp_path) not in line)


def test_one_source_and_so_many_are_chosen(carpenter: Command, engine: Engine, tmp_path: Path) -> None:
    store(engine, [raw(HOUSE_CALENDAR, "fri", "Tin Lantern", "2026-11-20")])
    lines = [orjson.dumps(raw(PAPER, f"e{n}", "Mossback", "2026-11-20") | {"fetched_at": "soon"}) for n in range(4)]
    (tmp_path / "shows.jsonl").write_bytes(b"\n".join(lines))
    carpenter("load", str(tmp_path / "shows.jsonl"))
    assert carpenter("quarantine", "--source", HOUSE_CALENDAR.slug).out == "no quarantined records\n"
    assert carpenter("quarantine", "--limit", "3").out.startswith(
        "the first 3 quarantined records; --limit shows more:"
    )
    wrong = carpenter("quarantine", "--source", "blue_mon")
    assert (wrong.code, wrong.out) == (2, "")
    assert "perhaps blue_moon" in wrong.err


@pytest.mark.trust(1)
def test_rows_of_no_event_say_why(carpenter: Command, engine: Engine) -> None:
    rows = [raw(HOUSE_CALENDAR, "fri", "Tin Lantern", "2026-11-20"), raw(PAPER, "tba", "Mossback", None)]
    store(engine, rows)
    run(engine, clock=clock)
    told = carpenter("quarantine", "--skipped")
    assert told.out.startswith("1 skipped row:\n")
    assert "tba" in told.out
    assert "no day: none given" in told.out
    assert [row["source_event_id"] for row in carpenter("quarantine", "--skipped", "--json").json()] == ["tba"]
