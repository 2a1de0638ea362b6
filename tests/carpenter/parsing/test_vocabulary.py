"""vocabulary.toml is checked on load."""

from __future__ import annotations

from importlib import resources

import pytest

from carpenter.normalize.kinds import ADD_ON_KINDS
from carpenter.parsing.status import STATUSES
from carpenter.parsing.vocabulary import VocabularyError, read_vocabulary, vocabulary
from sms_text.text import fold_key

FILE = resources.files("carpenter.parsing").joinpath("vocabulary.toml").read_text(encoding="utf-8")


def test_the_committed_file_is_as_agreed() -> None:
    assert read_vocabulary(FILE) == vocabulary()


@pytest.mark.parametrize(
    ("printed", "instead", "named"),
    [
        ("works = [", "wroks = [", "works, wroks"),
        ('series = ["candlelight",', 'series = ["Candlelight",', "Candlelight"),
        ('series = ["candlelight",', 'series = ["",', "series"),
        ('series = ["candlelight",', "series = [7,", "series"),
        ('series = ["candlelight",', 'series = ["candlelight", "candlelight",', "series names twice"),
        ('bingo = ["bingo",', 'bingo = ["bingo", "bingo",', "kinds.bingo names twice"),
        ("[annotations]", "annotations = 7\n[unknown]", "missing or unknown: unknown"),
    ],
)
def test_a_wrong_entry_is_named(printed: str, instead: str, named: str) -> None:
    assert printed in FILE
    with pytest.raises(VocabularyError, match=named):
        read_vocabulary(FILE.replace(printed, instead, 1))


def test_kinds_and_statuses_are_those_of_the_code() -> None:
    assert set(vocabulary().source_kinds.values()) <= {*vocabulary().kinds, "show", "festival"}
    assert set(vocabulary().add_ons) == ADD_ON_KINDS
    assert set(vocabulary().statuses) == set(STATUSES)


def test_names_of_no_place_are_folded() -> None:
    assert all(fold_key(name) == name for name in vocabulary().generic_venues)
