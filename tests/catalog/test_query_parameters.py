"""An address says one query, a query has one text, and a mistake is told by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.parsing.vocabulary import vocabulary
from sms_catalog.query import WHENS, Query, resolve
from sms_catalog.query_page import with_table
from sms_catalog.query_parameters import canonical, digest, parse_query, parse_query_string, query_parameters
from sms_catalog.query_problems import InvalidQuery, QueryProblem
from sms_catalog.query_table import PARAMETERS, Parameter
from sms_database.vocabulary import EVENT_KINDS, LISTED_STATUSES, MUSIC_KINDS
from tests.catalog.queries import addressed_queries
from tests.conftest import ROOT

MANY = st.randoms(use_true_random=False)


@given(addressed_queries())
def test_a_query_is_read_from_its_own_text(query: Query) -> None:
    text = canonical(query)
    assert parse_query_string(text) == query
    assert text.isascii()
    assert hash(query) == hash(parse_query_string(text))


@given(addressed_queries(), MANY)
def test_the_order_the_repetition_and_the_case_of_what_is_given_change_nothing(query: Query, random: Any) -> None:
    pairs = query_parameters(query)
    pairs += [pair for pair in pairs if PARAMETERS[pair[0]].is_list and random.random() < 0.5]
    random.shuffle(pairs)
    loud = {"city", "when", "venue", "artist", "free", "kind", "status", "size", "id", "order", "at", "age"}
    pairs = [(name, text.upper() if name in loud and random.random() < 0.5 else f" {text} ") for name, text in pairs]
    again = parse_query(pairs)
    assert again == query
    assert (canonical(again), digest(again)) == (canonical(query), digest(query))


@given(addressed_queries(), addressed_queries())
def test_two_queries_have_one_text_only_if_they_are_one(one: Query, other: Query) -> None:
    assert (canonical(one) == canonical(other)) == (one == other) == (digest(one) == digest(other))


@given(addressed_queries(), st.sampled_from([None, *WHENS]), st.booleans())
def test_defaults_are_left_out_and_come_back(query: Query, when: str | None, narrow: bool) -> None:
    defaults = Query(when=when)
    if narrow:
        defaults = replace(defaults, city="seattle", kinds=sorted(MUSIC_KINDS), statuses=LISTED_STATUSES)
    pairs = query_parameters(query, defaults=defaults)
    assert parse_query(pairs, defaults=defaults) == query
    assert query_parameters(defaults, defaults=defaults) == []


def test_a_page_of_paging_is_the_same_query() -> None:
    assert canonical(Query(city="seattle", limit=10)) == canonical(Query(city="seattle")) == "city=seattle"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Query()),
        ("city=Seattle&when=Weekend", Query(city="seattle", when="weekend")),
        ("night=2026-11-20", Query(first_night=date(2026, 11, 20), last_night=date(2026, 11, 20))),
        ("hood=Capitol+Hill&hood=ballard", Query(neighborhoods=["ballard", "capitol hill"])),
        ("free=true", Query(is_free=True)),
        ("age=all", Query(age=0)),
        ("kind=Open-Mic", Query(kinds=["open_mic"])),
        ("kind=all", Query()),
        ("q=null", Query(words="null")),
        ("free=no&price=20", Query(is_free=False, price_max=Decimal(20))),
        ("at=2026-11-01T11:30-07:00", Query(at=datetime(2026, 11, 1, 18, 30, tzinfo=UTC))),
    ],
)
def test_what_an_address_means(text: str, expected: Query) -> None:
    assert parse_query_string(text) == expected


KNOWN = {"city": ["seattle", "astoria"], "venue": ["blue_moon"], "hood": ["Capitol Hill"], "source": ["paper"]}


@pytest.mark.parametrize(
    ("pairs", "lines"),
    [
        ([("hod", "Ballard")], ["hod: is no parameter (perhaps hood)"]),
        ([("City", "seattle")], ["City: is no parameter (perhaps city)"]),
        ([("limt", "5")], ["limt: is no parameter (perhaps limit)"]),
        ([("", "x")], ["'': is no parameter"]),
        ([("x\x00", "x")], ["'x\\x00': is no parameter"]),
        ([("kind", "shw")], ["kind: 'shw' is no kind of event (perhaps show)"]),
        ([("order", "xyzzy")], ["order: 'xyzzy' is no order: time, day, new, price"]),
        ([("city", "seatle")], ["city: 'seatle' is not known (perhaps seattle)"]),
        ([("venue", "blue_mon")], ["venue: 'blue_mon' is not known (perhaps blue_moon)"]),
        ([("hood", "Capitl Hill")], ["hood: 'Capitl Hill' is not known (perhaps Capitol Hill)"]),
        ([("source", "papr")], ["source: 'papr' is not known (perhaps paper)"]),
        ([("city", "seattle"), ("city", "seattle")], ["city: is given 2 times and takes one value"]),
        ([("city", "")], ["city: is empty"]),
        ([("q", "  ")], ["q: is empty"]),
        ([("q", "a" * 201)], ["q: has 201 characters; 200 are the most"]),
        ([("q", "a\x00b")], ["q: 'a\\x00b' holds characters that are no text"]),
        ([("genre", "a\ufffd")], ["genre: 'a\ufffd' holds characters that are no text"]),
        ([("genre", "--")], ["genre: '--' has no letters"]),
        ([("age", "null")], ["age: 'null' is no value: leave the parameter out"]),
        ([("age", "1e1")], ["age: '1e1' is no age: whole years from 0 to 120, or all"]),
        ([("age", "-1")], ["age: '-1' is no age: whole years from 0 to 120, or all"]),
        ([("age", "٢١")], ["age: '٢١' is no age: whole years from 0 to 120, or all"]),
        ([("price", "1e1")], ["price: '1e1' is no price: digits, with two decimals at most, like 20 or 12.50"]),
        ([("price", "-5")], ["price: '-5' is no price: digits, with two decimals at most, like 20 or 12.50"]),
        ([("free", "yess")], ["free: 'yess' is neither yes nor no (perhaps yes)"]),
        ([("night", "0")], ["night: '0' is no day: YYYY-MM-DD, like 2026-11-20"]),
        ([("to", "2026-02-30")], ["to: '2026-02-30' is no day: YYYY-MM-DD, like 2026-11-20"]),
        ([("after", "25:00")], ["after: '25:00' is no hour: HH:MM from 00:00 to 23:59, like 21:30"]),
        (
            [("at", "2026-11-01T18:30")],
            ["at: '2026-11-01T18:30' is no day and no instant: 2026-11-20, or 2026-11-20T18:30Z"],
        ),
        (
            [("near", "91,0"), ("km", "1")],
            ["near: '91,0' is no place: latitude,longitude in degrees, like 47.61,-122.33"],
        ),
        ([("near", "47,-122")], ["near: needs km beside it"]),
        ([("km", "3")], ["km: needs near beside it"]),
        ([("near", "1,1"), ("km", "0")], ["km: '0' is no distance in km: more than 0, at most 500, like 3 or 1.5"]),
        (
            [("artist", "tin heron")],
            ["artist: 'tin heron' is no id: 32 digits of 0-9 and a-f, in groups of 8-4-4-4-12"],
        ),
        ([("from", "2026-11-21"), ("to", "2026-11-20")], ["from: 2026-11-21 is later than to, 2026-11-20"]),
        (
            [("first_day", "2026-11-21"), ("last_day", "2026-11-20")],
            ["first_day: 2026-11-21 is later than last_day, 2026-11-20"],
        ),
        ([("after", "01:30"), ("before", "22:00")], ["after: 01:30 is later in a night than before, 22:00"]),
        ([("when", "week"), ("from", "2026-11-21")], ["when: is given with from: take one of them"]),
        ([("night", "2026-11-21"), ("to", "2026-11-21")], ["night: is given with to: take one of them"]),
        ([("free", "yes"), ("price", "20")], ["free: is given with price: what is free costs nothing"]),
        ([("kind", "all"), ("kind", "show")], ["kind: is 'all' and something else: take one of them"]),
        ([("genre", f"g{number}") for number in range(51)], ["genre: has 51 values; 50 are the most"]),
        ([("kind", "show")] * 201, ["parameters: are more than 200"]),
        (
            [("hod", "x"), ("price", "x"), ("city", "a"), ("city", "b"), ("km", "2")],
            [
                "hod: is no parameter (perhaps hood)",
                "price: 'x' is no price: digits, with two decimals at most, like 20 or 12.50",
                "city: is given 2 times and takes one value",
                "km: needs near beside it",
            ],
        ),
    ],
    ids=str,
)
def test_each_mistake_is_told_by_its_name_and_all_at_once(pairs: list[tuple[str, str]], lines: list[str]) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse_query(pairs, known=KNOWN, beside=["limit"])
    assert [problem.line for problem in caught.value.problems] == lines


@given(st.lists(st.tuples(st.sampled_from([*PARAMETERS, "limit", ""]) | st.text(), st.text()), max_size=6))
def test_any_address_is_a_query_or_a_list_of_problems(pairs: list[tuple[str, str]]) -> None:
    problems: Sequence[QueryProblem] = ()
    try:
        query = parse_query(pairs)
    except InvalidQuery as invalid:
        problems = invalid.problems
    else:
        assert parse_query(parse_qsl(canonical(query))) == query
    assert [problem for problem in problems if not problem.line.isprintable()] == []


@pytest.mark.parametrize("query", [Query(hidden=None), Query(hidden=True), Query(kinds=[])])
def test_what_no_address_says_has_no_text(query: Query) -> None:
    with pytest.raises(ValueError, match="no address"):
        canonical(query)


SEATTLE = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("when", "now", "first", "last"),
    [
        ("tonight", "2026-11-20T20:00-08:00", "2026-11-20", "2026-11-20"),
        ("tonight", "2026-11-21T04:59-08:00", "2026-11-20", "2026-11-20"),
        ("tonight", "2026-11-21T05:00-08:00", "2026-11-21", "2026-11-21"),
        ("tomorrow", "2026-11-21T01:00-08:00", "2026-11-21", "2026-11-21"),
        ("week", "2026-11-20T20:00-08:00", "2026-11-20", "2026-11-26"),
        ("weekend", "2026-11-16T12:00-08:00", "2026-11-20", "2026-11-22"),
        ("weekend", "2026-11-19T23:00-08:00", "2026-11-20", "2026-11-22"),
        ("weekend", "2026-11-20T05:00-08:00", "2026-11-20", "2026-11-22"),
        ("weekend", "2026-11-22T23:00-08:00", "2026-11-20", "2026-11-22"),
        ("weekend", "2026-11-23T04:59-08:00", "2026-11-20", "2026-11-22"),
        ("weekend", "2026-11-23T05:00-08:00", "2026-11-27", "2026-11-29"),
        ("tonight", "2026-11-01T04:30-08:00", "2026-10-31", "2026-10-31"),  # the night in which clocks go back
    ],
)
def test_words_for_nights_are_those_of_the_scenes_clock(when: str, now: str, first: str, last: str) -> None:
    resolved = resolve(Query(city="seattle", when=when), datetime.fromisoformat(now), SEATTLE)
    first_night, last_night = date.fromisoformat(first), date.fromisoformat(last)
    assert resolved == Query(city="seattle", first_night=first_night, last_night=last_night)
    assert resolve(resolved, datetime.fromisoformat(now), SEATTLE) is resolved
    assert canonical(Query(city="seattle", when=when)) == f"city=seattle&when={when}"


def test_the_page_of_parameters_is_as_they_are_declared() -> None:
    page = (ROOT / "docs/query.md").read_text("utf-8")
    assert page == with_table(page), "write it anew: python -m sms_catalog.query_page docs/query.md"


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda parameter: parameter.name)
def test_every_example_is_read_and_every_listed_value(parameter: Parameter) -> None:
    beside = {"near": [("km", "1")], "km": [("near", "1,1")]}.get(parameter.name, [])
    listed = parameter.form.split() if parameter.name in ("when", "free", "kind", "status", "size", "order") else []
    for value in [parameter.example, *listed]:
        query = parse_query([(parameter.name, value), *beside])
        assert query == parse_query_string(canonical(query))
        assert canonical(query) or value == "time"


def test_the_kinds_that_can_be_asked_for_are_those_that_the_carpenter_gives() -> None:
    assert set(EVENT_KINDS) == set(vocabulary().kinds) | MUSIC_KINDS
