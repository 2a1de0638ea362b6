"""Titles as the calendar shows them: what stands in the day's and the room's own columns is left out."""

from __future__ import annotations

from datetime import date

import pytest

from carpenter.titles.strip import without_day_and_venue

DAY = date(2026, 5, 16)


@pytest.mark.parametrize(
    ("title", "room", "shown"),
    [
        ("5/16 Nine Acre Radio @ FREMONT ABBEY", "Fremont Abbey Arts Center", "Nine Acre Radio"),
        ("Nine Acre Radio, Ada Quill @ BALLARD HOMESTEAD", "Ballard Homestead", "Nine Acre Radio, Ada Quill"),
        ("05/16/26 - Ada Quill", None, "Ada Quill"),
        ("5/17 Nine Acre Radio", "Fremont Abbey", "5/17 Nine Acre Radio"),  # the day of something else
        ("Ada Quill @ The Long Table", "Fremont Abbey", "Ada Quill @ The Long Table"),  # another room
        ("Live at the Fremont Abbey", "Fremont Abbey", "Live at the Fremont Abbey"),  # a name, not a note
        ("@ Fremont Abbey", "Fremont Abbey", "@ Fremont Abbey"),
        ("5/16", None, "5/16"),
    ],
)
def test_shown_without_its_day_and_its_room(title: str, room: str | None, shown: str) -> None:
    assert without_day_and_venue(title, DAY, room) == shown
