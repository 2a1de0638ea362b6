"""Reading what is known of the sources: the keys that they ask for, and who needs a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

# A source whose platform is not known was entered with rows of a flat file: no spider has stated its facts.
_STATED = "SELECT slug, keys, needs_browser FROM sources WHERE platform IS NOT NULL ORDER BY slug"


@dataclass(frozen=True, slots=True)
class KeyNeeded:
    """A key that sources ask for."""

    variable: str
    """The environment variable that holds it."""
    where: str
    """Where to get one."""
    sources: Sequence[str]
    """Who asks for it, by name."""


@dataclass(frozen=True, slots=True)
class SourceNeeds:
    """What sources need besides a network."""

    keys: Sequence[KeyNeeded]
    """By their variables."""
    browser: Sequence[str]
    """The sources whose pages only a browser can read, by name."""


def needs_of_sources(connection: Connection) -> SourceNeeds | None:
    """What the sources need whose facts are stored; None where those of no source are."""
    sources = connection.execute(text(_STATED)).all()
    if not sources:
        return None
    asking: dict[str, list[str]] = {}
    where: dict[str, str] = {}
    for source in sources:
        for key in source.keys:
            asking.setdefault(key["variable"], []).append(source.slug)
            where[key["variable"]] = key["where"]
    keys = [KeyNeeded(variable, where[variable], names) for variable, names in sorted(asking.items())]
    return SourceNeeds(keys, [source.slug for source in sources if source.needs_browser])
