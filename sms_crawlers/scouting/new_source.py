"""The texts of a new source: its venue's entry in venues.toml, and its spider's module."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sms_crawlers.scouting.place import Place
from sms_crawlers.scouting.platform_detection import Candidate
from sms_database.venues import CityFacts

WIDTH = 120
NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*$")
"""Of a source: the name of its module, its recording and its venue's key."""

FACTS = ("address", "postal_code", "latitude", "longitude")
"""What an entry of venues.toml should state and a page may not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source before it is written."""

    name: str
    title: str
    homepage: str
    city: CityFacts
    place: Place
    told_by: Mapping[str, str]
    candidate: Candidate
    day: str
    """ISO day on which it was scouted."""

    @property
    def class_name(self) -> str:
        """The name of its spider's class."""
        return self.name.title().replace("_", "") + "Spider"

    @property
    def blanks(self) -> list[str]:
        """The facts of the room that nobody has told."""
        return [name for name in FACTS if getattr(self.place, name) is None]


def venue_entry(source: NewSource) -> str:
    """The entry of venues.toml. What is unknown stands in it as a comment to be filled in."""
    place, city = source.place, source.city
    values = {
        "name": place.name or source.title,
        "city": city.slug,
        "address": place.address,
        "town": place.town or city.name,
        "region": place.region or city.region or "",
        "postal_code": place.postal_code,
        "country": place.country or city.country,
        "timezone": city.timezone,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "website": source.homepage,
        "phone": place.phone,
    }
    lines = [f"[{source.name}]"]
    for name, value in values.items():
        if value is not None:
            guessed = name in ("town", "region", "country") and getattr(place, name) is None
            lines.append(
                f"{name} = {_toml(value)}" + ("  # not on the page, taken from the city: check" if guessed else "")
            )
        elif name in FACTS:
            lines.append(f"# {name} = {'0.0' if 'itude' in name else _toml('')}  # not on the page: fill in")
    return "\n".join(lines) + "\n"


def spider_module(source: NewSource) -> str:
    """The spider's module, formatted as ours are."""
    reader = source.candidate.reader
    attributes: dict[str, Any] = {
        "name": source.name,
        "title": source.title,
        "homepage": source.homepage,
        "kind": "venue",
        "city": source.city.slug,
        "venue": source.name,
        **source.candidate.settings,
        "trust": 80,
        "terms": "Public page of the venue; terms of use not read yet, robots.txt obeyed.",
    }
    body = "\n".join(f"    {name} = {literal(value, len(name) + 7)}" for name, value in attributes.items())
    imported = f"from {reader.__module__} import {reader.__name__}"
    return (
        f'"""{_in_docstring(source.title)}."""\n\nfrom __future__ import annotations\n\n{imported}\n\n\n'
        f"class {source.class_name}({reader.__name__}):\n"
        f'    """Found by `scrapy scout` on {source.day}. Say here how the source publishes, and what is odd."""\n'
        f"\n{body}\n"
    )


def literal(value: Any, column: int, indent: int = 4) -> str:
    """A value of an attribute as Python, as ruff formats it: in one line if it fits behind `column`, else one part a
    line.
    """
    if isinstance(value, str):
        return _quoted(value)
    if not isinstance(value, list | tuple | dict):
        return repr(value)
    in_line = _in_line(value)
    if column + len(in_line) <= WIDTH or not value:
        return in_line
    opening, closing = ("[", "]") if isinstance(value, list) else ("(", ")") if isinstance(value, tuple) else ("{", "}")
    inside = indent + 4
    parts = (
        [f"{_quoted(str(key))}: {literal(part, inside + len(str(key)) + 5, inside)}" for key, part in value.items()]
        if isinstance(value, dict)
        else [literal(part, inside + 1, inside) for part in value]
    )
    lines = "".join(f"{' ' * inside}{part},\n" for part in parts)
    return f"{opening}\n{lines}{' ' * indent}{closing}"


def _in_line(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(str(key))}: {_in_line(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_line, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_in_line, value)) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def _quoted(text: str) -> str:
    """A string with double quotes, unless single ones spare escapes, as ruff writes it."""
    shown = repr(text)
    if shown.startswith("'") and '"' not in text:
        return f'"{shown[1:-1]}"'
    return shown


def _in_docstring(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'").rstrip(".")


def _toml(value: str | float) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
