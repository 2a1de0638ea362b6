"""Whatever asks for too much is refused with one line, before anything is read and without much work."""

from __future__ import annotations

import json
import time

import pytest
from graphql import get_introspection_query

from sms_api.app import create_app
from sms_api.settings import ApiSettings
from tests.api.graphql.asking import ask, data, errors
from tests.api.served import NOW, Served, serving

DEEP = "{ venues { nodes " + "{ events { nodes { venue " * 9 + "{ id }" + " } } }" * 9 + " } }"

ALIASES = "{ " + " ".join(f"a{number}: __typename" for number in range(200)) + " }"

SAME_FIELD = "{ cities { nodes { " + "name " * 900 + "} } }"

_TWICE = "fragment f{0} on Query {{ a{0}: node(id: 1) {{ ...g }} ...f{1} ... on Query {{ ...f{1} }} }}"

BOMB = " ".join(
    ["{ ...f0 }", *(_TWICE.format(number, number + 1) for number in range(30)), "fragment f30 on Query { __typename }"]
)

CYCLE = "{ ...a } fragment a on Query { ...b } fragment b on Query { __typename ...a }"

DEEP_SCHEMA = "{ __schema { types " + "{ fields { type " * 12 + "{ name }" + " } }" * 12 + " } }"

LISTS_IN_LISTS = """
{ venues(first: 200) { nodes { events(first: 200) { nodes { artists { artist { events { nodes { id } } } } } } } } }
"""

NESTED_VALUES = "{ events(where: {kind: " + "[" * 400 + "]" * 400 + "}) { nodes { id } } }"


@pytest.mark.trust(28)
@pytest.mark.parametrize(
    ("query", "told"),
    [
        (DEEP, "At most 15 levels of fields"),
        ("{" * 30 + "a" + "}" * 30, "Syntax Error"),
        ("{a" * 400 + "}" * 400, "nested too deeply"),
        (ALIASES, "At most 15 aliases"),
        (SAME_FIELD, "At most 250 fields"),
        (BOMB, "At most 15 aliases; this has far more"),
        (CYCLE, "Cannot spread fragment"),
        (DEEP_SCHEMA, "At most 15 levels of fields"),
        ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "introspection depth"),
        (LISTS_IN_LISTS, "At most 10,000 things in an answer"),
        (NESTED_VALUES, ""),
        ("{ events(first: 201) { nodes { id } } }", "first: 201 is no number from 1 to 200"),
        ("{ events(first: 0) { nodes { id } } }", "first: 0 is no number from 1 to 200"),
        ("{ events(first: 99999999999) { nodes { id } } }", "Int cannot represent"),
        ("{ nodes(ids: [" + '"a",' * 201 + "]) { id } }", "ids: are 201; 200 are the most"),
        ("query { " + "__typename " * 1_000 + "}", "tokens"),
        ("mutation { remove }", "mutation operation is not supported"),
        ("subscription { changes }", "subscription operation is not supported"),
        ("type Event { id: ID }", "not executable"),
        ("", "Syntax Error"),
        ("query A { __typename } query B { __typename }", "operationName says which"),
        ("{ events(where: {kinds: show}) { nodes { id } } }", "Did you mean"),
        ("{ events(where: {kind: shw}) { nodes { id } } }", "kind: 'shw' is no kind of event (perhaps show)"),
        ("{ events(where: {firstDay: nov}) { nodes { id } } }", "firstDay: 'nov' is no day"),
        ('{ events(where: {near: "1,2"}) { nodes { id } } }', "near: needs km beside it"),
        ('{ events(after: "abc") { nodes { id } } }', "after: is no cursor of this list"),
        ('{ venues(after: "abc") { nodes { id } } }', "after: is no cursor of this list"),
        ('{ changes(after: "abc") { nodes { id } } }', "after: is no cursor of this list"),
    ],
)
def test_what_is_too_much_or_wrong_is_refused_in_words(served: Served, query: str, told: str) -> None:
    begin = time.process_time()
    (error, *_) = errors(served, query)
    assert told in error["message"]
    assert time.process_time() - begin < 1.0
    for secret in ("SELECT", "psycopg", "sqlalchemy", "Traceback", ".py"):
        assert secret not in error["message"]


def test_a_wrong_parameter_is_named_with_what_was_perhaps_meant(served: Served) -> None:
    told = errors(
        served, "query ($where: EventQuery) { events(where: $where) { nodes { id } } }", where={"kind": "shw"}
    )
    assert told[0]["extensions"] == {"parameter": "kind", "nearest": "show"}
    assert told[0]["locations"] == [{"line": 1, "column": 30}]


def test_all_that_is_allowed_is_answered(served: Served) -> None:
    """The introspection query of the usual tools; the largest page; the dearest lists in a list."""
    assert len(data(served, get_introspection_query(input_value_deprecation=True))["__schema"]["types"]) > 30
    data(
        served, "{ events(first: 200) { nodes { venue { name } artists { artist { name } } sources { sourceUrl } } } }"
    )
    data(served, "{ venues(first: 90) { nodes { events(first: 100) { nodes { id } } } } }")
    fields = data(served, '{ a: __type(name: "Event") { fields { name } } b: __type(name: "Venue") { name } }')
    assert fields["b"] == {"name": "Venue"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'[{"query": "{ __typename }"}, {"query": "{ __typename }"}]', 400),
        (b'{"query": 1}', 400),
        (b'{"query": "{ __typename }", "variables": []}', 400),
        (b'{"query": "{ __typename }", "variables": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400),
        (b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}}", 400),
        (b'{"query": "\xff"}', 400),
        (b'{"query": "{ __typename }", "extensions": {"persistedQuery": {}}}', 200),
        (b'{"query": "{ __typename }", "variables": null}', 200),
        (b'{"query": "' + b" " * 70_000 + b'"}', 413),
    ],
)
def test_a_body_that_is_no_request_is_refused(served: Served, body: bytes, status: int) -> None:
    assert served.ask("/graphql", "POST", {"content-type": "application/json"}, body).status == status


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_no_form_of_another_site_can_ask(served: Served, media_type: str) -> None:
    body = json.dumps({"query": "{ __typename }"}).encode()
    answer = served.ask("/graphql", "POST", {"content-type": media_type}, body)
    assert answer.status == 415
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_address_is_read_strictly(served: Served) -> None:
    assert served.ask("/graphql?query=%7B__typename%7D&variables=").json == {"data": {"__typename": "Query"}}
    for wrong in ("", "?query=%7B__typename%7D&query=x", "?query=%7B__typename%7D&a=1", "?query=x&variables=%7B"):
        assert served.ask(f"/graphql{wrong}").status == 400
    assert served.ask("/graphql", "PUT").status == 405


def test_a_server_may_keep_its_schema_to_itself(catalog_url: str) -> None:
    settings = ApiSettings(searches_per_minute=0, graphql_introspection=False)
    with serving(create_app(catalog_url, settings, lambda: NOW)) as server:
        assert "does not tell its schema" in errors(server, "{ __schema { types { name } } }")[0]["message"]
        assert data(server, "{ __typename }") == {"__typename": "Query"}


def test_questions_are_counted_as_searches(catalog_url: str) -> None:
    with serving(create_app(catalog_url, ApiSettings(searches_per_minute=2), lambda: NOW)) as server:
        assert [ask(server, "{ __typename }").status for _ in range(3)] == [200, 200, 429]
