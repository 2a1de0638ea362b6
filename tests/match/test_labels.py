"""The labelled set itself: consistent, isolated, large enough, and each label with a reason."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from sms_text.text import fold_key
from tests.match.consistency import contradictions
from tests.match.scenarios import Scenario, load_scenarios, read_scenarios

SCENARIOS = load_scenarios()

THREE_ROWS = """
habit = "Three rows"
[[scenarios]]
name = "three"
at = {title = "Tin Lantern", event_day = "2026-05-01", venue_name = "The Cellar"}
rows = [{id = "a", source = "house"}, {id = "b", source = "seller"}, {id = "c", source = "paper", venue_name = "Loft"}]
pairs = [
"""


def three(*pairs: str) -> Scenario:
    """A scenario of three rows with these pairs, each written as in a file less its reason."""
    (scenario,) = read_scenarios("three.toml", THREE_ROWS + ",".join(f'{{{p}, reason = "So."}}' for p in pairs) + "]")
    return scenario


def test_a_row_has_the_scenarios_defaults_and_a_source_of_its_own() -> None:
    scenario = three()
    assert scenario.rows["a"]["venue_name"] == "The Cellar"
    assert scenario.rows["c"]["venue_name"] == "Loft"
    assert scenario.source_key("a") == ("three.house", "a")


def test_a_pair_of_a_row_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"three\.toml: three: .* z"):
        three('of = ["a", "z"], same = true')


@pytest.mark.parametrize(
    "pairs",
    [
        ['of = ["a", "b"], same = true', 'of = ["a", "b"], same = false'],
        ['of = ["a", "b"], same = true', 'of = ["b", "a"], same = true'],
        ['of = ["a", "b"], same = true', 'of = ["b", "c"], same = true', 'of = ["a", "c"], same = false'],
        ['of = ["a", "b"], same = true', 'of = ["a", "b"], same = false, rooms = true'],
        ['of = ["a", "a"], same = true'],
    ],
)
def test_a_contradiction_is_found(pairs: list[str]) -> None:
    assert contradictions(three(*pairs))


def test_one_room_may_have_two_events() -> None:
    assert not contradictions(three('of = ["a", "b"], same = true, rooms = true', 'of = ["a", "b"], same = false'))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_the_labels_of_a_scenario_agree(scenario: Scenario) -> None:
    assert contradictions(scenario) == []


def test_the_set_is_large_and_balanced() -> None:
    pairs = [pair for scenario in SCENARIOS for pair in scenario.pairs]
    assert len(pairs) >= 400
    assert len({scenario.habit for scenario in SCENARIOS}) >= 15
    assert 0.4 <= sum(pair.same for pair in pairs) / len(pairs) <= 0.6


def test_each_label_says_why_in_a_sentence() -> None:
    for scenario in SCENARIOS:
        for pair in scenario.pairs:
            assert len(pair.reason.split()) >= 5, (scenario.name, pair)
            assert pair.reason.endswith("."), (scenario.name, pair)


def test_every_row_is_asked_about_or_tells_of_its_room_or_source() -> None:
    """A row that no pair names must be context: another night of a room or source that a pair names."""
    for scenario in SCENARIOS:
        asked = {row for pair in scenario.pairs for row in (pair.left, pair.right)}
        told = {scenario.rows[row][field] for row in asked for field in ("source", "venue_name")}
        for row_id, row in scenario.rows.items():
            assert row_id in asked or row["source"] in told or row["venue_name"] in told, (scenario.name, row_id)


def test_no_two_scenarios_share_a_name_a_room_or_an_act() -> None:
    """Else one scenario could decide, or spoil, another."""
    assert [name for name, count in Counter(s.name for s in SCENARIOS).items() if count > 1] == []
    homes: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for scenario in SCENARIOS:
        for row in scenario.rows.values():
            homes["room", fold_key(row.get("venue_city", "")), fold_key(row["venue_name"])].add(scenario.name)
            for artist in row.get("artists", []):
                homes["act", fold_key(artist if isinstance(artist, str) else artist["name"])].add(scenario.name)
    assert {what: names for what, names in homes.items() if len(names) > 1} == {}
