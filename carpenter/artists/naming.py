"""How an artist is called in the catalog. Pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from carpenter.parsing.spellings import commonest_spelling
from sms_text.text import slugify


class ArtistName(NamedTuple):
    """What an artist is shown as."""

    name: str
    slug: str


def name_artists(spellings: Mapping[uuid.UUID, Iterable[tuple[str, int]]]) -> dict[uuid.UUID, ArtistName]:
    """The name of each artist by the spellings of its rows: (spelling, number of rows)."""
    names = {artist: commonest_spelling(found) for artist, found in spellings.items()}
    return {artist: ArtistName(name, slugify(name)) for artist, name in names.items()}
