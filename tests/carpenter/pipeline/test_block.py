"""Building a block: what each of its rows is told to be like, and which decisions bind it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from carpenter.model import AssignedRow, RawRow, SourceTraits
from carpenter.normalize.listing import Normalizer
from carpenter.pipeline.block import build_block
from carpenter.titles.bill_parser import read_bill
from sms_database.decisions import DecisionFacts, Decisions
from sms_database.ids import row_uuid
from sms_database.venues import city_facts
from tests.carpenter.readings import NIGHT, PIER_HALL


def placed(id: int, source: str, day: str, start: str) -> AssignedRow:
    """A row of one act at Pier Hall."""
    title = "Tin Lantern"
    row = RawRow(
        id=id,
        source=SourceTraits(slug=source, kind="feed", city="seattle", venue=None, trust=0),
        source_event_id="1",
        data={"title": title, "event_day": day, "start_time": start},
        source_url=None,
        content_hash="",
        first_seen_at=datetime(2026, 11, id, tzinfo=UTC),
        is_unlisted=False,
        row_uuid=row_uuid(source, "1"),
    )
    own_bill = read_bill(title, [], lambda _: True)
    return AssignedRow(row=row, venue=PIER_HALL, night=NIGHT, own_bill=own_bill, asked=())


EVENING = placed(1, "blue", "2026-11-27", "20:00")
SAME_IN_UTC = placed(2, "red", "2026-11-28", "04:00")


def test_a_row_whose_hour_another_settles_is_like_that_one_and_not_like_itself() -> None:
    built = build_block(NIGHT, [EVENING, SAME_IN_UTC], Decisions([]), Normalizer(city_facts()), lambda _: True)
    assert [event.columns["event_day"] for event in built.events] == [NIGHT]
    assert {link.raw_event_id: link.explanation[0]["with"] for link in built.links} == {1: "red/1", 2: "blue/1"}
    assert any("printed in UTC" in note["reason"] for link in built.links for note in link.notes)


def test_decisions_are_found_by_any_row_that_they_name_oldest_first() -> None:
    one, other, third = (uuid.UUID(int=number) for number in (1, 2, 3))
    merge = DecisionFacts(id=2, kind="merge", target=one, field=None, value=[str(other)])
    hide = DecisionFacts(id=1, kind="hide", target=other, field=None, value=None)
    decisions = Decisions([merge, hide])
    assert decisions.on([one]) == [merge]
    assert decisions.on([one, other]) == [hide, merge]
    assert decisions.on([third]) == []
