"""Names that a source cut short at the end of a title."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carpenter.merge.cut_names import with_whole_names
from carpenter.model import Reading
from carpenter.titles.bill_parser import read_bill
from sms_text.text import fold_key
from tests.carpenter.readings import reading


def billed(source: str, title: str, *listed: str) -> Reading:
    """A row with the bill of its title."""
    bill = read_bill(title, listed, lambda _: False)
    keys = tuple(fold_key(act.name) for act in bill.acts)
    row = reading(source, source, title)
    row = replace(row, row=replace(row.row, data={"title": title}))
    return replace(row, bill=bill, billed=keys, act_keys=frozenset(keys))


def names(reading: Reading) -> list[str]:
    return [act.name for act in reading.bill.acts]


@pytest.mark.parametrize(
    ("cut", "others", "acts"),
    [
        (
            "Ada Lark, Otis Penn, The Copper Ket",
            ["Ada Lark / Otis Penn / The Copper Kettles"],
            ["Ada Lark", "Otis Penn", "The Copper Kettles"],
        ),
        (
            "The Long Marsh Road, Otis Penn and Juniper Wat",
            ["The Long Marsh Road + Otis Penn & Juniper Watts + Mossback"],
            ["The Long Marsh Road", "Otis Penn & Juniper Watts"],
        ),
        (
            "Ada Lark with Otis Penn and The Copper Ket",
            ["Ada Lark / Otis Penn / The Copper Kettles / Mossback"],
            ["Ada Lark", "Otis Penn", "The Copper Kettles"],
        ),
        # Nobody begins so, or two do, or another prints that very name.
        ("Ada Lark, Otis Penn, The Copper Ket", ["Ada Lark / Mossback"], ["Ada Lark", "Otis Penn", "The Copper Ket"]),
        (
            "Ada Lark, Otis Penn, Juniper Watts, Moss",
            ["Ada Lark / Mossback / Mossflower"],
            ["Ada Lark", "Otis Penn", "Juniper Watts", "Moss"],
        ),
        (
            "Ada Lark, Otis Penn, Juniper Watts, Moss",
            ["Ada Lark / Mossback", "Moss / Ada Lark"],
            ["Ada Lark", "Otis Penn", "Juniper Watts", "Moss"],
        ),
        ("Ada Lark, Moss", ["Ada Lark / Mossback"], ["Ada Lark", "Moss"]),
    ],
)
def test_a_cut_name_is_the_act_of_another_row_that_begins_so(cut: str, others: list[str], acts: list[str]) -> None:
    group = [billed("weekly", cut), *(billed(f"other {n}", title) for n, title in enumerate(others))]
    whole = with_whole_names(group)
    assert names(whole[0]) == acts
    assert whole[0].billed == tuple(fold_key(name) for name in acts)
    assert [names(row) for row in whole[1:]] == [names(row) for row in group[1:]]
    assert bool(whole[0].notes) == (names(group[0]) != acts), "the row's notes say so"
