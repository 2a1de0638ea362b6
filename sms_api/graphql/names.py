"""Names of GraphQL, in camel case, and those of the catalog. Pure."""

from __future__ import annotations

import re


def camel_case(name: str) -> str:
    """ "first_day" → "firstDay"."""
    return re.sub("_([a-z])", lambda letter: letter[1].upper(), name)


def snake_case(name: str) -> str:
    """ "firstDay" → "first_day"."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
