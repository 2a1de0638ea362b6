"""From a checked document and its variables to a plan: what is asked of which things, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    VariableValues,
    get_argument_values,
    get_directive_values,
    get_variable_values,
)

from sms_api.graphql.documents import MOST_ERRORS, Refused
from sms_api.graphql.fields import BRANCHES, MOST_ITEMS, leaf_of
from sms_api.graphql.schema import QUERY_PARAMETERS, query_of, schema
from sms_api.graphql.selections import Selection
from sms_catalog.query import Query
from sms_catalog.query_problems import InvalidQuery

MOST_COST = 10_000
"""Things that an answer may hold: each list counted with all the items that are asked for."""

INTROSPECTION = ("__schema", "__type")


@dataclass(slots=True)
class Plan:
    """What one operation asks for."""

    selection: Selection
    introspection: Sequence[FieldNode]
    """The fields of the operation that ask about the schema."""
    operation: OperationDefinitionNode
    queries: Sequence[Query]
    """Of its lists of events and changes."""
    nested_lists: bool
    """Has it such lists of other things?"""
    types: frozenset[str]
    """Of the things that it tells of."""
    cost: int


def plan_of(document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]) -> Plan:
    """The plan of an operation; raises Refused."""
    operation = _operation(document, operation_name)
    values = get_variable_values(
        schema(), operation.variable_definitions or (), dict(variables), max_errors=MOST_ERRORS
    )
    if isinstance(values, list):
        raise Refused(values)
    planner = _Planner(document, values)
    introspection = planner.introspection(operation)
    try:
        selection = planner.selection("Query", [operation], 1)
    except GraphQLError as error:
        raise Refused([error]) from None
    types = frozenset(planner.types) - {"Query"}
    return Plan(selection, introspection, operation, planner.queries, planner.nested_lists, types, planner.cost)


class _Planner:
    def __init__(self, document: DocumentNode, variables: VariableValues) -> None:
        self._variables = variables
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self.cost = 0
        self.types: set[str] = set()
        self.queries: list[Query] = []
        self.nested_lists = False

    def selection(self, type_name: str, owners: Sequence[Any], count: int) -> Selection:
        """What the selection sets of these fields ask of at most `count` things of a type."""
        type_ = schema().type_map[type_name]
        assert isinstance(type_, GraphQLObjectType)
        if not type_name.endswith(("Connection", "Edge", "PageInfo")):
            self.cost += count
            self.types.add(type_name)
            if self.cost > MOST_COST:
                raise GraphQLError(
                    f"At most {MOST_COST:,} things in an answer; this asks for more: take smaller pages.",
                    owners,
                )
        selection = Selection()
        for key, nodes in self._collected(type_, owners).items():
            name = nodes[0].name.value
            if name == "__typename":
                selection.leaves[key] = lambda _: type_name
            elif name in INTROSPECTION:
                selection.leaves[key] = lambda _: None
            elif (rule := BRANCHES.get(f"{type_name}.{name}")) is not None:
                selection.leaves[key] = lambda _: None
                asked = AskedField(self, type_name, type_.fields[name], nodes, count)
                selection.branches[key], members = rule(asked)
                selection.members.update(members)
            else:
                selection.leaves[key], members = leaf_of(type_name, name)
                selection.members.update(members)
        return selection

    def introspection(self, operation: OperationDefinitionNode) -> list[FieldNode]:
        """The fields of an operation that ask about the schema."""
        query = schema().query_type
        assert query is not None
        fields = self._collected(query, [operation]).values()
        return [node for nodes in fields for node in nodes if node.name.value in INTROSPECTION]

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """The arguments of a field; raises GraphQLError."""
        return get_argument_values(definition, node, self._variables)

    def _collected(self, type_: GraphQLObjectType, owners: Sequence[Any]) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for owner in owners:
            for node in self._fields(type_, owner.selection_set.selections, visited):
                found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return found

    def _fields(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionNode], visited: set[str]
    ) -> Iterator[FieldNode]:
        """The fields that hold for a type, fragments opened; each fragment once."""
        for selection in selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                if self._concerns(selection, type_):
                    yield from self._fields(type_, selection.selection_set.selections, visited)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in visited:
                visited.add(selection.name.value)
                fragment = self._fragments[selection.name.value]
                if self._concerns(fragment, type_):
                    yield from self._fields(type_, fragment.selection_set.selections, visited)

    def _is_included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))

    def _concerns(self, fragment: InlineFragmentNode | FragmentDefinitionNode, type_: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        condition = schema().type_map[fragment.type_condition.name.value]
        if condition is type_:
            return True
        return isinstance(condition, GraphQLAbstractType) and schema().is_sub_type(condition, type_)


@dataclass(slots=True)
class AskedField:
    """A field as an operation asks for it: its arguments, and what is asked of its value."""

    planner: _Planner
    type_name: str
    """Of the things that have it."""
    definition: GraphQLField
    nodes: Sequence[FieldNode]
    count: int
    """Things that have it, at most."""
    arguments: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Read the arguments; raises GraphQLError."""
        self.arguments = self.planner.arguments(self.definition, self.nodes[0])

    def selection(self, type_name: str, times: int = 1) -> Selection:
        """What is asked of its values, of which each thing has so many at most."""
        return self.planner.selection(type_name, self.nodes, self.count * times)

    @property
    def first(self) -> int:
        """Items of a page."""
        first: int = self.arguments["first"]
        if not 1 <= first <= MOST_ITEMS:
            raise self.wrong("first", f"{first} is no number from 1 to {MOST_ITEMS}")
        return first

    @property
    def query(self) -> Query:
        """The query of `where`."""
        try:
            query = query_of(self.arguments.get("where"))
        except InvalidQuery as problem:
            names = {parameter.name: name for name, parameter in QUERY_PARAMETERS.items()}
            raise Refused(
                [
                    self.wrong(names.get(each.parameter, each.parameter), each.message, each.nearest)
                    for each in problem.problems
                ]
            ) from None
        self.planner.queries.append(query)
        self.planner.nested_lists |= self.type_name != "Query"
        return query

    def wrong(self, parameter: str, message: str, nearest: str | None = None) -> GraphQLError:
        """An error that names an argument, or a parameter of `where`."""
        told = f"{parameter}: {message}" + (f" (perhaps {nearest})" if nearest else "")
        return GraphQLError(told, self.nodes, extensions={"parameter": parameter, "nearest": nearest})


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is None and len(operations) == 1:
        return operations[0]
    for operation in operations:
        if operation.name is not None and operation.name.value == name:
            return operation
    names = ", ".join(each.name.value for each in operations if each.name)
    raise Refused([GraphQLError(f"operationName says which of these is to be answered: {names}.")])
