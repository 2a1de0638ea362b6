"""What services said of artists, brought into the catalog: their links and aliases, and the doubts."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from carpenter.artists.matching import SERVICES, Answers, ArtistFacts, ArtistPair, learn
from carpenter.model import evidence_json
from carpenter.store.bulk import stage, upsert
from sms_database.artist_lookup import Candidate
from sms_text.text import fold_key

BATCH = 5_000
"""Look-ups read in one transaction."""

_DIRTY = """
SELECT service, asked_by, asked, content_hash FROM artist_lookups WHERE built_hash IS DISTINCT FROM content_hash
ORDER BY service, asked_by, asked LIMIT :batch FOR UPDATE
"""

_READ_COLUMNS = ("service", "asked_by", "asked", "name_key", "built_hash")

# An answer about a name concerns the artist of that name; one about an id, the artists that are linked to it.
_CONCERNED = """
UPDATE artists a SET is_stale = true FROM {staged} s
WHERE NOT a.is_stale AND (a.name_key = s.name_key OR s.asked_by = 'id' AND EXISTS (
    SELECT FROM artist_links l WHERE l.artist_id = a.id AND l.kind = s.service AND l.value = s.asked))
"""

_FACTS = """
SELECT a.id, a.name_key,
    ARRAY(SELECT ARRAY[l.kind, l.value] FROM artist_links l WHERE l.artist_id = a.id AND l.mentions > 0) AS links,
    ARRAY(SELECT DISTINCT c.country FROM event_artists x JOIN events e ON e.id = x.event_id
          JOIN cities c ON c.slug = e.city WHERE x.artist_id = a.id AND c.country IS NOT NULL) AS countries
FROM artists a WHERE a.id = ANY(cast(:ids AS uuid[]))
"""

_DECIDED = """
SELECT target, field, value FROM decisions
WHERE deleted_at IS NULL AND kind = 'artist_link' AND target = ANY(cast(:ids AS uuid[])) ORDER BY id
"""

_BY_NAME = """
SELECT service, name_key, candidates FROM artist_lookups
WHERE asked_by = 'name' AND service = ANY(:services) AND name_key = ANY(:keys) ORDER BY service, asked COLLATE "C"
"""

_BY_ID = """
SELECT service, asked, candidates FROM artist_lookups
WHERE asked_by = 'id' AND service = ANY(:services) AND asked = ANY(:ids)
"""

_GIVEN = {"artist_aliases": ("artist_id", "alias"), "artist_links": ("artist_id", "kind", "value")}
"""Tables that hold what services give, with their keys."""

_Key = tuple[Any, ...]


def read_lookups(connection: Connection) -> bool:
    """Fold the names that services were asked about, and mark stale the artists that their answers concern.

    Returns whether there may be more.
    """
    dirty = connection.execute(text(_DIRTY), {"batch": BATCH}).all()
    rows = []
    for row in dirty:
        name_key = fold_key(row.asked) if row.asked_by == "name" else None
        rows.append((row.service, row.asked_by, row.asked, name_key, row.content_hash))
    if rows:
        staged = stage(connection, "artist_lookups", _READ_COLUMNS, rows)
        connection.execute(
            text(
                f"UPDATE artist_lookups t SET name_key = s.name_key, built_hash = s.built_hash FROM {staged} s"
                " WHERE (t.service, t.asked_by, t.asked) = (s.service, s.asked_by, s.asked)"
            )
        )
        connection.execute(text(_CONCERNED.format(staged=staged)))
    return len(rows) == BATCH


def learn_of_artists(connection: Connection, ids: Sequence[str]) -> None:
    """Give these artists the links and aliases that look-ups give them now, and no others; list the doubtful ones."""
    facts = _facts(connection, ids)
    answers = _answers(connection, facts)
    learned = {a.id: learn(a, answers.get(a.id, {})) for a in facts if a.id in answers or a.decided}
    aliases = {(i, alias): services for i, known in learned.items() for alias, services in known.aliases.items()}
    links = {(i, *link): services for i, known in learned.items() for link, services in known.links.items()}
    _write_given(connection, "artist_aliases", ids, aliases)
    _write_given(connection, "artist_links", ids, links)
    _write_pairs(connection, ids, (pair for known in learned.values() for pair in known.review))


def _facts(connection: Connection, ids: Sequence[str]) -> list[ArtistFacts]:
    decided: dict[uuid.UUID, dict[str, str | None]] = defaultdict(dict)
    for row in connection.execute(text(_DECIDED), {"ids": list(ids)}):
        decided[row.target][row.field] = row.value
    return [
        ArtistFacts(
            id=row.id,
            key=row.name_key,
            links=frozenset(map(tuple, row.links)),
            countries=frozenset(row.countries),
            decided=decided.get(row.id, {}),
        )
        for row in connection.execute(text(_FACTS), {"ids": list(ids)})
    ]


def _answers(connection: Connection, artists: Sequence[ArtistFacts]) -> dict[uuid.UUID, dict[str, Answers]]:
    """What was said of each artist that anything was said of, by service."""
    services = {"services": list(SERVICES)}
    named: dict[tuple[str, str], dict[str, Candidate]] = defaultdict(dict)
    keys = [artist.key for artist in artists]
    for row in connection.execute(text(_BY_NAME), services | {"keys": keys}):
        named[row.name_key, row.service] |= {candidate["id"]: candidate for candidate in row.candidates}
    wanted = {
        (artist.id, service): named[artist.key, service].keys() | _given_ids(artist, service)
        for artist in artists
        for service in SERVICES
    }
    known: dict[tuple[str, str], Candidate] = {}
    for row in connection.execute(text(_BY_ID), services | {"ids": sorted(set().union(*wanted.values()))}):
        if row.candidates:
            known[row.service, row.asked] = row.candidates[0]
    answers: dict[uuid.UUID, dict[str, Answers]] = defaultdict(dict)
    for artist in artists:
        for service in SERVICES:
            by_id = {i: known[service, i] for i in wanted[artist.id, service] if (service, i) in known}
            by_name = tuple(named[artist.key, service].values())
            if by_id or by_name:
                answers[artist.id][service] = Answers(by_name, by_id)
    return answers


def _given_ids(artist: ArtistFacts, service: str) -> set[str]:
    given = {value for kind, value in artist.links if kind == service}
    chosen = artist.decided.get(service)
    return given if chosen is None else given | {chosen}


def _write_given(connection: Connection, table: str, ids: Sequence[str], given: Mapping[_Key, set[str]]) -> None:
    """Bring what services give of these artists to `given`: (artist, what) to the services."""
    keys = _GIVEN[table]
    columns = [*keys, "services"]
    staged = stage(
        connection, table, columns, ([*key, f"{{{','.join(sorted(services))}}}"] for key, services in given.items())
    )
    of_these = "t.artist_id = ANY(cast(:ids AS uuid[]))"
    same = " AND ".join(f"s.{key} = t.{key}" for key in keys)
    dropped = f"{of_these} AND t.services <> '{{}}' AND NOT EXISTS (SELECT FROM {staged} s WHERE {same})"
    names, key_names = ", ".join(columns), ", ".join(keys)
    connection.execute(text(f"DELETE FROM {table} t WHERE {dropped} AND t.mentions = 0"), {"ids": list(ids)})
    connection.execute(text(f"UPDATE {table} t SET services = '{{}}' WHERE {dropped}"), {"ids": list(ids)})
    connection.execute(
        text(
            f"INSERT INTO {table} AS t ({names}) SELECT {names} FROM {staged} ORDER BY {key_names}"
            f" ON CONFLICT ({key_names}) DO UPDATE SET services = excluded.services"
            " WHERE t.services <> excluded.services"
        )
    )


def _write_pairs(connection: Connection, ids: Sequence[str], pairs: Iterable[ArtistPair]) -> None:
    connection.execute(
        text("DELETE FROM review_pairs WHERE kind = 'artist' AND left_row = ANY(cast(:ids AS uuid[]))"),
        {"ids": list(ids)},
    )
    columns = ["left_row", "right_row", "kind", "candidate", "score", "explanation"]
    rows = ([p.artist, p.candidate_uuid, "artist", _shown(p), p.score, _evidence(p)] for p in pairs)
    upsert(connection, "review_pairs", ["left_row", "right_row"], columns, rows)


def _shown(pair: ArtistPair) -> dict[str, str | None]:
    """What a person needs to know of a candidate."""
    candidate = pair.candidate
    return {
        "service": pair.service,
        "id": candidate["id"],
        "name": candidate["name"],
        "url": candidate.get("url"),
        "note": candidate.get("note"),
        "country": candidate.get("country"),
    }


def _evidence(pair: ArtistPair) -> list[dict[str, Any]]:
    return [evidence_json(evidence) for evidence in pair.evidence]
