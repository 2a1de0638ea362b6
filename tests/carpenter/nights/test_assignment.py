"""Which block a row belongs to, where others of its parent venue tell another than its own clock."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from carpenter.nights.assignment import MAX_NIGHT_SHIFT, NightSpan, blocks_after_moves, blocks_by_acts, spans_around
from carpenter.rows import ClockRow, ListedRow
from carpenter.venues.cooccurrence import encode_act_nights
from sms_database.ids import BlockKey

HALL, BARN = uuid.UUID(int=1), uuid.UUID(int=2)
FRIDAY, DAY = date(2026, 11, 27), timedelta(days=1)
REACH = 2 * MAX_NIGHT_SHIFT * DAY


def row_uuid(number: int) -> uuid.UUID:
    return uuid.UUID(int=1_000 + number)


def clock_row(number: int, night: date, act: str, *, other: date | None = None, is_late: bool = False) -> ClockRow:
    """A row of the hall that stands on the night of its own clock."""
    return ClockRow(
        raw_event_id=number,
        row_uuid=row_uuid(number),
        night=night,
        other_night=other,
        is_timed=True,
        is_late=is_late,
        shows=sorted(encode_act_nights(night, [act])),
        source="paper",
        printed_day=None,
        printed_start=None,
        printed_doors=None,
        printed_zone=None,
        house_id=HALL,
        placed_house=HALL,
        placed_night=night,
        left_night=None,
    )


def listed_row(number: int, source: str, night: date, *, left: date | None = None, follows: bool = False) -> ListedRow:
    """A row of the hall that lists one act; `left`: it announces that the act has moved from there."""
    return ListedRow(
        raw_event_id=number,
        row_uuid=row_uuid(number),
        source=source,
        house_id=HALL,
        night=night,
        former_nights=[left] if left else [],
        shows=sorted(encode_act_nights(night, ["mossback"])),
        is_unlisted=False,
        first_seen_at=datetime(2026, 11, 20, tzinfo=UTC),
        former_days=[],
        status_text=None,
        flags=[],
        placed_house=HALL,
        placed_night=night,
        left_night=night - DAY if follows else None,
    )


def test_spans_that_touch_are_one() -> None:
    near, far = FRIDAY + 2 * REACH, FRIDAY + 5 * REACH
    assert spans_around(
        [BlockKey(HALL, near), BlockKey(HALL, FRIDAY), BlockKey(BARN, FRIDAY), BlockKey(HALL, far)]
    ) == [
        NightSpan(HALL, FRIDAY - REACH, near + REACH),
        NightSpan(HALL, far - REACH, far + REACH),
        NightSpan(BARN, FRIDAY - REACH, FRIDAY + REACH),
    ]


def test_a_late_row_goes_to_the_night_on_which_its_act_plays_and_leaves_its_own_block() -> None:
    sure = clock_row(1, FRIDAY, "mossback")
    late = clock_row(2, FRIDAY + DAY, "mossback", other=FRIDAY, is_late=True)
    nights = [BlockKey(HALL, FRIDAY)]
    changes = blocks_by_acts([sure, late], nights, led=())
    assert changes.blocks == {2: BlockKey(HALL, FRIDAY)}
    assert changes.left == {BlockKey(HALL, FRIDAY + DAY)}


def test_rows_beyond_reach_led_by_a_decision_or_in_no_block_stay_where_they_are() -> None:
    sure = clock_row(1, FRIDAY, "mossback")
    late = clock_row(2, FRIDAY + DAY, "mossback", other=FRIDAY, is_late=True)
    nights = [BlockKey(HALL, FRIDAY)]
    assert blocks_by_acts([sure, late], nights, led={row_uuid(2)}).blocks == {}
    assert blocks_by_acts([sure, late._replace(placed_house=None, placed_night=None)], nights, led=()).blocks == {}
    assert blocks_by_acts([sure, late], [BlockKey(HALL, FRIDAY - 10 * DAY)], led=()).blocks == {}


def test_a_row_that_follows_a_move_goes_back_when_nobody_announces_it_any_more() -> None:
    new = FRIDAY + 10 * DAY
    announced, stays = listed_row(1, "hall", new, left=FRIDAY), listed_row(2, "paper", FRIDAY)
    nights = [BlockKey(HALL, FRIDAY)]
    changes, follow_no_longer = blocks_after_moves([announced, stays], nights, led=())
    assert (changes.blocks, changes.left_nights) == ({2: BlockKey(HALL, new)}, {2: FRIDAY})
    assert changes.left == {BlockKey(HALL, FRIDAY)}
    assert follow_no_longer == []
    followed = listed_row(2, "paper", FRIDAY, follows=True)
    assert blocks_after_moves([followed], nights, led=())[1] == [2]
