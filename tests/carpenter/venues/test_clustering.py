"""Rooms are resolved a component at a time: what is cut apart would not have been one room."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carpenter.venues.blocking import MentionRows, act_night_keys, block_keys, block_pairs, components
from carpenter.venues.clustering import VenueCluster, resolve
from carpenter.venues.cooccurrence import ActNights, SharedNights, acts_of, encode_act_nights, shared_nights
from carpenter.venues.mention import Mention, named_venue, read_mention

NIGHT = date(2026, 12, 1)


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    """Rooms whose names, towns, streets and points are few, so that they have much in common."""
    data = {
        "venue_name": draw(
            st.sampled_from(
                ("Copper Hall", "The Coper Hall", "Copper Club", "Upstairs at Copper Hall", "Copper", "Tin Bar")
            )
        ),
        "venue_address": draw(st.sampled_from((None, "12 Pine St", "12 Pine Street", "900 Pine St", "3 Elm Rd"))),
        "venue_city": draw(st.sampled_from(("Duluth", "Duluth Heights", "Fargo", None))),
        "venue_region": draw(st.sampled_from(("MN", "ND", None))),
    }
    if draw(st.booleans()):
        data |= {"latitude": draw(st.sampled_from((46.786, 46.787, 46.8))), "longitude": -92.1}
    town = (data["venue_city"] or "").lower().replace(" ", "_") or None
    room = named_venue(data, draw(st.sampled_from(("paper", "seller", "radio"))), town)
    assert room is not None
    return read_mention(room, draw(st.sampled_from((None, None, None, "copper_hall", "tin_bar"))))


SHOWS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(("ada", "bo", "cy"))).map(
        lambda drawn: encode_act_nights(NIGHT + timedelta(days=drawn[0]), [drawn[1]])
    ),
    max_size=6,
).map(lambda nights: frozenset[int]().union(*nights))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(mentions(), SHOWS), max_size=9, unique_by=lambda drawn: drawn[0].id))
def test_rooms_are_those_that_all_mentions_together_give(drawn: list[tuple[Mention, ActNights]]) -> None:
    named = [mention for mention, _ in drawn]
    keys = {mention.id: [*block_keys(mention), *act_night_keys(shows)] for mention, shows in drawn}
    seen = datetime(2026, 11, 1, tzinfo=UTC)
    rows = {mention.id: MentionRows(1, seen, shows) for mention, shows in drawn}

    together = resolve(named, block_pairs(named, keys), rows)
    apart = [
        room
        for component in components(named, block_pairs(named, keys), rows)
        for room in resolve(component, block_pairs(component, keys), rows)
    ]

    assert sorted(map(_told, apart)) == sorted(map(_told, together))


def _told(room: VenueCluster) -> list[str]:
    """Its mentions, what joined each, and its house."""
    joined = [f"{mention.id}: {room.evidence.get(mention.id)}" for mention in room.members]
    return [*joined, f"in {room.parent.members[0].id if room.parent else None}"]


def test_nights_on_which_both_name_acts() -> None:
    left = encode_act_nights(NIGHT, ["ada", "bo"]) | encode_act_nights(NIGHT + timedelta(days=1), ["cy"])
    right = (
        encode_act_nights(NIGHT, ["bo"])
        | encode_act_nights(NIGHT + timedelta(days=1), ["ada"])
        | encode_act_nights(date(2027, 1, 1), ["bo"])
    )
    assert shared_nights(left, right) == SharedNights(shared=1, clashing=1, acts=1)
    assert acts_of(encode_act_nights(NIGHT, ["bo"])) == acts_of(encode_act_nights(date(2027, 1, 1), ["bo"]))
    assert encode_act_nights(None, ["ada"]) == frozenset()


def _rooms(*named: tuple[str, str | None, str | None, ActNights]) -> int:
    """How many rooms these names, addresses, towns and shows mean."""
    rows, found = {}, []
    for number, (name, address, town, shows) in enumerate(named):
        data = {"venue_name": name, "venue_address": address, "venue_city": town}
        room = named_venue(data, f"source {number}", town.lower() if town else None)
        assert room is not None
        found.append(read_mention(room, None))
        rows[room.id] = MentionRows(1, datetime(2026, 11, 1, tzinfo=UTC), shows)
    keys = {mention.id: [*block_keys(mention), *act_night_keys(rows[mention.id].shows)] for mention in found}
    split = components(found, block_pairs(found, keys), rows)
    return sum(len(resolve(component, block_pairs(component, keys), rows)) for component in split)


def _playing(*acts: str) -> ActNights:
    """One act a night, from NIGHT on; none where it is empty."""
    shows = (encode_act_nights(NIGHT + timedelta(days=day), [act]) for day, act in enumerate(acts) if act)
    return frozenset[int]().union(*shows)


@pytest.mark.parametrize(
    ("other", "address", "town", "acts", "rooms"),
    [
        ("Gull House", None, "Duluth", ("ada", "bo", "cy"), 1),
        ("Gull House", None, None, ("ada", "bo", "cy"), 1),
        # What is too little, or tells otherwise.
        ("Gull House", None, "Duluth", ("ada", "bo"), 2),
        ("Gull House", None, "Duluth", ("ada", "bo", "cy", "eve"), 2),
        ("Gull House", None, "Fargo", ("ada", "bo", "cy"), 2),
        ("Gull House", "900 Elm Rd", "Duluth", ("ada", "bo", "cy"), 2),
    ],
)
def test_a_room_under_another_name_is_told_by_its_programme(
    other: str, address: str | None, town: str | None, acts: tuple[str, ...], rooms: int
) -> None:
    one = ("Tin Bar", "12 Pine St", "Duluth", _playing("ada", "bo", "cy", "dot"))
    assert _rooms(one, (other, address, town, _playing(*acts))) == rooms


@pytest.mark.parametrize(
    ("name", "misspelt", "town"),
    [
        ("Los Palos Hall", "Los Paols Hall", None),
        ("Pauulos Club", "Paulos", None),
        ("Paulos", "Pauulos Club", "Duluth"),
    ],
)
def test_a_misspelt_name_of_no_town_is_told_by_one_night(name: str, misspelt: str, town: str | None) -> None:
    night = _playing("ada")
    assert _rooms((name, "12 Pine St", "Duluth", night), (misspelt, None, town, night)) == 1


def test_one_resident_in_two_bars_does_not_make_them_one() -> None:
    resident = _playing("ada", "", "ada", "", "ada", "", "ada")
    assert _rooms(("Tin Bar", None, "Duluth", resident), ("Gull House", None, "Duluth", resident)) == 2


@pytest.mark.parametrize(
    ("other", "address", "acts", "rooms"),
    [
        ("Ottso", "12 Pine St", (), 1),  # two letters of a short name swapped: place and nights decide
        ("Ottso", None, ("ada", "bo"), 1),
        ("Ottso", None, (), 2),
        ("Otots Hall", "900 Elm Rd", (), 2),
        ("Ottis", None, (), 2),
    ],
)
def test_a_short_name_with_two_letters_swapped(
    other: str, address: str | None, acts: tuple[str, ...], rooms: int
) -> None:
    one = ("Ottos", "12 Pine St", "Duluth", _playing("ada", "bo"))
    assert _rooms(one, (other, address, "Duluth", _playing(*acts))) == rooms


@pytest.mark.parametrize(
    ("name", "bare", "town", "rooms"),
    [
        ("Duluth Music Hall", "Music Hall", "Duluth", 1),
        ("Duluth Music Hall", "Music Hall", "Fargo", 2),
        ("Duluth Social Hall", "Social Hall", "Duluth", 1),
        ("Duluth Hall", "Hall", "Duluth", 2),
        ("Duluth Music Hall", "Arts Center", "Duluth", 2),
    ],
)
def test_a_town_before_words_that_many_rooms_have(name: str, bare: str, town: str, rooms: int) -> None:
    assert _rooms((name, None, "Duluth", frozenset()), (bare, None, town, frozenset())) == rooms


def _rooms_of_one_place(*nights: tuple[str, str, ActNights]) -> int:
    """How many rooms these names of sources mean, all at one address."""
    found, rows = [], {}
    for number, (source, name, shows) in enumerate(nights):
        zone = "UTC" if number % 2 else "America/Chicago"
        data = {"venue_name": name, "venue_address": "12 Pine St", "venue_city": "Duluth", "timezone": zone}
        room = named_venue(data, source, "duluth")
        assert room is not None
        found.append(read_mention(room, None))
        rows[room.id] = MentionRows(1, datetime(2026, 11, 1, tzinfo=UTC), shows)
    keys = {mention.id: [*block_keys(mention), *act_night_keys(rows[mention.id].shows)] for mention in found}
    return len(resolve(found, block_pairs(found, keys), rows))


def test_what_one_source_prints_with_one_name_and_street_is_one_room_whatever_else_it_prints() -> None:
    other_acts = _playing("dot", "eve", "fay", "gus")
    assert _rooms_of_one_place(("paper", "Copper Hall", _playing(*"abcd")), ("paper", "Copper Hall", other_acts)) == 1
    two_names = ("paper", "Copper Hall", _playing(*"abcd")), ("paper", "Copper Hall Lounge", other_acts)
    assert _rooms_of_one_place(*two_names) == 2, "two names side by side are two rooms"


def test_one_night_is_one_clash_however_many_names_the_room_has() -> None:
    names = [(f"source {n}", name, _playing("ada")) for n, name in enumerate(("Copper Hall", "Copper", "Copper Club"))]
    assert _rooms_of_one_place(*names, ("seller", "Copper Hall", _playing("on a wrong night"))) == 1
