"""Texts that would keep a pattern busy for hours: what reads prose takes time in proportion to its length."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

import pytest

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.icalendar import google_calendars
from sms_crawlers.reading import (
    UnreadableField,
    age_phrase,
    background_image,
    donation_phrase,
    find_days,
    price_phrase,
    read_clock,
    show_times,
    status_phrase,
)
from sms_crawlers.reading.javascript_literals import literal_after
from sms_crawlers.reading.places import read_place
from sms_crawlers.reading.printed_nights import read_nights
from sms_crawlers.reading.prose import plain_lines, read_prose
from sms_crawlers.reading.show_days import find_show_days
from sms_crawlers.reading.showtimes import first_hours
from sms_crawlers.reading.support_line import support_acts

LENGTH = 200_000
FAR_TOO_LONG = 20
"""Seconds. In proportion to the length it is a few tenths; by its square, minutes, and by its cube, weeks."""

READERS: list[Callable[[str], Any]] = [
    age_phrase,
    background_image,
    donation_phrase,
    google_calendars,
    plain_lines,
    price_phrase,
    read_clock,
    read_place,
    read_prose,
    show_times,
    status_phrase,
    support_acts,
    lambda text: find_days(text, near=date(2026, 11, 20)),
    lambda text: read_nights(text, near=date(2026, 11, 20)),
    lambda text: first_hours(text, evening=True),
    lambda text: find_show_days(text, near=date(2026, 11, 20)),
    lambda text: literal_after(f"shows = [{text}", "shows"),
]
PIECES = [
    " ",
    "\t\n ",
    "1",
    "20 ",
    "8pm doors ",
    "doors 8 ",
    "tickets: $",
    "$1, ",
    "<br ",
    "background:url(",
    "(",
    "a, ",
    "<",
    "Dec 4 & ",
    "Fri ",
    "4/",
    "7:00/",
    "D7 ",
    "half past ",
    "on sale ",
]


@contextmanager
def ended_in_time() -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(FAR_TOO_LONG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.trust(16)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_long_text_is_read_in_proportion_to_its_length(reader: Callable[[str], Any]) -> None:
    for piece in PIECES:
        with ended_in_time(), suppress(UnreadableField, UnreadablePage):
            reader(piece * (LENGTH // len(piece)))
