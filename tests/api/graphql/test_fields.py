"""Every field says what the other surfaces say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from sms_api.graphql.names import snake_case
from sms_api.rest.runs import run_record
from sms_catalog.artists import artists_page
from sms_catalog.changes import changes_since
from sms_catalog.events import CatalogEvent
from sms_catalog.keyset import Page
from sms_catalog.records import artist_record, full_record, utc, venue_record
from sms_catalog.runs import RunLine, runs_page
from sms_catalog.sources import sources_page
from sms_catalog.venues import cities_page, venues_page
from tests.api.graphql.asking import data, leaves
from tests.api.served import Served


def _all(served: Served, field: str, type_name: str, more: str = "") -> list[dict[str, Any]]:
    asked = f"{{ {field}(first: 200) {{ nodes {{ {' '.join(leaves(type_name))} {more} }} }} }}"
    nodes: list[dict[str, Any]] = data(served, asked)[field]["nodes"]
    return nodes


def _told(record: Mapping[str, Any], names: Sequence[str], kind: str, key: str) -> dict[str, Any]:
    """The fields of these names as a record has them."""
    as_record = {name: record[snake_case(name)] for name in names if name != "id"}
    values = {name: utc(value) if hasattr(value, "tzinfo") else value for name, value in as_record.items()}
    return {"id": f"{kind}:{record[key]}", **values}


def test_an_event_says_what_its_record_says(served: Served, everything: Sequence[CatalogEvent]) -> None:
    further = "city { slug } venue { id name address city } artists { name role artist { id } }"
    rows = "sources { sourceEventId sourceUrl source { slug } }"
    found = {event["id"]: event for event in _all(served, "events", "Event", f"{further} {rows}")}
    seen = [event for event in everything if not event.is_hidden]
    assert len(found) == len(seen) > 8
    for event in seen:
        record = full_record(event) | {"night": event.night.isoformat()}
        told = dict(found[f"event:{event.id}"])
        venue, artists, sources = told.pop("venue"), told.pop("artists"), told.pop("sources")
        assert told.pop("city") == {"slug": event.city}
        assert told == _told(record, leaves("Event"), "event", "id")
        assert [
            {"id": act["artist"]["id"].split(":")[1], "name": act["name"], "role": act["role"]} for act in artists
        ] == (record["artists"])
        assert [
            {"source": row["source"]["slug"], "source_event_id": row["sourceEventId"], "source_url": row["sourceUrl"]}
            for row in sources
        ] == record["sources"]
        of_venue = record["venue"]
        assert venue == (
            {"id": f"venue:{of_venue['id']}", **{name: of_venue[name] for name in ("name", "address", "city")}}
            if of_venue
            else None
        )


@pytest.mark.parametrize(
    ("field", "type_name", "kind", "key", "page", "record"),
    [
        ("venues", "Venue", "venue", "id", lambda c: venues_page(c, None, limit=200, cursor=None), venue_record),
        ("artists", "Artist", "artist", "id", lambda c: artists_page(c, None, limit=200, cursor=None), artist_record),
        ("cities", "City", "city", "slug", lambda c: cities_page(c, limit=200, cursor=None), dict),
        ("sources", "Source", "source", "slug", lambda c: sources_page(c, None, limit=200, cursor=None), dict),
    ],
)
def test_a_list_says_what_the_records_say(
    served: Served,
    catalog: Engine,
    field: str,
    type_name: str,
    kind: str,
    key: str,
    page: Callable[[Connection], Page[Any]],
    record: Callable[[Any], Mapping[str, Any]],
) -> None:
    with catalog.connect() as connection:
        expected = [_told(record(row), leaves(type_name), kind, key) for row in page(connection).items]
    assert expected
    assert _all(served, field, type_name) == expected


def test_a_run_says_what_its_record_says(served: Served, catalog: Engine) -> None:
    with catalog.connect() as connection:
        runs: Sequence[RunLine] = runs_page(connection, limit=200, cursor=None).items
    expected = [_told(run_record(run), leaves("Run"), f"{run.kind}_run", "id") for run in runs]
    assert expected
    assert _all(served, "runs", "Run") == expected


def test_changes_are_those_of_the_table(served: Served, catalog: Engine) -> None:
    with catalog.connect() as connection:
        changes = changes_since(connection, 0)
    assert changes
    found = _all(served, "changes", "Change", "subject { id } city { slug }")
    assert [change["seq"] for change in found] == [change.seq for change in changes]
    for told, change in zip(found, changes, strict=True):
        assert told["at"] == utc(change.at)
        assert (told["kind"], told["entity"]) == (change.kind, change.entity)
        assert (told["before"], told["after"]) == (change.before, change.after)
        assert told["city"] == ({"slug": change.city} if change.city else None)


def test_the_scenes_and_links_of_things_are_things(served: Served) -> None:
    found = data(served, '{ venues(city: "seattle", first: 200) { nodes { scene { slug } parent { id name } } } }')
    assert {venue["scene"]["slug"] for venue in found["venues"]["nodes"]} == {"seattle"}
    assert any(venue["parent"] for venue in found["venues"]["nodes"])


def test_one_question_with_everything_of_the_language(served: Served) -> None:
    """Aliases, fragments on types and on the interface, directives, variables, names of types: in the order asked."""
    query = """
    query Two($skipped: Boolean!, $where: EventQuery) {
      first: events(where: $where, first: 1) { nodes { ...named title @skip(if: $skipped) again: title } __typename }
      ... on Query @include(if: $skipped) { events(first: 1) { edges { node { kind } } edges { node { status } } } }
    }
    query Other { __typename }
    fragment named on Node { __typename ... on Event { title kind } ... on Venue { name } id }
    """
    answer = served.ask(
        "/graphql",
        "POST",
        {"content-type": "application/json; charset=utf-8"},
        _body(query, "Two", {"skipped": True, "where": {"q": "cake", "kind": ["show"], "free": False}}),
    )
    assert answer.status == 200
    told = answer.json["data"]
    assert list(told) == ["first", "events"]
    assert list(told["first"]["nodes"][0]) == ["__typename", "title", "kind", "id", "again"]
    assert told["first"]["nodes"][0]["again"] == "An Evening of Cake"
    assert told["first"]["__typename"] == "EventConnection"
    assert told["events"]["edges"][0]["node"].keys() == {"kind", "status"}
    assert served.ask("/graphql", "POST", {"content-type": "application/json"}, _body(query, "Other", {})).json == {
        "data": {"__typename": "Query"}
    }


def _body(query: str, name: str, variables: Mapping[str, Any]) -> bytes:
    import json

    return json.dumps({"query": query, "operationName": name, "variables": variables}).encode()
