"""Reading what a page prints: pure functions from text and day to days, times and phrases; strict selection."""

from __future__ import annotations

from sms_crawlers.reading.clock import find_clock, find_clocks, instant_to_local, local_time, read_clock
from sms_crawlers.reading.days import find_days, read_day, read_month, without_days
from sms_crawlers.reading.phrases import age_phrase, donation_phrase, price_phrase, status_phrase
from sms_crawlers.reading.problem import UnreadableField
from sms_crawlers.reading.select import (
    Block,
    Line,
    absolute,
    background_image,
    blocks_of,
    first,
    fold,
    lines_of,
    one,
    slug,
    text_of,
)
from sms_crawlers.reading.showtimes import ShowTimes, doors_and_show, show_times

__all__ = [
    "Block",
    "Line",
    "ShowTimes",
    "UnreadableField",
    "absolute",
    "age_phrase",
    "background_image",
    "blocks_of",
    "donation_phrase",
    "doors_and_show",
    "find_clock",
    "find_clocks",
    "find_days",
    "first",
    "fold",
    "instant_to_local",
    "lines_of",
    "local_time",
    "one",
    "price_phrase",
    "read_clock",
    "read_day",
    "read_month",
    "show_times",
    "slug",
    "status_phrase",
    "text_of",
    "without_days",
]
