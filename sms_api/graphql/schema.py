"""The schema: schema.graphql, and the parameters of a query as one input type, made from their table.

python -m sms_api.graphql.schema prints it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    IntValueNode,
    StringValueNode,
    ValueNode,
    build_schema,
    print_schema,
)

from sms_api.graphql.names import camel_case, snake_case
from sms_catalog.query import Query
from sms_catalog.query_parameters import parse_query
from sms_catalog.query_table import PARAMETERS, Parameter
from sms_catalog.query_values import number_text

QUERY_PARAMETERS: Mapping[str, Parameter] = {
    camel_case(name): parameter for name, parameter in PARAMETERS.items() if name != "at"
}
"""By their names in EventQuery. The graph is of what is: it has no `at`."""

CONNECTED = ("Event", "Venue", "Artist", "City", "Source", "Run", "Record", "Change")
"""The types that lists are of."""

_CONNECTION = '''
"""A page of a list."""
type {0}Connection {{
  edges: [{0}Edge!]!
  nodes: [{0}!]!
  pageInfo: PageInfo!
}}

"""An item of a list, and the cursor behind it."""
type {0}Edge {{
  cursor: String!
  node: {0}!
}}
'''


@cache
def schema() -> GraphQLSchema:
    """The schema that requests are checked against."""
    types = files("sms_api.graphql").joinpath("schema.graphql").read_text("utf-8")
    made = build_schema("\n".join([types, *map(_CONNECTION.format, CONNECTED), _event_query()]))
    value = made.type_map["ParameterValue"]
    assert isinstance(value, GraphQLScalarType)
    # A schema that is built from text has no other place for how a scalar is read.
    vars(value).update(
        parse_value=_text_of_value,
        coerce_input_value=_text_of_value,
        parse_literal=_text_of_literal,
        coerce_input_literal=_text_of_literal,
    )
    return made


@cache
def schema_text() -> str:
    """The schema as it is told to people."""
    return print_schema(schema())


def query_of(where: Mapping[str, Any] | None) -> Query:
    """The query that an EventQuery asks for; raises InvalidQuery, which names parameters as in an address."""
    return parse_query(
        [(snake_case(name), text) for name, given in (where or {}).items() for text in _texts(given)],
    )


def _texts(given: str | list[str] | None) -> list[str]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _event_query() -> str:
    fields = "\n".join(_input_fields())
    return f'"""Which events: the parameters of an address."""\ninput EventQuery {{\n{fields}\n}}\n'


def _input_fields() -> Iterator[str]:
    for name, parameter in QUERY_PARAMETERS.items():
        kind = "[ParameterValue!]" if parameter.is_list else "ParameterValue"
        yield f'  """{parameter.sentence} Form: {parameter.form}."""\n  {name}: {kind}'


def _text_of_value(given: Any) -> str:
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, int):
        return str(given)
    if isinstance(given, float) and math.isfinite(given):
        return number_text(given)
    if isinstance(given, str):
        return given
    raise GraphQLError("ParameterValue takes a text, a number or a boolean.")


def _text_of_literal(node: ValueNode, _: Any = None) -> str:
    match node:
        case BooleanValueNode(value=answer):
            return "yes" if answer else "no"
        case IntValueNode(value=text) | FloatValueNode(value=text) | StringValueNode(value=text):
            return text
        case EnumValueNode(value=text):
            return text
    raise GraphQLError("ParameterValue takes a text, a number or a boolean.", node)


if __name__ == "__main__":
    sys.stdout.write(schema_text() + "\n")
