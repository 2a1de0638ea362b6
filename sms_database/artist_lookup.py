"""What a service that knows artists answered: the shape of a look-up, and its way into the database.

It lives here because the crawler writes it and the carpenter reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from sqlalchemy import Connection, text

from sms_database.json_text import dumps, storable


class CandidateLink(TypedDict):
    """A page of an act elsewhere, as the service relates it."""

    kind: str
    """The service's word for what the page is: "official homepage", "streaming"."""
    url: str


class Candidate(TypedDict):
    """An act of a service's answer, transcribed; a field that the service does not give is missing."""

    id: str
    name: str
    aliases: NotRequired[list[str]]
    score: NotRequired[int]
    """0 to 100: how well the service itself thinks that the act fits what was asked."""
    country: NotRequired[str]
    """ISO 3166 code."""
    note: NotRequired[str]
    """What tells it from others of its name: "US grunge band"."""
    url: NotRequired[str]
    """The service's page of it."""
    links: NotRequired[list[CandidateLink]]


@dataclass(frozen=True, slots=True)
class AskedArtist:
    """An artist to ask a service about: by an id that is known of it, else by name."""

    name: str
    id: str | None = None


@dataclass(kw_only=True, slots=True)
class ArtistLookupItem:
    """A service's answer about one act. Whether any of the candidates is that act, the carpenter decides."""

    service: str
    """musicbrainz, spotify or setlistfm."""

    asked_by: Literal["name", "id"]

    asked: str
    """The act's name, or its id at the service."""

    fetched_at: datetime
    """UTC instant of the response."""

    candidates: list[Candidate] = field(default_factory=list)
    """In the answer's order."""


@dataclass(frozen=True, slots=True)
class LookupCounts:
    """What became of the look-ups of a batch."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


# The answer with the latest `fetched_at` stands, whatever the order in which they arrive; the hash only breaks ties.
_STORE = """
INSERT INTO artist_lookups AS t (service, asked_by, asked, fetched_at, candidates, content_hash, crawl_run_id)
VALUES (:service, :asked_by, :asked, :fetched_at, cast(:candidates AS jsonb), :content_hash, :crawl_run_id)
ON CONFLICT (service, asked_by, asked) DO UPDATE SET
    fetched_at = excluded.fetched_at, candidates = excluded.candidates, content_hash = excluded.content_hash,
    crawl_run_id = coalesce(excluded.crawl_run_id, t.crawl_run_id)
WHERE (excluded.fetched_at, excluded.content_hash) > (t.fetched_at, t.content_hash)
"""

_HELD = """
SELECT content_hash FROM artist_lookups WHERE service = :service AND asked_by = :asked_by AND asked = :asked
"""


def store_lookups(
    connection: Connection, items: Sequence[ArtistLookupItem], crawl_run_id: int | None = None
) -> LookupCounts:
    """Store answers within the caller's transaction."""
    became = {"new": 0, "changed": 0, "unchanged": 0}
    for item in sorted(items, key=lambda i: (i.service, i.asked_by, i.asked, i.fetched_at)):
        content = dumps(storable(item.candidates))
        asked = {"service": item.service, "asked_by": item.asked_by, "asked": str(storable(item.asked))}
        content_hash = hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
        held = connection.scalar(text(_HELD), asked)
        became["new" if held is None else "unchanged" if held == content_hash else "changed"] += 1
        answer = {"fetched_at": item.fetched_at, "candidates": content, "content_hash": content_hash}
        connection.execute(text(_STORE), asked | answer | {"crawl_run_id": crawl_run_id})
    return LookupCounts(**became)
