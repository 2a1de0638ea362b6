"""venues.toml and cities.toml: what is wrong is told in one line, and the shipped files hold the seed venues."""

from __future__ import annotations

import pytest

from sms_database.venues import FactsError, all_venue_facts, city_facts, read_venues, venue_facts

HALL = {
    "name": "'Example Hall'",
    "city": "'seattle'",
    "address": "'1 Main St'",
    "town": "'Seattle'",
    "region": "'WA'",
    "postal_code": "'98101'",
    "country": "'US'",
    "timezone": "'America/Los_Angeles'",
    "latitude": "47.6",
    "longitude": "-122.3",
}


def entry(key: str, **changes: str) -> str:
    """A venue's table in TOML, with some values written otherwise."""
    return "\n".join([f"[{key}]", *(f"{name} = {value}" for name, value in (HALL | changes).items())])


def told(text: str) -> str:
    """What reading the text complains of."""
    with pytest.raises(FactsError) as complaint:
        read_venues(text, city_facts())
    return str(complaint.value)


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"latitude": "147.6"}, ("latitude", "90")),
        ({"longitude": "-222.3"}, ("longitude", "-180")),
        ({"latitude": "'north'"}, ("latitude", "number")),
        ({"timezone": "'America/Seattle'"}, ("timezone", "'America/Seattle' is no IANA time zone")),
        ({"city": "'tacoma'"}, ("city", "no 'tacoma' in cities.toml")),
        ({"parent": "'attic'"}, ("parent", "'attic' is no other venue")),
        ({"parent": "'hall'"}, ("parent", "'hall' is no other venue")),
        ({"capcity": "200"}, ("capcity", "not permitted")),
        ({"capacity": "0"}, ("capacity", "greater than 0")),
        ({"seats": "-1"}, ("seats", "greater than 0")),
        ({"website": "'example.com'"}, ("website", "pattern")),
        ({"name": "''"}, ("name", "at least 1 character")),
    ],
)
def test_a_wrong_value_is_told_in_one_line(changes: dict[str, str], parts: tuple[str, ...]) -> None:
    line = told(entry("hall", **changes))
    assert "\n" not in line
    for part in ("venues.toml [hall]", *parts):
        assert part in line


def test_a_missing_value_is_told() -> None:
    line = told("[hall]\nname = 'Example Hall'")
    assert line.startswith("venues.toml [hall] ")
    assert "required" in line


@pytest.mark.parametrize(
    "second",
    [
        {"aliases": "['The Hall']"},
        {"aliases": "['THE HALL']"},
        {"aliases": "['Example Hall']"},
        {"name": "'the hall'"},
    ],
)
def test_one_name_for_two_venues_is_told(second: dict[str, str]) -> None:
    first = entry("hall", aliases="['The Hall']")
    line = told(first + "\n" + entry("annex", **({"name": "'Annex'"} | second)))
    assert line.startswith("venues.toml [annex] name or alias ")
    assert line.endswith(" is that of [hall] too")


def test_a_file_that_is_no_toml_is_told() -> None:
    assert told("[hall\nname = 1").startswith("venues.toml: ")


def test_one_key_twice_is_told() -> None:
    assert told(entry("hall") + "\n" + entry("hall")).startswith("venues.toml: ")


def test_an_unknown_key_says_where_to_add_it() -> None:
    with pytest.raises(FactsError, match=r"no venue 'no_such_room'.*add a \[no_such_room\] entry"):
        venue_facts("no_such_room")


@pytest.mark.parametrize(
    ("key", "name", "town", "min_age"),
    [
        ("blue_moon", "Blue Moon Tavern", "Seattle", 21),
        ("sea_monster_lounge", "Sea Monster Lounge", "Seattle", None),
        ("darrells_tavern", "Darrell's Tavern", "Shoreline", 21),
        ("little_red_hen", "Little Red Hen", "Seattle", None),
        ("skylark", "Skylark Cafe & Club", "Seattle", None),
        ("the_royal_room", "The Royal Room", "Seattle", None),
        ("conor_byrne", "Conor Byrne Pub", "Seattle", None),
        ("nectar_lounge", "Nectar Lounge", "Seattle", None),
        ("fremont_abbey", "Fremont Abbey Arts Center", "Seattle", None),
        ("couth_buzzard", "Couth Buzzard Books", "Seattle", None),
        ("hopvine", "Hopvine Pub", "Seattle", None),
        ("southgate_roller_rink", "Southgate Roller Rink", "Seattle", None),
    ],
)
def test_the_shipped_file_holds_the_venue(key: str, name: str, town: str, min_age: int | None) -> None:
    facts = venue_facts(key)
    assert (facts.name, facts.town, facts.min_age) == (name, town, min_age)


def test_no_shipped_venue_has_a_blank() -> None:
    wanted = ("address", "postal_code", "latitude", "longitude")
    blanks = {key: [name for name in wanted if getattr(v, name) is None] for key, v in all_venue_facts().items()}
    assert {key: names for key, names in blanks.items() if names} == {}


def test_an_entry_may_leave_blank_what_is_still_to_be_looked_up() -> None:
    left_out = ("address", "postal_code", "latitude", "longitude")
    lines = [line for line in entry("hall").splitlines() if not line.startswith(left_out)]
    (hall,) = read_venues("\n".join(lines), city_facts()).values()
    assert [getattr(hall, name) for name in left_out] == [None] * 4


def test_every_shipped_venue_lies_in_its_scene() -> None:
    for facts in all_venue_facts().values():
        if facts.latitude is None or facts.longitude is None:
            continue
        city = city_facts()[facts.city]
        assert facts.timezone == city.timezone
        assert abs(facts.latitude - city.latitude) * 111 < city.radius_km
        assert abs(facts.longitude - city.longitude) * 75 < city.radius_km
        assert facts.town in (city.name, *city.towns)
