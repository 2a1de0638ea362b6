"""Keys of sources: named by spiders, taken from the environment, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sms_crawlers.errors import MissingKey
from sms_database.settings import environment_value

NOT_NEEDED = "no-key-in-a-replay"
"""Stands for a key where nothing is asked of a server."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that a source asks for."""

    variable: str
    """Its environment variable: "TICKETMASTER_API_KEY"."""
    where: str
    """Where to get one: a page, or whom to ask."""


def read_keys(keys: Iterable[ApiKey], *, offline: bool) -> Mapping[str, str]:
    """The value of each key by its variable, from the environment or .env. Raises MissingKey for the first not set.

    `offline`: nothing will be asked of a server, so none has to be set, and none is read.
    """
    values = {}
    for key in keys:
        value = NOT_NEEDED if offline else environment_value(key.variable)
        if value is None:
            raise MissingKey(key.variable, key.where)
        values[key.variable] = value
    return values
