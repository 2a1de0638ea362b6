"""The schema is a contract; what is told of it is true; and nothing of it is loaded before it is asked for."""

from __future__ import annotations

import subprocess
import sys
from html import unescape
from pathlib import Path

from graphql import (
    GraphQLInputObjectType,
    build_schema,
    execute_sync,
    find_breaking_changes,
    print_ast,
    validate_schema,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes as values
from hypothesis_graphql import queries

from sms_api.graphql.documents import document_of
from sms_api.graphql.schema import schema, schema_text
from sms_api.graphql.service import EXAMPLE
from sms_catalog.query_parameters import query_parameters
from sms_catalog.query_table import PARAMETERS
from tests.api.graphql.asking import ask, data
from tests.api.served import Served

SNAPSHOT = Path(__file__).with_name("schema.graphql")


def test_nothing_is_taken_away_and_what_is_new_is_on_record() -> None:
    """After an addition: python -m sms_api.graphql.schema > tests/api/graphql/schema.graphql"""
    broken = find_breaking_changes(build_schema(SNAPSHOT.read_text("utf-8")), schema())
    assert not [change.description for change in broken]
    assert schema_text() + "\n" == SNAPSHOT.read_text("utf-8")
    assert not validate_schema(schema())


def test_every_parameter_of_a_query_is_there() -> None:
    type_ = schema().type_map["EventQuery"]
    assert isinstance(type_, GraphQLInputObjectType)
    told = {name.replace("Day", "_day") for name in type_.fields}
    assert told == PARAMETERS.keys() - {"at"}
    assert all(field.description for field in type_.fields.values())


def test_each_parameter_says_what_it_says_in_an_address(served: Served) -> None:
    for name, parameter in PARAMETERS.items():
        beside = {"near": {"km": "3"}, "km": {"near": "47.6,-122.3"}}.get(name, {})
        if name != "at":
            where = {name.replace("_d", "D"): parameter.example, **beside}
            data(served, "query ($w: EventQuery) { events(where: $w) { nodes { id } } }", w=where)
    assert query_parameters


def test_the_page_shows_the_schema_and_an_example_that_is_answered(served: Served) -> None:
    page = served.ask("/graphql", headers={"accept": "text/html,application/xhtml+xml"})
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in page.headers["vary"]
    told = unescape(page.text)
    assert schema_text() in told
    assert EXAMPLE in told
    assert "<script" not in page.text
    data(served, EXAMPLE)


def test_the_server_starts_without_the_library() -> None:
    code = "import sys, sms_api.app; print(*{'graphql', 'strawberry', 'sms_api.graphql.service'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_an_answer_is_kept_and_asked_for_again_by_its_tag(served: Served) -> None:
    path = "/graphql?query=%7Bevents%28where%3A%7Bcity%3Aseattle%2Cwhen%3Aweekend%7D%29%7Bnodes%7Bid%7D%7D%7D"
    first = served.ask(path)
    assert first.status == 200
    again = served.ask(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert ask(served, "{ __typename }").headers["cache-control"] == "no-store"


_TEXT = st.text("abc", max_size=3).map(values.String)


@given(document=queries(schema(), custom_scalars=dict.fromkeys(["ParameterValue", "Date", "DateTime", "JSON"], _TEXT)))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_answer_is_what_the_library_makes_of_its_data(served: Served, document: str) -> None:
    """Executed by the library over the answer itself, any question gives the answer: the fields that were asked for, in
    their order, of the types that the schema says, nothing missing.
    """
    answer = ask(served, document)
    assert answer.status in (200, 400), answer.text
    if answer.status == 400:
        assert all(error["message"] for error in answer.json["errors"])
        return
    told = answer.json["data"]
    again = execute_sync(
        schema(),
        document_of(document),
        root_value=told,
        field_resolver=lambda source, info, **_: source[info.path.key],
        type_resolver=lambda value, *_: value.get("__typename", "City"),
    )
    assert not again.errors, print_ast(document_of(document))
    assert again.data == told
    assert _order(again.data) == _order(told)


def _order(told: object) -> object:
    if isinstance(told, dict):
        return [(key, _order(value)) for key, value in told.items()]
    return [_order(value) for value in told] if isinstance(told, list) else None
