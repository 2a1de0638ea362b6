"""A room's name, told from what is printed around it, and its street."""

from __future__ import annotations

from typing import Any

import pytest

from carpenter.venues.mention import Mention, named_venue, read_mention, specific_words, street_of


def mention_of(name: str, town: str = "Duluth", **data: Any) -> Mention:
    room = named_venue({"venue_name": name, "venue_city": town, "venue_region": "MN", **data}, "paper", "duluth")
    assert room is not None
    return read_mention(room, None)


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("The Copper Hall", "copper hall"),
        ("Copper Hall - Main Stage", "copper hall"),
        ("Copper Hall (Mainroom)", "copper hall"),
        ("Copper Hall presented by Tin Bank", "copper hall"),
        ("Copper Hall, Duluth", "copper hall"),
        ("Copper Hall - Duluth, MN", "copper hall"),
        ("Copper Hall (Duluth)", "copper hall"),
        ("Copper Hall in Duluth", "copper hall"),
        ("Copper Hall - MN", "copper hall"),
        ("Copper Hall (MN)", "copper hall"),
        ("Copper Hall, MN", "copper hall"),
        ("Copper Theater", "copper theatre"),
        ("Canal Street Chapel", "canal st chapel"),
        ("Canal St. Chapel", "canal st chapel"),
        ("Lantern Avenue Bar", "lantern ave bar"),
        ("港 ひだまり座", "港ひだまり座"),
        ("港ひだまり座", "港ひだまり座"),
        ("물결 극장", "물결극장"),
        # What only looks like it.
        ("Copper Hall - WI", "copper hall wi"),
        ("Studio MN", "studio mn"),
        ("MN", "mn"),
        ("Duluth Hall", "duluth hall"),
        ("港 Tin Hall", "港 tin hall"),
    ],
)
def test_the_core_of_a_name(name: str, core: str) -> None:
    assert mention_of(name).core == core


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("Upstairs at Copper Hall", "copper hall"),
        ("The Lounge at Copper Hall", "copper hall"),
        ("Copper Hall Annex", "copper hall"),
        ("Copper Hall Side Stage", "copper hall"),
        ("Copper Hall", None),
        ("Club Lounge", None),
    ],
)
def test_a_smaller_room_names_its_parent(name: str, parent: str | None) -> None:
    assert mention_of(name).parent_core == parent


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("5433 Ballard Ave NW", ("5433", "ballard")),
        ("17 W Congress St, Savannah", ("17", "congress")),
        ("1200 First Ave", ("1200", "1st")),
        ("1200 1st Ave", ("1200", "1st")),
        ("88-90 Myrtle Avenue", ("88", "myrtle")),
        ("Hafenstr. 9", ("9", "hafenstr")),
        ("Hafenstraße 9a, 20457 Hamburg", ("9", "hafenstr")),
        ("Große Freiheit 36", ("36", "grosse freiheit")),
        ("Calle Mayor 12-14", ("12", "calle mayor")),
        ("Floor 2, Pine Street", None),
        ("Highway 61", None),
        ("Corner of Pine and Third", None),
        ("Duluth", None),
        ("", None),
        (None, None),
    ],
)
def test_number_and_street_of_an_address(address: str | None, street: tuple[str, str] | None) -> None:
    assert street_of(address) == street


def test_words_that_many_rooms_have_tell_nothing_unless_there_are_no_others() -> None:
    assert specific_words("copper hall", "duluth") == {"copper"}
    assert specific_words("duluth copper club", "duluth") == {"copper"}
    assert specific_words("duluth hall", "duluth") == {"duluth"}
    assert specific_words("music hall", "duluth") == {"music", "hall"}


@pytest.mark.parametrize("name", ["TBA", "Secret Location", "  ", None])
def test_a_name_that_names_no_room(name: str | None) -> None:
    assert named_venue({"venue_name": name}, "paper", "duluth") is None


def test_a_geocoders_jitter_makes_no_other_mention() -> None:
    one, other = (
        named_venue({"venue_name": "Copper Hall", "latitude": latitude, "longitude": -92.1}, "paper", "duluth")
        for latitude in (46.78611, 46.78598)
    )
    assert one is not None
    assert one == other


def test_a_point_at_zero_is_no_point() -> None:
    assert mention_of("Copper Hall", latitude=0.0, longitude=0.0).point is None
    assert mention_of("Copper Hall", latitude=46.786, longitude=-92.1).point == (46.786, -92.1)
