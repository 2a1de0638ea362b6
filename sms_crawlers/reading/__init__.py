"""Reading what a page prints: pure functions from text and day to days, times and phrases; strict selection."""

from __future__ import annotations

from sms_crawlers.reading.clock import (
    clock_face,
    find_clock,
    find_clocks,
    hour_by_instant,
    instant_to_local,
    is_same_hour,
    local_time,
    read_clock,
    time_between,
)
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
    "clock_face",
    "donation_phrase",
    "doors_and_show",
    "find_clock",
    "find_clocks",
    "find_days",
    "first",
    "fold",
    "hour_by_instant",
    "instant_to_local",
    "is_same_hour",
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
    "time_between",
    "without_days",
]
