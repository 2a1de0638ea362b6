"""Text as people read it, and the keys by which names are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.text import (
    LINE_LIMIT,
    clean,
    display_case,
    fold_key,
    is_shouting,
    plain_text,
    safe_url,
    slugify,
)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (None, None),
        ("", None),
        (" \t\n ", None),
        ("\x00\x01", None),
        ("  Copper \n Kettle\u00a0Band ", "Copper Kettle Band"),
        ("Fox &amp; Hare", "Fox & Hare"),
        ("Fox &amp;amp; Hare", "Fox & Hare"),
        ("Ada&#8217;s Lanterns", "Ada’s Lanterns"),
        ("RenÃ© Lune", "René Lune"),
        ("Mo\\' Lanterns", "Mo' Lanterns"),
        ("Fox\x00 Ha\u202ere", "Fox Hare"),
        ("broken \ud800 half", "broken half"),
        ("R&B notes &not entities", "R&B notes &not entities"),
        ("“Quotes” stay ‘curly’", "“Quotes” stay ‘curly’"),
    ],
)
def test_clean(printed: str | None, read: str | None) -> None:
    assert clean(printed) == read


def test_a_title_of_a_megabyte_is_cut() -> None:
    assert len(clean("lantern " * 131_072) or "") <= LINE_LIMIT


@pytest.mark.parametrize(
    ("html", "read"),
    [
        (None, None),
        ("<p></p>", None),
        ("<p>Doors 7</p><p>Show 8<br>21+</p>", "Doors 7\n\nShow 8\n21+"),
        ("before<script>alert('x')</script> after", "before after"),
        ("<style>p {color: red}</style>plain", "plain"),
        ("&lt;p&gt;escaped &lt;b&gt;twice&lt;/b&gt;&lt;/p&gt;", "escaped twice"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("<a href='javascript:alert(1)'>tickets</a>", "tickets"),
    ],
)
def test_plain_text(html: str | None, read: str | None) -> None:
    assert plain_text(html) == read


def test_ten_thousand_nested_tags_are_read() -> None:
    assert plain_text("<div>" * 10_000 + "deep" + "</div>" * 10_000) == "deep"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Paper Lanterns", "paper lanterns"),
        ("Fox & Hare", "Fox and Hare"),
        ("Fox + Hare", "Fox and Hare"),
        ("Rock 'n' Fox", "Rock & Fox"),
        ("Déjà Fox", "Deja Fox"),
        ("Ænima Østby", "AEnima Ostby"),
        ("Ada’s Fox", "Ada's Fox"),
        ("A$H Fox", "ASH Fox"),
        ("F!x", "Fix"),
        ("Fox, Hare.", "fox hare"),
        ("АЁ Ночь", "АЕ НОЧЬ"),
        ("ＦＯＸ", "fox"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert fold_key(one) == fold_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("が", "か"), ("電気", "電車"), ("!!!", "???"), ("Ночь", "День"), ("Fox", "Foxes"), ("한국", "한글")],
)
def test_two_names_have_two_keys(one: str, other: str) -> None:
    assert fold_key(one) != fold_key(other)


@given(st.text(min_size=1).filter(lambda text: any(unicodedata.category(c)[0] in "LNPS" for c in text)))
def test_a_name_always_has_a_key(name: str) -> None:
    assert fold_key(name)


@given(st.text().filter(lambda text: any(map(str.isalpha, text))))
def test_a_key_is_its_own_key(name: str) -> None:
    key = fold_key(name)
    assert fold_key(key) in {key, key.removeprefix("the ")}


@pytest.mark.parametrize(
    ("text", "shouts"),
    [
        ("THE PAPER LANTERNS", True),
        ("COPPER KETTLE, FOX, HARE", True),
        ("FOX", False),
        ("FOX / HARE.WAV", False),
        ("The Paper LANTERNS", False),
        ("1 2 3 4", False),
    ],
)
def test_shouting(text: str, shouts: bool) -> None:
    assert is_shouting(text) is shouts


@pytest.mark.parametrize(
    ("shouted", "printed"),
    [
        ("THE PAPER LANTERNS", "The Paper Lanterns"),
        ("ADA’S LANTERNS", "Ada’s Lanterns"),
        ("FOX AND THE HARES", "Fox and the Hares"),
        ("DJ COPPER KETTLE", "DJ Copper Kettle"),
        ("ANN O’HARE", "Ann O’Hare"),
        ("TIM MCFOX", "Tim McFox"),
        ("KING FOX III", "King Fox III"),
        ("LO-FI FOX", "Lo-Fi Fox"),
        ("F.O.X. HARE", "F.O.X. Hare"),
        ("FOX JR.", "Fox Jr."),
        ("ÉCLAIR NOIR", "Éclair Noir"),
        ("FOX 54 XLR", "Fox 54 XLR"),
    ],
)
def test_display_case(shouted: str, printed: str) -> None:
    assert display_case(shouted) == printed


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Déjà Fox & Hare", "deja-fox-hare"), ("Ada’s Lanterns", "adas-lanterns"), ("電気", "dianqi")],
)
def test_slugify(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_is_never_empty_and_plain(text: str) -> None:
    slug = slugify(text)
    assert slug
    assert len(slug) <= 80
    assert slug.strip("abcdefghijklmnopqrstuvwxyz0123456789-") == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://lanterns.example/shows/1?a=b#c",
        "http://lanterns.example",
        "HTTPS://LANTERNS.EXAMPLE/",
        "http://[::1]:8080/",
    ],
)
def test_safe_addresses_stay(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://lanterns.example/",
        "//lanterns.example/",
        "/shows/1",
        "https://user:secret@lanterns.example/",
        "https://user@lanterns.example/",
        "http://",
        "http://[::1",
        "http://lanterns.example:99999/",
        "http://lanterns.example/a b",
        "http://lanterns.example/" + "a" * 3_000,
    ],
)
def test_other_addresses_are_none(url: str | None) -> None:
    assert safe_url(url) is None


@given(st.text(max_size=300))
def test_no_control_characters_come_out(text: str) -> None:
    for read in (clean(text), plain_text(text)):
        assert all(unicodedata.category(character) not in {"Cc", "Cs"} or character == "\n" for character in read or "")
    assert "\n" not in (clean(text) or "")


@given(st.text(st.characters(max_codepoint=127), max_size=300))
def test_what_is_clean_stays(text: str) -> None:
    once = clean(text)
    if once is not None and "&" not in once and "\\" not in once:
        assert clean(once) == once


@given(st.text(max_size=300))
def test_display_case_changes_capitals_only(text: str) -> None:
    assert display_case(text).casefold() == text.casefold() or display_case(text).upper() == text.upper()
