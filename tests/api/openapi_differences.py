"""What a client of an earlier /v1 would trip over in a later one, from their OpenAPI documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]


def breaking_differences(before: Document, after: Document) -> list[str]:
    """A line for each difference that breaks a client made from `before`."""
    return [line for path, operations in before["paths"].items() for line in _of_path(path, operations, before, after)]


def _of_path(path: str, operations: Document, before: Document, after: Document) -> Iterator[str]:
    for method, old in operations.items():
        name = f"{method.upper()} {path}"
        new = after["paths"].get(path, {}).get(method)
        if new is None:
            yield f"{name} is gone"
            continue
        yield from _of_parameters(name, old, new)
        for status in old["responses"].keys() - new["responses"].keys():
            yield f"{name}: {status} is no longer told"
        answers = [
            document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
            for document in (before, after)
        ]
        yield from _of_answer(f"{name} answers", answers[0], answers[1], before, after)


def _of_parameters(name: str, old: Document, new: Document) -> Iterator[str]:
    earlier, later = ({each["name"]: each for each in operation["parameters"]} for operation in (old, new))
    for parameter, was in earlier.items():
        if parameter not in later:
            yield f"{name}: the parameter {parameter} is gone"
            continue
        schema, narrower = _items(was["schema"]), _items(later[parameter]["schema"])
        if lost := set(schema.get("enum", ())) - set(narrower.get("enum", schema.get("enum", ()))):
            yield f"{name}: {parameter} no longer takes {', '.join(sorted(lost))}"
        for limit in ("type", "pattern", "format", "minimum", "maximum", "minLength", "maxLength"):
            if narrower.get(limit, schema.get(limit)) != schema.get(limit):
                yield f"{name}: {parameter} has another {limit}: {narrower[limit]}"
    for parameter, is_now in later.items():
        if is_now.get("required") and not earlier.get(parameter, {}).get("required"):
            yield f"{name}: the parameter {parameter} is now required"


def _of_answer(where: str, old: Document, new: Document, before: Document, after: Document) -> Iterator[str]:
    old, new = _resolved(old, before), _resolved(new, after)
    if _type(old) != _type(new):
        yield f"{where}: {_type(old)} is now {_type(new)}"
    elif "anyOf" in old:
        for one, other in zip(old["anyOf"], new["anyOf"], strict=True):
            yield from _of_answer(where, one, other, before, after)
    elif "items" in old:
        yield from _of_answer(f"{where}[]", old["items"], new["items"], before, after)
    for member, schema in old.get("properties", {}).items():
        if member not in new.get("properties", {}):
            yield f"{where}.{member} is gone"
        else:
            yield from _of_answer(f"{where}.{member}", schema, new["properties"][member], before, after)
    for member in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        if member in new.get("properties", {}):
            yield f"{where}.{member} may now be left out"


def _items(schema: Document) -> Document:
    items: Document = schema.get("items", schema)
    return items


def _resolved(schema: Document, document: Document) -> Document:
    if "$ref" not in schema:
        return schema
    resolved: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return resolved


def _type(schema: Document) -> str:
    if "anyOf" in schema:
        return " or ".join("object" if "$ref" in each else _type(each) for each in schema["anyOf"])
    return f"{schema.get('type', 'anything')}{' ' + schema['format'] if 'format' in schema else ''}"
