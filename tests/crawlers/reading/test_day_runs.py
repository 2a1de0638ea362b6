"""Runs of days: tests/cases/crawl/runs.toml, and runs that are printed in many ways and read back."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_crawlers.reading import UnreadableField
from sms_crawlers.reading.day_order import day_order
from sms_crawlers.reading.printed_nights import Nights, read_nights

RUNS = tomllib.loads((Path(__file__).parents[2] / "cases" / "crawl" / "runs.toml").read_text("utf-8"))["runs"]
NEAR = date(2026, 11, 20)


def shown(day: date) -> str:
    return f"{day:%m-%d}" if day.year == NEAR.year else day.isoformat()


def told(nights: list[Nights]) -> str:
    def one(first: date, last: date | None) -> str:
        if last is None:
            return shown(first)
        if last.month == first.month:
            return f"{shown(first)}..{last:%d}"
        return f"{shown(first)}..{shown(last)}"

    return " ".join(one(*night) for night in nights)


@pytest.mark.parametrize(("text", "nights"), RUNS.items())
def test_a_run_keeps_all_its_nights(text: str, nights: str) -> None:
    if nights:
        assert told(read_nights(text, near=NEAR)) == nights
    else:
        with pytest.raises(UnreadableField):
            read_nights(text, near=NEAR)


def all_of(nights: list[Nights]) -> list[date]:
    return [first + timedelta(ahead) for first, last in nights for ahead in range(((last or first) - first).days + 1)]


def month_once(days: Sequence[date], mark: str, last: str, form: str) -> str:
    """Each month before its days: "Nov 27, 28 & Dec 4"."""
    pieces, month = [], None
    for day in days:
        pieces.append(f"{day.day}" if day.month == month else f"{day:{form}} {day.day}")
        month = day.month
    return last.join(filter(None, [mark.join(pieces[:-1]), pieces[-1]]))


def weekday_each(days: Sequence[date], mark: str, last: str, form: str) -> str:
    pieces = [f"{day:%a}, {day:{form}} {day.day}" for day in days]
    return last.join(filter(None, [mark.join(pieces[:-1]), pieces[-1]]))


def day_first(days: Sequence[date], mark: str, last: str, form: str) -> str:
    pieces = [f"{day.day} {day:{form}}" for day in days]
    return last.join(filter(None, [mark.join(pieces[:-1]), pieces[-1]]))


def numbers(days: Sequence[date], mark: str, last: str, _: str) -> str:
    pieces = [f"{day.month}/{day.day}" for day in days]
    return last.join(filter(None, [mark.join(pieces[:-1]), pieces[-1]]))


@pytest.mark.trust(20)
@settings(deadline=None)
@given(
    begin=st.integers(0, 240),
    steps=st.lists(st.integers(1, 9), max_size=5),
    style=st.sampled_from([month_once, weekday_each, day_first, numbers]),
    mark=st.sampled_from([", ", " & ", "; ", " + "]),
    last=st.sampled_from([" & ", " and ", ", ", ", and "]),
    form=st.sampled_from(["%b", "%B"]),
    hour=st.sampled_from(["", ", 8pm", " @ 7:30", " 8-11pm", " $15/20", " 21+"]),
)
def test_a_list_of_days_is_read_back(
    begin: int,
    steps: list[int],
    style: Callable[[Sequence[date], str, str, str], str],
    mark: str,
    last: str,
    form: str,
    hour: str,
) -> None:
    days = [NEAR + timedelta(begin + sum(steps[:count])) for count in range(len(steps) + 1)]
    assert all_of(read_nights(style(days, mark, last, form) + hour, near=NEAR)) == days


@pytest.mark.trust(20)
@settings(deadline=None)
@given(
    begin=st.integers(0, 250),
    length=st.integers(1, 12),
    sign=st.sampled_from(["-", " - ", "–", " through ", " to "]),
    weekdays=st.booleans(),
    year=st.booleans(),
)
def test_a_span_of_days_is_read_back(begin: int, length: int, sign: str, *, weekdays: bool, year: bool) -> None:
    first = NEAR + timedelta(begin)
    last = first + timedelta(length)
    names = f"{first:%A}{sign}{last:%A}, " if weekdays and length < 7 else ""
    month = "" if last.month == first.month else f"{last:%b} "
    stated = f", {last.year}" if year else ""
    printed = f"{names}{first:%b} {first.day}{sign}{month}{last.day}{stated}"
    assert read_nights(printed, near=NEAR) == [(first, last)]


@settings(deadline=None)
@given(month=st.integers(0, 11), weekday=st.integers(0, 6), form=st.sampled_from(["every {}", "{}s", "all {}s"]))
def test_every_such_weekday_of_a_month(month: int, weekday: int, form: str) -> None:
    first = date(NEAR.year + (NEAR.month - 1 + month) // 12, (NEAR.month - 1 + month) % 12 + 1, 1)
    month_days = [first + timedelta(ahead) for ahead in range(31) if (first + timedelta(ahead)).month == first.month]
    wanted = [day for day in month_days if day.weekday() == weekday]
    printed = f"{form.format(f'{wanted[0]:%A}')} in {first:%B}"
    assert all_of(read_nights(printed, near=NEAR)) == wanted


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["27/11/2026", "04/12/2026"], "dmy"),
        (["27/11", "4/12"], "dmy"),
        (["Fri 04/12", "Sat 05/12"], "dmy"),
        (["04.12.2026", "27.11.2026"], "dmy"),
        (["12/4", "11/27"], "mdy"),
        (["12/4", "1/8"], "mdy"),
        (["27/11", "11/28"], "mdy"),
        (["Dec 4"], "mdy"),
        ([], "mdy"),
    ],
)
def test_the_day_is_first_only_where_the_page_proves_it(texts: list[str], order: str) -> None:
    assert day_order(texts, near=NEAR) == order
