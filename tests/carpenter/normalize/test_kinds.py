"""The kind of event that a row announces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carpenter.normalize.kinds import kind_of
from carpenter.parsing.vocabulary import vocabulary
from sms_database.vocabulary import MUSIC_KINDS


@pytest.mark.parametrize(
    ("title", "acts", "kind"),
    [
        ("The Paper Lanterns", ["The Paper Lanterns"], "show"),
        ("Lantern Night", [], "show"),
        (None, [], "show"),
        ("OPEN MIC", [], "open_mic"),
        ("Open Mic with Host Ada", [], "open_mic"),
        ("Bluegrass Jam", [], "open_jam"),
        ("Harbor Open Jam", [], "open_jam"),
        ("DJs at the Bar", [], "dj_night"),
        ("Roots Night with DJ Fox", ["DJ Fox"], "dj_night"),
        ("80s Dance Party", [], "dj_night"),
        ("Dance Party with the Paper Lanterns", ["The Paper Lanterns"], "show"),
        ("Harbor Music Festival", [], "festival"),
        ("Harborfest 2026", [], "festival"),
        ("Harbor Fest", [], "show"),
        ("Karaoke With Ada!", [], "karaoke"),
        ("Tuesday Night Trivia", [], "trivia"),
        ("Tuesday Night Trivia with Copper Kettle", ["Copper Kettle"], "trivia"),
        ("Bingo and Beats", [], "bingo"),
        ("Stand-Up Comedy Showcase", [], "comedy"),
        ("The Harbor's newest drag show", [], "drag"),
        ("Movie Night", [], "film"),
        ("Songwriting Workshop", [], "workshop"),
        ("The WORKSHOP", [], "show"),
        ("Art & Crafts Night", [], "craft_night"),
        ("Free Lindy Hop Lessons!", [], "dance"),
        ("Country Dance Night", [], "dance"),
        ("Country Dance Night with Copper Kettle", ["Copper Kettle"], "show"),
        ("Private Event", [], "private"),
        ("Closed for a private party", [], "private"),
        ("Closed for the holidays", [], "closed"),
        ("Harbor Lecture Series: Ada Fox", [], "other"),
        ("Fantasy Pack - Gift Card", [], "other"),
        ("Harbor Arena VIP Parking: Ada Fox", [], "parking"),
        ("Punk Rock Karaoke, The Paper Lanterns", ["Punk Rock Karaoke", "The Paper Lanterns"], "show"),
        ("Trivia Fox & The Quizzes", ["Trivia Fox & The Quizzes"], "show"),
        ("Silent Movie, Copper Kettle", ["Silent Movie", "Copper Kettle"], "show"),
    ],
)
def test_kinds(title: str | None, acts: list[str], kind: str) -> None:
    assert kind_of(title, acts, []) == kind


@pytest.mark.parametrize(
    ("title", "acts", "kind"),
    [
        ("PARKING: Ada Fox", ["Ada Fox"], "parking"),
        ("Ada Fox - Parking", ["Ada Fox"], "parking"),
        ("Harbor Arena E-Z Out Parking: Ada Fox", ["Ada Fox"], "parking"),
        ("Parking Passes Only - Ada Fox", ["Ada Fox"], "parking"),
        ("Ada Fox - VIP Upgrade (concert ticket not included)", ["Ada Fox"], "package"),
        ("Ada Fox - Upgrades & Extras", ["Ada Fox"], "package"),
        ("Meet & Greet Package: Ada Fox", ["Ada Fox"], "package"),
        ("Ada Fox - Meet & Greet Only", ["Ada Fox"], "package"),
        ("Harbor - Lakeview Lawn Chair Rental: Ada Fox", ["Ada Fox"], "package"),
        ("Harbor Arena VIP Club Access: Ada Fox", ["Ada Fox"], "package"),
        ("VIP Table Reservation - Ada Fox NYE", ["Ada Fox"], "package"),
        ("Ada Fox (Luxury Suite)", ["Ada Fox"], "package"),
        # A package with a ticket in it is a ticket to the show, and so is a resold one.
        ("Ada Fox - VIP Package", ["Ada Fox"], "show"),
        ("Ada Fox (Two Night Pass)", ["Ada Fox"], "show"),
        ("Ada Fox Tickets (Verified Resale)", ["Ada Fox"], "show"),
        # Words of names and of annotations.
        ("Ada Fox - Free Parking!", ["Ada Fox"], "show"),
        ("Ada Fox live from Second Street Parking", ["Ada Fox"], "show"),
        ("Meet & Greet: Slow Lantern Tour", ["Meet & Greet"], "show"),
        ("Parking Lot Kings - Late Show", ["Parking Lot Kings"], "show"),
        ("Tin Suite: Slow Lantern Tour", ["Tin Suite"], "show"),
    ],
)
def test_a_title_says_that_it_sells_something_beside_the_show(title: str, acts: list[str], kind: str) -> None:
    assert kind_of(title, acts, ["Rock"]) == kind


@pytest.mark.parametrize("kind", vocabulary().add_ons)
def test_each_phrase_of_an_add_on_is_found(kind: str) -> None:
    for phrase in vocabulary().add_ons[kind]:
        assert kind_of(f"{phrase.title()}: Ada Fox", ["Ada Fox"], []) == kind, phrase
        assert kind_of(phrase, [], []) == kind, phrase


def test_what_is_no_music_is_told_from_what_is() -> None:
    assert {"show", "open_mic", "open_jam", "dj_night", "festival"} == MUSIC_KINDS
    assert MUSIC_KINDS.isdisjoint(
        {"karaoke", "trivia", "bingo", "comedy", "drag", "film", "private", "closed", "other"}
    )


@pytest.mark.parametrize(("word", "kind"), [("package", "package"), ("upgrade", "package"), ("Parking", "parking")])
def test_a_genre_that_is_an_add_on_holds_whoever_is_billed(word: str, kind: str) -> None:
    assert kind_of("2 Day Pass: Ada Fox", ["Ada Fox"], [word, "Music", "Rock"]) == kind
    assert kind not in MUSIC_KINDS


def test_genres_speak_where_nobody_is_billed() -> None:
    assert kind_of("Ada Fox", [], ["Comedy"]) == "comedy"
    assert kind_of("Ada Fox", [], ["Comedy", "Jazz"]) == "show"


@pytest.mark.parametrize("kind", vocabulary().kinds)
def test_each_phrase_of_a_kind_is_found(kind: str) -> None:
    for phrase in vocabulary().kinds[kind]:
        assert kind_of(f"The Lantern's {phrase.title()} tonight", [], []) != "show", phrase


@pytest.mark.parametrize("word", [*sorted(vocabulary().festival_words), "lanternfest"])
def test_each_word_for_a_festival_is_found(word: str) -> None:
    assert kind_of(f"Lantern {word.title()} 2026", [], []) == "festival"


@given(st.text(max_size=100), st.lists(st.text(max_size=20), max_size=3), st.lists(st.text(max_size=10), max_size=2))
def test_any_row_has_a_kind(title: str, acts: list[str], genres: list[str]) -> None:
    assert kind_of(title, acts, genres) in {*vocabulary().kinds, "show", "festival"}
