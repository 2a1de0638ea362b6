"""Pairs and clusters: what joins two rows, what keeps them apart, and what that costs on a crowded night."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carpenter.events.blocking import ALL_COMPARED, MAX_KEYS, NEAREST
from carpenter.events.clustering import cluster
from carpenter.events.features import APART_MINUTES, SAME_SHOW_SCORE
from carpenter.events.scoring import MAX_SPELLINGS, comparable, compare
from carpenter.model import Pair, Reading
from sms_database.decisions import DecisionFacts
from tests.carpenter.readings import reading, room

ACTS = ("Tin Lantern", "Tin Lanterns", "Mossback", "Juniper & Ash", "!!!")
TITLES = ("Tin Lantern", "Tin Lantern, Mossback", "Harbor Fest", "Open Mic", "🎸", "Земфира")
HOURS = (None, "02:00", "02:45", "03:30", "04:30", "06:00")


@st.composite
def nights(draw: st.DrawFn, least: int = 1, most: int = 12) -> list[Reading]:
    """Rows of one room and night, of a few sources."""
    count = draw(st.integers(least, most))
    return [
        reading(
            draw(st.sampled_from(("blue", "green", "red"))),
            str(number),
            draw(st.sampled_from(TITLES)),
            start=draw(st.sampled_from(HOURS)),
            doors=draw(st.sampled_from(HOURS[:3])),
            acts=draw(st.lists(st.sampled_from(ACTS), max_size=3, unique=True)),
            kind=draw(st.sampled_from(("show", "open_mic", "package"))),
            flags=draw(st.sampled_from(((), ("early_show",), ("late_show",)))),
            page=draw(st.sampled_from((None, "https://t.example/1", "https://t.example/2"))),
        )
        for number in range(count)
    ]


def keys(groups: Sequence[Sequence[Reading]]) -> set[frozenset[str]]:
    return {frozenset(r.row.key for r in group) for group in groups}


def said(pairs: Sequence[Pair]) -> list[tuple[Any, ...]]:
    return [(p.left.row.key, p.right.row.key, p.score, p.evidence) for p in pairs]


def groups_of(*readings: Reading, decisions: Sequence[DecisionFacts] = ()) -> set[frozenset[str]]:
    return keys(cluster(readings, decisions)[0])


def score(left: Reading, right: Reading) -> float:
    return compare(*comparable([left, right])).score


def decided(kind: str, left: Reading, right: Reading) -> DecisionFacts:
    return DecisionFacts(id=1, kind=kind, target=left.row.row_uuid, field=None, value=[str(right.row.row_uuid)])


@given(night=nights(), seed=st.integers(0, 1_000))
def test_the_order_of_rows_changes_nothing(night: list[Reading], seed: int) -> None:
    groups, joined, review = cluster(night, [])
    again, joined_again, review_again = cluster(random.Random(seed).sample(night, len(night)), [])
    assert [[r.row.key for r in group] for group in groups] == [[r.row.key for r in group] for group in again]
    assert (said(joined), said(review)) == (said(joined_again), said(review_again))


@settings(max_examples=20, deadline=None)
@given(night=nights(ALL_COMPARED + 1, ALL_COMPARED + 20), seed=st.integers(0, 1_000))
def test_the_order_of_rows_changes_nothing_on_a_crowded_night(night: list[Reading], seed: int) -> None:
    groups, joined, review = cluster(night, [])
    again, joined_again, review_again = cluster(random.Random(seed).sample(night, len(night)), [])
    assert keys(groups) == keys(again)
    assert (said(joined), said(review)) == (said(joined_again), said(review_again))


@given(night=nights(least=2))
def test_every_row_is_in_one_group_and_weights_add_up_to_the_score(night: list[Reading]) -> None:
    groups, joined, review = cluster(night, [])
    assert Counter(r.row.key for group in groups for r in group) == Counter(r.row.key for r in night)
    for pair in [*joined, *review, *(compare(*two) for two in combinations(comparable(night), 2))]:
        assert pair.score == pytest.approx(max(0, min(1, sum(e.weight for e in pair.evidence))), abs=0.001)


@given(night=nights(least=2))
def test_no_group_holds_what_is_kept_apart(night: list[Reading]) -> None:
    """But for the sets of a bill, each a row with the hour of its act: those follow each other."""
    for group in cluster(night, [])[0]:
        assert not {"early_show", "late_show"} <= {flag for r in group for flag in r.bill.flags}
        for left, right in combinations(group, 2):
            starts = [r.instants.starts_at for r in (left, right)]
            are_sets = len(left.billed) == len(right.billed) == 1 and left.billed != right.billed
            if are_sets or starts[0] is None or starts[1] is None:
                continue
            if left.row.source == right.row.source:
                assert abs((starts[0] - starts[1]).total_seconds()) < APART_MINUTES * 60


@given(night=nights(least=2), data=st.data())
def test_what_a_person_split_stays_two_and_what_a_person_merged_is_one(
    night: list[Reading], data: st.DataObject
) -> None:
    one, other = data.draw(st.permutations(night))[:2]
    split = cluster(night, [decided("split", one, other)])
    merged = cluster(night, [decided("merge", one, other)])
    assert not any({one.row.key, other.row.key} <= group for group in keys(split[0]))
    assert any({one.row.key, other.row.key} <= group for group in keys(merged[0]))


@pytest.mark.trust(24)
@given(count=st.integers(3, 8), data=st.data())
def test_a_split_is_crossed_by_no_chain_of_likeness_or_of_merges(count: int, data: st.DataObject) -> None:
    """Rows that are all alike, each of a source of its own, with any splits and merges: every chain is open to them."""
    night = [reading(f"source {n}", "1", "Tin Lantern", start="03:30", acts=["Tin Lantern"]) for n in range(count)]
    assert len(groups_of(*night)) == 1
    pairs = st.lists(st.sampled_from(list(combinations(night, 2))), min_size=1, max_size=count, unique=True)
    splits, merges = data.draw(pairs), data.draw(pairs)
    orders = data.draw(st.permutations([("split", *two) for two in splits] + [("merge", *two) for two in merges]))
    decisions = [replace(decided(*each), id=number) for number, each in enumerate(orders, 1)]
    groups = groups_of(*night, decisions=decisions)
    parted = [{one.row.key, other.row.key} for one, other in splits]
    assert not [pair for pair in parted if any(pair <= group for group in groups)]
    alone = [two for two in merges if two not in splits]
    if len(merges) == 1 and alone:
        assert any({r.row.key for r in alone[0]} <= group for group in groups), "what nothing parts is still joined"


@pytest.mark.trust(24)
def test_two_shows_of_one_source_do_not_meet_through_a_third_row_without_an_hour_which_may_be_of_either() -> None:
    early = reading("blue", "1", "Tin Lantern", start="02:00")
    late = reading("blue", "2", "Tin Lantern", start="04:30")
    vague = reading("red", "3", "Tin Lantern")
    assert len(groups_of(early, late, vague)) == 3
    assert len(groups_of(early, late, reading("red", "3", "Tin Lantern", flags=["late_show"]))) == 2
    assert len(groups_of(early, late, reading("red", "3", "Tin Lantern", start="04:00"))) == 2
    assert len(groups_of(early, vague)) == 1


@pytest.mark.parametrize(
    ("one", "other", "shows"),
    [
        # Two entries of one calendar, neither of which is when the doors of the other open.
        ({"start": "02:15", "doors": "01:15"}, {"start": "03:45", "doors": "02:45"}, 2),
        ({"start": "02:15"}, {"start": "03:45"}, 2),
        # The doors printed for the start, by the other's word, by its own, or by another source's.
        ({"start": "02:15"}, {"start": "03:45", "doors": "02:15"}, 1),
        ({"start": "02:15", "doors": "02:15"}, {"start": "03:45"}, 1),
        # One says which it is, and the other starts as the other does.
        ({"start": "02:15", "flags": ["early_show"]}, {"start": "03:30", "doors": "02:15"}, 2),
        ({"start": "02:15"}, {"start": "03:30", "doors": "02:15", "flags": ["late_show"]}, 2),
        ({"start": "02:15"}, {"start": "03:00", "flags": ["late_show"]}, 1),
    ],
)
def test_an_early_and_a_late_show_of_one_calendar(one: dict[str, Any], other: dict[str, Any], shows: int) -> None:
    rows = [reading("blue", key, "Tin Lantern", acts=["Tin Lantern"], **row) for key, row in (("1", one), ("2", other))]
    assert len(groups_of(*rows)) == shows


def test_doors_that_any_row_of_the_show_tells_are_no_second_show() -> None:
    rows = [
        reading("blue", "1", "Mossback", start="02:00"),
        reading("blue", "2", "Mossback, Tin Lantern", start="03:30", acts=["Mossback", "Tin Lantern"]),
        reading("red", "3", "Mossback, Tin Lantern", start="03:30", doors="02:00", acts=["Mossback", "Tin Lantern"]),
    ]
    assert len(groups_of(*rows)) == 1


def test_the_hour_of_the_other_show_beside_one_that_says_which_it_is() -> None:
    early = reading("blue", "1", "Tin Lantern", start="02:00", flags=["early_show"])
    late = reading("red", "2", "Tin Lantern", start="03:30", doors="02:30")
    assert len(groups_of(early, late)) == 2
    assert len(groups_of(early, reading("red", "2", "Tin Lantern", start="02:30", doors="02:00"))) == 1


@pytest.mark.parametrize(
    ("one", "other", "shows"),
    [
        ("Ada Lark at Pier Hall", "Otis Penn at Pier Hall", 2),
        ("Ada Lark at the Pier Hall", "Ada Larke at Pier Hall", 1),
        ("Quarry Rite Saturday at Pier Hall", "Quarry Rite at Pier Hall", 1),
    ],
)
def test_the_name_of_the_room_is_nothing_that_titles_share(one: str, other: str, shows: int) -> None:
    rows = [
        reading(source, source, title, start="02:00", acts=[title.partition(" at ")[0]])
        for source, title in (("blue", one), ("red", other))
    ]
    assert len(groups_of(*rows)) == shows


@pytest.mark.parametrize(
    ("other", "flags", "shows"),
    [
        ("Low Tide Fest Day 1: Shoal, Ossuary Pop", [], 1),
        ("Low Tide Fest 2026", [], 1),
        ("Low Tide Fest - 2 Day Pass", ["package"], 2),
        ("High Tide Fest", [], 2),
    ],
)
def test_a_festivals_day_by_its_name_alone(other: str, flags: list[str], shows: int) -> None:
    by_name = reading("blue", "1", "Low Tide Fest - Saturday", start="02:00")
    bill = reading("red", "2", other, start="02:00", acts=[] if flags else ["Shoal", "Ossuary Pop"], flags=flags)
    beside = reading("red", "3", "Mossback", start="07:00", acts=["Mossback"])
    assert len(groups_of(by_name, bill, beside)) == shows + 1


def test_rows_of_two_rooms_are_no_pair() -> None:
    rooms = [room("Pier Hall"), room("Pier Hall Lounge")]
    one, other = (reading("blue", v.name, "Tin Lantern", start="02:00", venue=v) for v in rooms)
    assert len(groups_of(one, other)) == 2


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ({"title": "Tin Lantern"}, {"title": "TIN LANTERN!"}, True),
        ({"title": "x", "acts": ["Tin Lantern"]}, {"title": "y", "acts": ["Tin Lanterns"]}, True),
        ({"title": "x", "acts": ["Ash"]}, {"title": "y", "acts": ["Ask"]}, False),
        ({"title": "x", "acts": ["Mossback"]}, {"title": "A night with Mossback", "acts": ["Juniper"]}, True),
        ({"title": "x", "acts": ["Mossback"]}, {"title": "y", "acts": ["Tin Lantern"]}, False),
        ({"title": "x", "kind": "open_mic"}, {"title": "y", "kind": "open_mic"}, True),
        ({"title": "Tin Lantern"}, {"title": "Tin Lantern: parking", "kind": "parking"}, False),
        ({"title": "🎸"}, {"title": "🎹"}, False),
        ({"title": "Земфира"}, {"title": "Дельфин"}, False),
        ({"title": "Земфира"}, {"title": "ЗЕМФИРА"}, True),
    ],
)
def test_what_says_that_two_rows_are_one_show(left: dict[str, Any], right: dict[str, Any], is_one: bool) -> None:
    rows = [reading(name, "1", start="02:00", **row) for name, row in (("blue", left), ("red", right))]
    assert (score(*rows) >= SAME_SHOW_SCORE) is is_one


def test_a_page_of_its_own_speaks_for_a_pair_and_a_calendar_of_many_does_not() -> None:
    page = "https://t.example/1"
    one, other = (reading(source, "1", title, page=page) for source, title in (("blue", "x"), ("red", "y")))
    also = reading("blue", "2", "z", page=page)
    assert score(one, other) == score(one, reading("red", "1", "y")) + 0.3
    assert "page" not in {
        e.feature for pair in combinations(comparable([one, other, also]), 2) for e in compare(*pair).evidence
    }


def test_the_only_two_listings_of_a_night_are_one_show_where_one_names_no_act() -> None:
    festival = reading("blue", "1", "Harbor Fest", start="02:00")
    band = reading("red", "1", "Mossback", start="02:30", acts=["Mossback"])
    assert len(groups_of(festival, band)) == 1
    assert len(groups_of(festival, band, reading("red", "2", "Ash", start="02:30", acts=["Ash"]))) == 3
    assert len(groups_of(festival, reading("red", "1", "Mossback", start="06:00", acts=["Mossback"]))) == 2


def test_bills_too_long_to_compare_letter_by_letter_are_compared_by_equal_names() -> None:
    names = [f"{first}{second}bury" for first in "bcdfghklmn" for second in ("al", "an", "ar", "as", "ash")]
    assert len(names) > MAX_SPELLINGS
    left = reading("blue", "1", "x", acts=names)
    assert score(left, reading("red", "1", "y", acts=[f"{name}s" for name in names])) < SAME_SHOW_SCORE
    assert (
        score(left, reading("red", "1", "y", acts=[*names[:30], *(f"{name}s" for name in names[30:])]))
        >= SAME_SHOW_SCORE
    )


def test_a_crowded_night_finds_each_show_in_every_source() -> None:
    rows = [
        reading(source, str(n), f"Quartet {n} at the pier", start=HOURS[1 + n % 5], acts=[f"Quartet {n}"])
        for n in range(ALL_COMPARED)
        for source in ("blue", "green", "red")
    ]
    assert groups_of(*rows) == {
        frozenset(f"{source}/{n}" for source in ("blue", "green", "red")) for n in range(ALL_COMPARED)
    }


def crowded(kind: str, count: int) -> list[Reading]:
    """A night of so many rows, in a way that asks much of comparing."""
    sources = ("blue", "green", "red")
    clock = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)]
    return [
        reading(
            sources[n % 3],
            str(n),
            "Tin Lantern" if kind != "one bill" else f"Night {n}",
            start=clock[n * 7 % len(clock)] if kind == "every minute" else None,
            doors=clock[n * 11 % len(clock)] if kind == "every minute" else None,
            acts=[f"Quartet {act}" for act in range(20)] if kind == "one bill" else [],
            flags=["early_show" if n % 2 else "late_show"] if kind == "early and late" else [],
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("kind", ["one title", "one bill", "early and late", "every minute"])
def test_a_crowded_night_compares_a_bounded_number_of_pairs_a_row(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counting(*arguments: Any, **options: Any) -> Any:
        nonlocal compared
        compared += 1
        return compare(*arguments, **options)

    monkeypatch.setattr("carpenter.events.clustering.compare", counting)
    rows = crowded(kind, 2_000)
    cluster(rows, [])
    assert 0 < compared <= len(rows) * NEAREST * MAX_KEYS


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        (("box", "VIP Upgrade: Tin Lantern", "package"), ("box", "PARKING: Tin Lantern", "parking"), False),
        (("box", "Meet & Greet: Tin Lantern", "package"), ("box", "Lawn Chairs: Tin Lantern", "package"), False),
        (("box", "PARKING: Tin Lantern", "parking"), ("red", "Tin Lantern Parking", "parking"), True),
    ],
)
def test_what_one_seller_sells_apart_beside_a_show_is_apart(
    one: tuple[str, str, str], other: tuple[str, str, str], are_one: bool
) -> None:
    left, right = (
        reading(source, str(number), title, start="03:00", acts=["Tin Lantern"], kind=kind)
        for number, (source, title, kind) in enumerate((one, other))
    )
    assert (score(left, right) >= SAME_SHOW_SCORE) == are_one


def sets(*hours_and_acts: tuple[str, str]) -> list[Reading]:
    """Rows of a source that gives each act of a night its hour, and the house's own of all of them at the first."""
    acts = [act for _, act in hours_and_acts]
    rows = [reading("tracker", act, act, start=hour, acts=[act]) for hour, act in hours_and_acts]
    return [*rows, reading("house", "1", " + ".join(dict.fromkeys(acts)), start=hours_and_acts[0][0], acts=acts)]


def test_the_sets_of_a_bill_follow_each_other() -> None:
    assert len(groups_of(*sets(("03:00", "Mossback"), ("04:15", "Juniper"), ("05:30", "Tin Lantern")))) == 1


def test_an_hour_without_a_set_parts_an_early_from_a_late_show() -> None:
    assert len(groups_of(*sets(("03:00", "Mossback"), ("05:30", "Tin Lantern")))) == 2
    assert len(groups_of(*sets(("02:00", "Mossback"), ("03:00", "Juniper"), ("05:30", "Tin Lantern")))) == 2


def test_an_act_that_plays_twice_plays_two_shows() -> None:
    early, late = (
        reading("tracker", hour, "Tin Lantern", start=hour, acts=["Tin Lantern"]) for hour in ("02:00", "05:00")
    )
    between = reading("tracker", "2", "Mossback", start="03:30", acts=["Mossback"])
    house = reading("house", "1", "Tin Lantern, Mossback", start="02:00", acts=["Tin Lantern", "Mossback"])
    for group in cluster([early, late, between, house], [])[0]:
        assert not {early.row.key, late.row.key} <= {r.row.key for r in group}
