"""What addresses say, and that the digits at their end are enough."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_api.pages.addresses import artist_path, day_of, event_path, venue_path
from sms_api.pages.queries import SUFFIXES, PageKind, Place, place_of
from sms_catalog.ids import ids_of_address


@given(st.uuids(), st.text(max_size=60), st.dates())
def test_an_address_leads_back_to_its_id_whatever_the_name(thing: uuid.UUID, name: str, day: date) -> None:
    for path in (event_path(thing, day, name), venue_path(thing, name), artist_path(thing, name)):
        assert path.isascii()
        kind, last = path.strip("/").split("/")
        assert place_of(path, "seattle") == Place(
            {"events": PageKind.EVENT, "venues": PageKind.VENUE, "artists": PageKind.ARTIST}[kind], name=last
        )
        ids = ids_of_address(last)
        assert ids is not None
        assert ids.first <= thing <= ids.last
    assert day_of(day.isoformat()) == day


@pytest.mark.parametrize("name", ["tin-lantern", "tin-lantern-0123", "blue_moon", "x-0123456789aB", "", "tin-lantern-"])
def test_a_name_without_digits_has_no_id(name: str) -> None:
    assert ids_of_address(name) is None


@pytest.mark.parametrize("suffix", ["", *(f".{suffix}" for suffix in SUFFIXES)])
@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/seattle", Place(PageKind.TONIGHT, "seattle")),
        ("/seattle/week", Place(PageKind.WEEK, "seattle")),
        ("/seattle/map", Place(PageKind.MAP, "seattle")),
        ("/seattle/2026-11-20", Place(PageKind.NIGHT, "seattle", date(2026, 11, 20))),
        ("/venues/neumos-0123456789ab", Place(PageKind.VENUE, name="neumos-0123456789ab")),
        ("/search", Place(PageKind.SEARCH)),
    ],
)
def test_a_place_is_the_same_in_every_form(path: str, place: Place, suffix: str) -> None:
    assert place_of(path + suffix, "astoria") == place


def test_home_is_tonight_and_other_paths_are_no_place() -> None:
    assert place_of("/", "seattle") == Place(PageKind.TONIGHT, "seattle")
    for path in ("/seattle/2026-13-01", "/seattle/20261120", "/seattle/week/more", "/venues/a/b"):
        assert place_of(path, "seattle") is None
