"""Who plays, and whether it is live music: families of titles and rows, each a fact of the field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carpenter.events.names import are_one_name
from carpenter.events.tickets import is_of_one_show
from carpenter.normalize.kind_clues import own_kind
from carpenter.titles.bill_parser import read_bill, read_names
from carpenter.titles.well_known import WellKnownActsError, read_well_known_acts
from sms_database.vocabulary import MUSIC_KINDS
from sms_text.text import fold_key
from tests.carpenter.readings import raw_row_of

HERE = Path(__file__).parent
KINDS = tomllib.loads((HERE / "kinds.toml").read_text("utf-8"))


def titles() -> Iterator[Any]:
    for kind, family in tomllib.loads((HERE / "titles.toml").read_text("utf-8")).items():
        assert family["rule"]
        for case in family["titles"]:
            yield pytest.param(case["printed"], case["bill"], id=f"{kind}: {case['printed']}")


@pytest.mark.parametrize(("printed", "bill"), list(titles()))
def test_a_title_says_who_plays(printed: str, bill: list[str]) -> None:
    assert [act.name for act in read_bill(printed, (), lambda _: False).acts] == bill
    assert [act.name for act in read_names(printed, ()).bill.acts] == bill


@pytest.mark.parametrize(
    "case",
    KINDS["rows"],
    ids=lambda case: f"{case['title']}: {case['why']}",
)
def test_a_row_is_music_by_what_speaks_for_it(case: dict[str, Any]) -> None:
    row = raw_row_of({key: value for key, value in case.items() if key not in ("kind", "why", "known", "doubtful")})
    bill = read_names(case["title"], case.get("artists", ())).bill
    judged = own_kind(row, bill, None, [case["title"]] if case.get("known") else [])
    assert (judged.kind, judged.is_doubtful) == (case["kind"], case.get("doubtful", False)), judged.evidence
    if judged.evidence:
        assert judged.score == pytest.approx(sum(each.weight for each in judged.evidence))


@pytest.mark.parametrize("title", KINDS["nobody_plays"])
def test_nobody_plays_where_something_else_is_on(title: str) -> None:
    bill = read_names(title, ()).bill
    assert own_kind(raw_row_of({"title": title}, "venue"), bill, None).kind not in MUSIC_KINDS


@pytest.mark.parametrize("name", KINDS["bands"])
def test_a_band_may_be_called_so(name: str) -> None:
    title = f"{name} w/ Tin Heron, Velvet Hare"
    bill = read_names(title, ()).bill
    assert [act.name for act in bill.acts] == [name, "Tin Heron", "Velvet Hare"]
    assert own_kind(raw_row_of({"title": title}, "venue"), bill, None).kind == "show"


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("Тихий Берег", "Tikhiy Bereg", True),
        ("Тихий Берег", "Tihij Bereg", True),
        ("Юлия Цветкова", "Yulia Tsvetkova", True),
        ("Δημήτρης Λύρας", "Dimitris Lyras", True),
        ("새소년", "Se So Neon", True),
        ("R.E.M.", "REM", True),
        ("B-52's", "B52s", True),
        ("Ana", "Ann", False),
        ("Тихий Берег", "Tin Heron", False),
    ],
)
def test_two_spellings_are_one_name(one: str, other: str, are_one: bool) -> None:
    assert are_one_name(fold_key(one), fold_key(other)) is are_one


@pytest.mark.parametrize(
    ("page", "is_one_show"),
    [
        ("https://tickets.example/e/77120", True),
        ("https://tickets.example/tin-heron-at-the-hall", True),
        ("https://hall.example/", False),
        ("https://hall.example/calendar", False),
    ],
)
def test_a_ticket_page_of_one_show_has_its_number_or_name(page: str, is_one_show: bool) -> None:
    assert is_of_one_show(page) is is_one_show


@pytest.mark.parametrize("text", ['a = ["Tin Heron", "tin heron"]', 'a = ["!!"]', "a = [3]", 'a = [" Tin"]'])
def test_a_wrong_entry_of_the_well_known_acts_is_named(text: str) -> None:
    with pytest.raises(WellKnownActsError, match=r"no name|stands there twice"):
        read_well_known_acts(text)
