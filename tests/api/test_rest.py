"""/v1 over the small catalog: what it answers, page by page, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from sms_api.rest import OPERATIONS
from sms_api.rest.openapi import Operation
from sms_catalog.events import CatalogEvent
from tests.api.served import Served
from tests.catalog.conftest import FOUNDER, HIDDEN, MERGED

LISTS = {operation.path: operation for operation in OPERATIONS if operation.is_list}

HOSTILE = (
    "'; DROP TABLE events; --",
    "1 OR 1=1",
    "\" OR ''='",
    "%00",
    "${7*7}",
    "x' UNION SELECT version() --",
    "😀" * 30,
)


def visible(everything: Sequence[CatalogEvent]) -> list[CatalogEvent]:
    """The events that readers see."""
    return [event for event in everything if not event.is_hidden]


def an_id(path: str, everything: Sequence[CatalogEvent]) -> str:
    """The path with an id of something that is there."""
    event = next(event for event in visible(everything) if event.artists and event.venue)
    assert event.venue is not None
    named = {
        "/v1/events": str(event.id),
        "/v1/venues": str(event.venue.id),
        "/v1/artists": event.artists[0]["id"],
        "/v1/nodes": f"event:{event.id}",
    }
    return path.replace("{id}", named[path.partition("/{id}")[0]]) if "{id}" in path else path


def pages(served: Served, path: str, limit: int) -> Iterator[list[Any]]:
    """The pages of a list, by their Link headers."""
    address: str | None = f"{path}{'&' if '?' in path else '?'}limit={limit}"
    while address is not None:
        answer = served.ask(address)
        assert answer.status == 200, answer.text
        name = next(name for name in answer.json if name != "next_cursor")
        assert len(answer.json[name]) <= limit
        yield answer.json[name]
        link = re.fullmatch('<(.+)>; rel="next"', answer.headers["link"]) if "link" in answer.headers else None
        assert (link is None) == (answer.json["next_cursor"] is None)
        address = link[1] if link else None


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_answer_has_the_shape_that_is_told_of_it_and_is_sent_once(
    served: Served, everything: Sequence[CatalogEvent], operation: Operation
) -> None:
    path = an_id(operation.path, everything)
    answer = served.ask(path)
    assert answer.status == 200, answer.text
    shaped = msgspec.convert(answer.json, operation.answer, strict=False)
    assert json.loads(msgspec.json.encode(shaped)).keys() == answer.json.keys()
    if operation.is_list:
        item, of_item = next(iter(answer.json.items()))[1][0], msgspec.structs.fields(operation.answer)[0].type
        assert set(item) == {field.encode_name for field in msgspec.structs.fields(of_item.__args__[0])}
    again = served.ask(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("path", sorted(path for path in LISTS if "{id}" not in path))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 9))
def test_the_pages_together_are_the_list(served: Served, path: str, limit: int) -> None:
    whole = next(pages(served, path, 200))
    assert [item for page in pages(served, path, limit) for item in page] == whole


def test_events_are_those_that_the_query_chooses(served: Served, everything: Sequence[CatalogEvent]) -> None:
    assert len(visible(everything)) < len(everything)
    told = served.ask("/v1/events").json["events"]
    assert [event["id"] for event in told] == [
        str(event.id)
        for event in sorted(visible(everything), key=lambda e: (e.night, e.starts_at is None, e.starts_at, e.id))
    ]
    tonight = served.ask("/v1/events?city=seattle&when=tonight&fields=title,status").json["events"]
    assert tonight == [{"id": str(FOUNDER), "title": "An Evening of Cake", "status": "scheduled"}]
    free = served.ask("/v1/events?kind=open_mic&kind=karaoke").json["events"]
    assert {event["kind"] for event in free} == {"open_mic", "karaoke"}


@pytest.mark.trust(31)
def test_what_is_not_understood_is_named_with_what_was_perhaps_meant(served: Served) -> None:
    answer = served.ask("/v1/events?citty=seattle&when=tonigth&fields=titel&limit=201")
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {error["parameter"]: error["nearest"] for error in answer.json["errors"]} == {
        "citty": "city",
        "when": "tonight",
        "fields": "title",
        "limit": None,
    }
    unknown = served.ask("/v1/events?city=seatle&source=blue_mon")
    assert unknown.status == 422
    assert {error["nearest"] for error in unknown.json["errors"]} == {"seattle", "blue_moon"}
    assert served.ask("/v1/events?city=astoria&free=yes").json["events"] == []
    assert served.ask("/v1/venues?citty=seattle").json["errors"][0]["nearest"] == "city"
    assert served.ask("/v1/venues?limit=5&limit=6").status == 422
    assert served.ask(f"/v1/artists?cursor={served.ask('/v1/venues?limit=1').json['next_cursor']}").status == 422


def test_a_former_id_leads_to_the_event_that_took_it_in(served: Served) -> None:
    for rest in ("", "/explanation"):
        answer = served.ask(f"/v1/events/{MERGED}{rest}?fields=title" if not rest else f"/v1/events/{MERGED}{rest}")
        assert answer.status == 301
        assert answer.json == {"id": str(MERGED), "merged_into": str(FOUNDER)}
        assert answer.headers["location"].startswith(f"/v1/events/{FOUNDER}{rest}")
        assert served.ask(answer.headers["location"]).json["id"] == str(FOUNDER)


def test_what_is_hidden_is_gone_and_what_never_was_is_not_found(served: Served) -> None:
    for path in ("/v1/events/{}", "/v1/events/{}/explanation"):
        assert served.ask(path.format(HIDDEN)).status == 410
        assert served.ask(path.format(uuid.uuid4())).status == 404
        assert served.ask(path.format("not-an-id")).status == 404
    for path in (f"/v1/nodes/event:{HIDDEN}", f"/v1/nodes/event:{HIDDEN}/edges", "/v1/nodes/show:1", "/v1/nodes/1"):
        assert served.ask(path).status == 404
    assert "Paper Ladders" not in served.ask("/v1/events").text
    for entity in ("venues", "artists"):
        assert served.ask(f"/v1/{entity}/{uuid.uuid4()}").status == 404


def test_what_a_build_took_away_is_gone(served: Served, catalog: Engine) -> None:
    gone = uuid.uuid4()
    with catalog.begin() as connection:
        record = connection.scalar(
            text(
                "INSERT INTO carpenter_records (carpenter_run_id, entity, entity_id, change, diff)"
                " VALUES (1, 'venue', :gone, 'delete', '{}') RETURNING id"
            ),
            {"gone": gone},
        )
    try:
        assert served.ask(f"/v1/venues/{gone}").status == 410
        assert served.ask(f"/v1/artists/{gone}").status == 404
    finally:
        with catalog.begin() as connection:
            connection.execute(text("DELETE FROM carpenter_records WHERE id = :id"), {"id": record})


def test_an_explanation_tells_each_value_and_no_person(served: Served) -> None:
    answer = served.ask(f"/v1/events/{FOUNDER}/explanation")
    title = next(field for field in answer.json["fields"] if field["entry"] == "title")
    assert title["value"] == "An Evening of Cake"
    assert title["origin"].startswith("decision ")
    assert answer.json["former_ids"] == [str(MERGED)]
    assert {row["source"] for row in answer.json["rows"]} == {"blue_moon", "boxoffice"}
    assert not {"author", "deleted_by", "message"} & set(re.findall(r'"(\w+)":', answer.text))


def test_the_graph_is_that_of_the_views(served: Served, catalog: Engine) -> None:
    with catalog.connect() as connection:
        nodes = {(row.kind, row.id): row.label for row in connection.execute(text("SELECT * FROM nodes"))}
        edges = connection.execute(text("SELECT DISTINCT * FROM edges")).all()
        of_hidden = set(
            connection.scalars(
                text("SELECT cast(id AS text) FROM carpenter_records WHERE entity_id = :hidden"), {"hidden": HIDDEN}
            )
        )
    hidden = {("event", str(HIDDEN)), *(("record", record) for record in of_hidden)}
    for kind, name in [key for key in nodes if key[0] != "venue"] + [key for key in nodes if key[0] == "venue"][-4:]:
        answer = served.ask(f"/v1/nodes/{kind}:{name}")
        if (kind, name) in hidden:
            assert answer.status == 404
            continue
        assert answer.json["label"] == nodes[kind, name]
        told = [edge for page in pages(served, f"/v1/nodes/{kind}:{name}/edges", 5) for edge in page]
        expected = {
            (edge.kind, f"{edge.from_kind}:{edge.from_id}", f"{edge.to_kind}:{edge.to_id}")
            for edge in edges
            if (kind, name) in ((edge.from_kind, edge.from_id), (edge.to_kind, edge.to_id))
            and not {(edge.from_kind, edge.from_id), (edge.to_kind, edge.to_id)} & hidden
        }
        assert {(edge["kind"], edge["from"], edge["to"]) for edge in told} == expected
        assert len(told) == len(expected)


def test_hostile_values_are_values(served: Served, everything: Sequence[CatalogEvent]) -> None:
    for operation in OPERATIONS:
        path = an_id(operation.path, everything)
        for parameter in (*operation.parameters, *operation.query_parameters):
            for words in HOSTILE:
                answer = served.ask(f"{path}?{urlencode({parameter.name: words})}")
                assert answer.status in (200, 422), (path, parameter.name, words, answer.text)
        if "{id}" in operation.path:
            for words in HOSTILE:
                assert served.ask(operation.path.replace("{id}", quote(words, safe=""))).status == 404
    assert len(served.ask("/v1/events").json["events"]) == len(visible(everything))


def test_sums_are_a_table_too_and_the_page_takes_any_query(served: Served) -> None:
    told = served.ask("/v1/trends?city=seattle&by=kind").json["trends"]
    table = list(csv.DictReader(io.StringIO(served.ask("/v1/trends.csv?city=seattle&by=kind").text)))
    assert [(row["kind"], int(row["shows"])) for row in table] == [(each["label"], each["shows"]) for each in told]
    wrong = served.ask("/v1/trends.csv?by=wek")
    assert (wrong.status, wrong.json["errors"][0]["nearest"]) == (422, "week")
    assert served.ask("/v1/trends.csv?citty=seattle").status == 422
    page, free = served.ask("/seattle/trends").text, served.ask("/seattle/trends?free=yes").text
    assert "By known before" in page
    assert page != free
    assert "free=yes" in free
    assert served.ask("/seattle/trends?city=seattle").status == 422
