"""Lines of support acts."""

from __future__ import annotations

import pytest

from sms_crawlers.reading.support_line import support_acts


@pytest.mark.parametrize(
    ("line", "acts"),
    [
        ("Tin Heron", ["Tin Heron"]),
        ("with Special Guests Tin Heron and Hare", ["Tin Heron", "Hare"]),
        ("w/ Tin Heron, Hare & Kettle", ["Tin Heron", "Hare", "Kettle"]),
        ("with Tin Heron, Hare, and the Kettles", ["Tin Heron", "Hare", "the Kettles"]),
        ("Tin Heron, Hare and The Kettles", ["Tin Heron", "Hare", "The Kettles"]),
        ("with Ada and the Kettles", ["Ada and the Kettles"]),
        ("with Foxglove, Ltd.", ["Foxglove, Ltd."]),
        ("Tin Heron + Hare / Kettle", ["Tin Heron", "Hare", "Kettle"]),
        ("with R.J. Quist, Mr. Dibble", ["R.J. Quist", "Mr. Dibble"]),
        ("with Tin Heron and more", ["Tin Heron"]),
        ("with special guests", []),
        ("Support from Tin Heron", ["Tin Heron"]),
        ("Withering Heights", ["Withering Heights"]),
        ("Plush", ["Plush"]),
        ("", []),
        (None, []),
    ],
)
def test_support_acts(line: str | None, acts: list[str]) -> None:
    assert [act["name"] for act in support_acts(line)] == acts
    assert all(act["role"] == "support" for act in support_acts(line))
