"""What an answer costs the database, and what its pages hold while the catalog changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from tests.api.graphql.asking import data_on, statements
from tests.filled import fill


@pytest.fixture
def filled(engine: Engine) -> Iterator[Connection]:
    """A connection to a catalog of some hundred events, in a transaction that is given up."""
    fill(engine)
    with engine.connect() as connection:
        yield connection
        connection.rollback()


_FIFTY = """
{ events(where: {when: all}, first: 50) {
  nodes { title startTime venue { name website } artists { name artist { name links { value } } }
          sources { source { title lastOkAt } } }
  pageInfo { hasNextPage }
} }
"""


def test_fifty_events_with_all_that_hangs_on_them_take_four_statements(filled: Connection) -> None:
    with statements(filled) as sent:
        found = data_on(filled, _FIFTY)["events"]
    assert len(found["nodes"]) == 50
    assert found["pageInfo"]["hasNextPage"]
    assert len(sent) == 4, sent


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("{ events { nodes { id title venue { id } artists { name artist { id } } city { slug } } } }", 1),
        ("{ events { nodes { title venue { name scene { name } } } } }", 3),
        ("{ venues { nodes { name events { nodes { title venue { name } } } } } }", 3),
        ("{ artists { nodes { name events(first: 3) { nodes { artists { artist { name } } } } } } }", 3),
        ("{ cities { nodes { events { edges { node { id } cursor } } } } }", 2),
        ("{ runs { nodes { source { title } records { nodes { run { name } } } } } }", 4),
        ("{ a: venues(first: 1) { nodes { id } } b: venues(first: 2) { nodes { name } } }", 2),
        ("{ __typename }", 0),
    ],
)
def test_a_level_takes_a_statement(filled: Connection, query: str, number: int) -> None:
    with statements(filled) as sent:
        data_on(filled, query)
    assert len(sent) == number, sent


_LISTS = {
    "events": "{ events(AFTER) { FIELDS } }",
    "venues": "{ venues(AFTER) { FIELDS } }",
    "artists": "{ artists(AFTER) { FIELDS } }",
    "sources": "{ sources(AFTER) { FIELDS } }",
    "cities": "{ cities(AFTER) { FIELDS } }",
    "runs": "{ runs(AFTER) { FIELDS } }",
    "changes": "{ changes(AFTER) { FIELDS } }",
    "newest": "{ events(where: {order: new}, AFTER) { FIELDS } }",
    "cheapest": "{ events(where: {order: price}, AFTER) { FIELDS } }",
    "of a room": '{ node(id: "VENUE") { ... on Venue { events(AFTER) { FIELDS } } } }',
    "of an act": '{ node(id: "ARTIST") { ... on Artist { events(where: {order: day}, AFTER) { FIELDS } } } }',
    "of a build": '{ node(id: "carpenter_run:1") { ... on Run { records(AFTER) { FIELDS } } } }',
}


@pytest.mark.parametrize("name", _LISTS)
def test_pages_make_up_the_list_and_each_cursor_goes_on_behind_its_item(filled: Connection, name: str) -> None:
    whole = _page(filled, name, "first: 200")
    expected = _ids(whole)
    assert expected
    begun: str | None = None
    found: list[str] = []
    while True:
        page = _page(filled, name, "first: 7" + (f', after: "{begun}"' if begun else ""))
        found += _ids(page)
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        begun = page["pageInfo"]["endCursor"]
        if len(found) >= len(expected) or not page["pageInfo"]["hasNextPage"]:
            break
    assert found[: len(expected)] == expected
    middle = whole["edges"][len(expected) // 2]
    behind = _page(filled, name, f'first: 200, after: "{middle["cursor"]}"')
    assert _ids(behind)[:3] == expected[len(expected) // 2 + 1 :][:3]


def test_events_that_come_and_go_shift_no_page(filled: Connection) -> None:
    everything = _ids(_page(filled, "events", "first: 200"))
    first = _page(filled, "events", "first: 10")
    gone = [event.removeprefix("event:") for event in (*everything[:5], everything[12])]
    filled.execute(text("UPDATE events SET is_hidden = true WHERE id = ANY(cast(:ids AS uuid[]))"), {"ids": gone})
    second = _page(filled, "events", f'first: 10, after: "{first["pageInfo"]["endCursor"]}"')
    assert _ids(second) == [*everything[10:12], *everything[13:21]]


def _page(connection: Connection, name: str, arguments: str) -> dict[str, Any]:
    venue = connection.scalar(text("SELECT venue_id FROM events GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"))
    artist = connection.scalar(text("SELECT artist_id FROM event_artists GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"))
    query = _LISTS[name].replace("AFTER", arguments)
    query = query.replace("FIELDS", "edges { cursor node { id } } pageInfo { hasNextPage endCursor startCursor }")
    query = query.replace("VENUE", f"venue:{venue}").replace("ARTIST", f"artist:{artist}")
    found: dict[str, Any] = data_on(connection, query)
    while "edges" not in found:
        (found,) = found.values()
    return found


def _ids(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in page["edges"]]
