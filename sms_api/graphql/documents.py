"""The document of a request: parsed, checked against the schema, and against how much one may ask for. Kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)

from sms_api.graphql.schema import schema

MOST_TOKENS = 1_000
MOST_FIELDS = 250
"""Fields of an operation, those of its fragments wherever they are used."""
MOST_ALIASES = 15
"""Of an operation."""
MOST_LEVELS = 15
"""Fields within fields; the introspection query of the usual tools has as many."""
MOST_ERRORS = 20
DOCUMENTS_KEPT = 256


class Refused(Exception):
    """A request that is not answered, and everything that is wrong with it."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


@lru_cache(DOCUMENTS_KEPT)
def document_of(query: str) -> DocumentNode:
    """The checked document of a query; raises Refused."""
    try:
        document = parse(query, max_tokens=MOST_TOKENS, no_location=False)
        _count(document)
        if errors := validate(schema(), document, max_errors=MOST_ERRORS):
            raise Refused(errors)
    except GraphQLError as error:
        raise Refused([error]) from None
    except RecursionError:
        raise Refused([GraphQLError(f"At most {MOST_LEVELS} levels of fields.")]) from None
    return document


@dataclass(frozen=True, slots=True)
class _Size:
    fields: int = 0
    aliases: int = 0
    levels: int = 0


def _count(document: DocumentNode) -> None:
    """Refuse what is too large, before the rules of the schema take their time for it."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    sizes: dict[str, _Size] = {}
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            size = _size(operation.selection_set, fragments, sizes)
        elif isinstance(operation, FragmentDefinitionNode):  # one that is not used is looked at by the rules, too
            size = _of_fragment(operation.name.value, fragments, sizes)
        else:
            continue
        for asked, most, what in (
            (size.levels, MOST_LEVELS, "levels of fields"),
            (size.aliases, MOST_ALIASES, "aliases"),
            (size.fields, MOST_FIELDS, "fields"),
        ):
            if asked > most:
                raise GraphQLError(f"At most {most} {what}; this has {asked if asked < 10_000 else 'far more'}.")


def _size(
    asked: SelectionSetNode | None, fragments: dict[str, FragmentDefinitionNode], sizes: dict[str, _Size]
) -> _Size:
    fields = aliases = levels = 0
    for selection in asked.selections if asked else ():
        if isinstance(selection, FragmentSpreadNode):
            inner = _of_fragment(selection.name.value, fragments, sizes)
        else:
            inner = _size(getattr(selection, "selection_set", None), fragments, sizes)
        own = isinstance(selection, FieldNode)
        fields += inner.fields + own
        aliases += inner.aliases + (isinstance(selection, FieldNode) and selection.alias is not None)
        levels = max(levels, inner.levels + own)
    return _Size(fields, aliases, levels)


def _of_fragment(name: str, fragments: dict[str, FragmentDefinitionNode], sizes: dict[str, _Size]) -> _Size:
    """Each fragment is looked at once; one that uses itself counts nothing there, and is refused by a rule."""
    if name not in sizes:
        sizes[name] = _Size()
        if name in fragments:
            sizes[name] = _size(fragments[name].selection_set, fragments, sizes)
    return sizes[name]
