"""Text as people read it, and the keys by which names are compared."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

import ftfy
import pytest
from anyascii import anyascii
from hypothesis import given
from hypothesis import strategies as st

from carpenter.parsing.letter_case import display_case, is_shouting
from sms_text.text import LINE_LIMIT, clean, fold_key, plain_text, slugify
from sms_text.urls import safe_url


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


printed = st.text(st.sampled_from("aZ 9.'’“”–…&;\\\"é ÉÂÃ©€™œß電ａ\u0301\u200b\xa0\t\x85❤\ufe0f"), max_size=30)
"""Text such as pages hold, mojibake and half-wide letters among it."""


@given(printed)
def test_a_clean_line_is_what_the_repairs_make_of_it(text: str) -> None:
    bare = text.replace("&", "").replace("\\", "")
    config = ftfy.TextFixerConfig(unescape_html=False, uncurl_quotes=False, fix_latin_ligatures=False)
    repaired = ftfy.fix_text(bare, config).replace("\u200b", "").replace("\x85", "")
    assert clean(bare) == (" ".join(repaired.split()) or None)


@given(st.lists(printed, max_size=4).map("\n".join))
def test_text_without_markup_is_read_as_if_it_had_some(text: str) -> None:
    assert plain_text(text) == plain_text(f"{text}<b></b>")


@given(printed)
def test_text_of_one_line_is_read_as_a_line(text: str) -> None:
    assert plain_text(text.replace("&", "").replace("\x85", "")) == clean(text.replace("&", "").replace("\x85", ""))


@pytest.mark.parametrize(
    "title",
    [
        *(
            "가나다 밴드",
            "電気ランタン",
            "Ночь фонарей",
            "Φανάρια",
            "ليلة الفوانيس",
            "לילה של פנסים",
            "कंदील रात",
            "คืนโคมไฟ",
        ),
        *("❤️", "👩‍👩‍👧", "🏳️‍🌈🎸", "!!!", "@", "A", "The", "—"),
    ],
)
def test_a_title_of_any_script_or_of_signs_stays_and_has_key_and_slug(title: str) -> None:
    assert clean(title) == title
    assert fold_key(title)
    assert re.fullmatch(r"[a-z0-9-]{1,80}", slugify(title))
    assert display_case(title).casefold() == title.casefold()


def test_marks_of_direction_go_and_the_letters_keep_their_order() -> None:
    assert clean("\u202bפנסים\u202c \u200fלילה\u200e") == "פנסים לילה"
    assert fold_key("\u202bפנסים\u202c") == fold_key("פנסים")


@pytest.mark.parametrize("title", ["\u200b", "\u200e\u200f", "\ufeff \x00", "&nbsp;", "&#8203;", "\u202e\u202c"])
def test_a_title_of_nothing_that_is_seen_is_none(title: str) -> None:
    assert clean(title) is None


def test_a_description_with_half_a_character_is_read() -> None:
    assert plain_text("<p>broken \ud800 half</p>") == "broken half"
    assert plain_text("broken \ud800 half") == "broken half"


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


@given(st.text(st.characters(), min_size=1).filter(lambda text: text.strip() != ""))
def test_a_name_always_has_a_key(name: str) -> None:
    assert fold_key(name)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("The", "the"),
        ("!!!", "!!!"),
        ("! ! !", "!!!"),
        ("A", "a"),
        ("@", "@"),
        ("&", "&"),
        ("+", "+"),
        ("'", "'"),
        ("❤️ Fox", "fox"),
    ],
)
def test_names_of_one_word_or_of_signs(name: str, key: str) -> None:
    assert fold_key(name) == key


signs = st.text(st.sampled_from("!?@&+$%*'’-–/#^~|❤☀🎸🦊\ufe0f"), min_size=1, max_size=4)


@given(signs, signs)
def test_two_names_of_signs_have_two_keys(one: str, other: str) -> None:
    assert (fold_key(one) == fold_key(other)) == (one == other)


def test_two_emoji_of_one_colour_have_two_keys() -> None:
    assert fold_key("❤️") != fold_key("☀️")


def test_a_name_of_ten_kilobytes_has_a_short_key() -> None:
    assert fold_key("lantern " * 1_280) == fold_key("lantern " * 62 + "lant")
    assert fold_key("ランタン" * 2_560) == "ランタン" * (LINE_LIMIT // 4)
    assert fold_key(" " * 10_000 + "Lantern") == "lantern"


@given(st.text(st.sampled_from("aB1 &+$!'-.N") | st.characters(max_codepoint=127), max_size=40))
def test_an_ascii_name_has_one_key_whether_or_not_a_letter_beyond_ascii_is_beside_it(name: str) -> None:
    assert fold_key(f"{name} é") == fold_key(f"{name} e")


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
def test_a_slug_is_made_of_the_runs_of_ascii_letters(text: str) -> None:
    runs = re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower().replace("'", "")).strip("-")[:80].strip("-")
    assert slugify(text) == runs or (not runs and slugify(text).startswith("n-"))


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
@pytest.mark.trust(18)
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


@given(st.text(st.sampled_from("htps:/.@?#[]%&=aZ09-_~ \\é\n"), max_size=30).map("http".__add__))
def test_an_address_is_kept_where_its_parts_are_safe(url: str) -> None:
    kept = safe_url(url)
    if kept is not None:
        assert kept == url.strip()
        assert urlsplit(kept).hostname
        assert "@" not in urlsplit(kept).netloc


@given(
    st.text(st.sampled_from("aZ9.-"), min_size=1, max_size=20),
    st.text(st.characters(min_codepoint=33, max_codepoint=126)),
)
def test_an_address_of_host_and_path_is_kept(host: str, path: str) -> None:
    assert safe_url(f"https://{host}/{path}") == f"https://{host}/{path}"


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
