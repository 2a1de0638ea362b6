"""JSON as the database takes it."""

from __future__ import annotations

from typing import Any

import orjson


def dumps(value: Any) -> str:
    """JSON text of a value. Raises TypeError for what JSON cannot hold, and for nesting deeper than 250."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def storable(value: Any) -> Any:
    """The value in a form that `jsonb` holds: no NUL, no lone surrogate; what is no JSON at all is described."""
    try:
        cleaned = clean_strings(value)
        dumps(cleaned)
    except (TypeError, RecursionError) as problem:
        return {"not_json": f"{type(value).__name__}: {problem}"}
    return cleaned


def clean_strings(value: Any) -> Any:
    """The value with every string free of NUL and of lone surrogates, which PostgreSQL cannot hold.

    Raises RecursionError for nesting beyond the interpreter's limit.
    """
    if isinstance(value, str):
        if "\x00" in value:
            value = value.replace("\x00", "")
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {clean_strings(str(k)): clean_strings(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean_strings(v) for v in value]
    return value
