"""What a person types to correct a field is checked before anything is written."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from carpenter.commands.corrections import READERS, BadCorrection, read_correction
from carpenter.merge.overrides import column_value
from sms_database.event_fields import CORRECTED, EVENT_FIELDS


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("artists", '["Dream, Ivory", "A / B"]', ["Dream, Ivory", "A / B"]),
        ("artists", "Dream, Ivory / AC/DC", ["Dream, Ivory", "AC/DC"]),
        ("artists", "none", []),
        ("title", "none", "none"),
        ("start_time", "7:05", "07:05"),
        ("price_max", "12.5", 12.5),
        ("min_age", "21+", 21),
        ("is_free", "No", False),
        ("tour", " NONE ", None),
    ],
)
def test_a_value_is_read_as_it_is_meant(field: str, given: str, value: Any) -> None:
    assert read_correction(field, given) == value


@pytest.mark.parametrize(
    ("field", "given", "problem"),
    [
        ("colour", "blue", "no field 'colour' to correct: it is one of title, artists"),
        ("title", " ", "title needs some text"),
        ("event_day", "2026-02-31", "day '2026-02-31' does not exist; give it as 2026-11-20"),
        ("event_day", "none", "day 'none' is not of the form"),
        ("start_time", "late", "'late' is no time of day"),
        ("kind", "concert", "'concert' is none of"),
        ("status", "maybe", "'maybe' is none of cancelled"),
        ("price_min", "cheap", "'cheap' is no price"),
        ("price_max", "-1", "'-1' is no price from 0"),
        ("price_max", "nan", "'nan' is no price from 0"),
        ("price_max", "1e999999", "'1e999999' is no price from 0"),
        ("price_max", "9.999", "'9.999' is no price from 0"),
        ("currency", "bucks", "'bucks' is no currency"),
        ("is_free", "perhaps", "'perhaps' is neither yes nor no"),
        ("min_age", "old", "'old' is no age"),
        ("min_age", "210", "'210' is no age"),
        ("ticket_url", "javascript:alert(1)", "'javascript:alert(1)' needs an address"),
        ("artists", "A /  / B", "artists are given as"),
        ("artists", "[1]", "artists are given as"),
        ("artists", '["A"', "the list of artists is no JSON"),
    ],
)
def test_a_bad_value_says_what_is_wanted(field: str, given: str, problem: str) -> None:
    with pytest.raises(BadCorrection) as raised:
        read_correction(field, given)
    assert str(raised.value).startswith(problem)


def test_every_field_that_the_build_takes_can_be_given() -> None:
    readable = {field.name for field in EVENT_FIELDS if field.type in READERS}
    assert readable | {"venue"} == {field.name for field in EVENT_FIELDS}
    assert set(CORRECTED) == readable | {"venue_id"}


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("event_day", "2026-11-20", date(2026, 11, 20)),
        ("start_time", "21:30", time(21, 30)),
        ("start_time", "none", None),
    ],
)
def test_the_build_takes_what_was_written(field: str, given: str, value: object) -> None:
    assert column_value(CORRECTED[field], read_correction(field, given)) == value
