"""Places in one line, as calendars print them."""

from __future__ import annotations

import pytest

from sms_crawlers.reading.places import is_at, read_place
from sms_database.venues import venue_facts


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "Clock-Out Lounge, 4864 Beacon Ave S, Seattle, WA, 98108, United States",
            ("Clock-Out Lounge", "4864 Beacon Ave S", "Seattle", "WA", "98108", "United States"),
        ),
        ("The Rabbit Box, 94 Pike St, Seattle, WA", ("The Rabbit Box", "94 Pike St", "Seattle", "WA", None, None)),
        ("Hall, 12 Elm Ct, Seattle, WA 98119", ("Hall", "12 Elm Ct", "Seattle", "WA", "98119", None)),
        (
            "Old School, Brick Building, 6532 Elm Ave N, Seattle",
            ("Old School", "6532 Elm Ave N", "Seattle", *[None] * 3),
        ),
        ("Walker-Ames Room, Kane Hall", ("Walker-Ames Room, Kane Hall", *[None] * 5)),
        ("94 Pike St, Seattle, WA", (None, "94 Pike St", "Seattle", "WA", None, None)),
        ("Pinewater Grange, Carnation, WA", ("Pinewater Grange", None, "Carnation", "WA", None, None)),
        ("Venue to be announced", ("Venue to be announced", *[None] * 5)),
        ("US", ("US", *[None] * 5)),
        (" , ,", (None,) * 6),
        (None, (None,) * 6),
    ],
)
def test_parts_of_a_line(line: str | None, parts: tuple[str | None, ...]) -> None:
    assert tuple(read_place(line).fields().values()) == parts


@pytest.mark.parametrize(
    ("line", "is_the_house"),
    [
        ("Mainstage Theatre, 216 Union Street, Seattle", True),
        ("The Triple Door, 21 Union St, Seattle", False),
        ("The Rabbit Box, 94 Pike St, Seattle, WA", False),
        ("The Triple Door", False),
    ],
)
def test_a_room_at_the_houses_number_and_street_is_the_house(line: str, is_the_house: bool) -> None:
    assert is_at(read_place(line), venue_facts("triple_door")) is is_the_house
    assert not is_at(read_place(line), None)
