"""Questions to /graphql, over a socket and without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLScalarType, get_named_type
from sqlalchemy import Connection, event

from sms_api.graphql.documents import document_of
from sms_api.graphql.plans import plan_of
from sms_api.graphql.schema import schema
from sms_api.graphql.service import answered_by
from tests.api.served import NOW, Answer, Served


def ask(served: Served, query: str, **variables: Any) -> Answer:
    """One question by POST."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    return served.ask("/graphql", "POST", {"content-type": "application/json"}, body)


def data(served: Served, query: str, **variables: Any) -> Any:
    """The data of a question that is answered."""
    answer = ask(served, query, **variables)
    assert answer.status == 200, answer.text
    assert answer.json.keys() == {"data"}
    return answer.json["data"]


def errors(served: Served, query: str, **variables: Any) -> list[dict[str, Any]]:
    """The errors of a question that is refused."""
    answer = ask(served, query, **variables)
    assert answer.status == 400, answer.text
    assert answer.json.keys() == {"errors"}
    told: list[dict[str, Any]] = answer.json["errors"]
    return told


def data_on(connection: Connection, query: str, **variables: Any) -> Any:
    """The data of a question, read on a connection of the test's own."""
    body, _ = answered_by(connection, plan_of(document_of(query), None, variables), NOW, "seattle", {})
    return json.loads(body)["data"]


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def leaves(type_name: str) -> list[str]:
    """The fields of a type that are no things themselves."""
    type_ = schema().type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return [
        name
        for name, field in type_.fields.items()
        if isinstance(get_named_type(field.type), GraphQLScalarType | GraphQLEnumType)
    ]
