"""What is known of each source and city: stored before the first row of a source is read, and kept up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypedDict

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from sms_database import locks
from sms_database.models import City, Source
from sms_database.raw_store import mark_dirty
from sms_database.venues import city_facts

_FORGET_FIRST_PASS = """
UPDATE raw_evidence e SET content_hash = '' FROM raw_events r WHERE r.id = e.raw_event_id AND r.source = ANY (:slugs)
"""

_ROWS_OF_SOURCES = "SELECT id FROM raw_events WHERE source = ANY (:slugs)"


class NeededKey(TypedDict):
    """A key that a source asks for; never its value."""

    variable: str
    """The environment variable that holds it: "TICKETMASTER_API_KEY"."""
    where: str
    """Where to get one: a page, or whom to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What is stored of a source, from its spider's own attributes."""

    slug: str
    kind: str
    title: str
    homepage: str | None = None
    city: str | None = None
    venue: str | None = None
    trust: int = 50
    complete_listing: bool = False
    terms: str | None = None
    platform: str | None = None
    """What makes the source's pages or answers; None for a source that no spider states: rows of a flat file."""
    keys: tuple[NeededKey, ...] = ()
    by_name_only: str | None = None
    needs_browser: bool = False
    may_be_empty: bool = False
    gives: tuple[str, ...] | None = None
    """Fields of the contract that its rows fill; None: not known here, and what is stored stays."""
    politeness: Mapping[str, Any] = field(default_factory=dict)
    """What its terms ask for beyond the manners that hold for all, as `sms_crawlers.source_facts` writes it."""

    @property
    def traits(self) -> tuple[str, int, str | None, str | None]:
        """The facts that the carpenter reads a row by."""
        return self.kind, self.trust, self.city, self.venue


def store_source(connection: Connection, facts: SourceFacts) -> None:
    """Write one source's facts, as `store_sources` does."""
    store_sources(connection, [facts])


def store_sources(connection: Connection, facts: Collection[SourceFacts]) -> int:
    """Write the facts of sources within the caller's transaction; returns how many were new or differed.

    Where kind, trust, city or venue differ, the source's rows are read and built again; this waits for the blocks
    that are being built. Where nothing differs, nothing is written or locked.
    """
    store_cities(connection)
    stored = _stored(connection, facts)
    differing = sorted((f for f in facts if _filled(f, stored) != stored.get(f.slug)), key=lambda f: f.slug)
    if not differing:
        return 0
    statement = insert(Source).on_conflict_do_nothing().returning(Source.slug)
    new = set(connection.scalars(statement, [_row(f) for f in differing]))
    # Another transaction may have entered or changed a source since: what counts is what stands in the locked rows.
    stored = _stored(connection, [f for f in differing if f.slug not in new], lock=True)
    changed = [_filled(f, stored) for f in differing if f.slug in stored and _filled(f, stored) != stored[f.slug]]
    _read_rows_again(connection, [f.slug for f in changed if f.traits != stored[f.slug].traits])
    _overwrite(connection, changed)
    return len(new) + len(changed)


def store_cities(connection: Connection) -> None:
    """Write the scenes of cities.toml, where they differ from what is stored."""
    rows = [
        {
            "slug": c.slug,
            "name": c.name,
            "region": c.region,
            "country": c.country,
            "timezone": c.timezone,
            "latitude": c.latitude,
            "longitude": c.longitude,
            "radius_km": c.radius_km,
        }
        for c in city_facts().values()
    ]
    stored = [dict(row) for row in connection.execute(select(City.__table__)).mappings()]
    differing = [row for row in rows if row not in stored]
    if differing:
        statement = insert(City)
        updated = {column: statement.excluded[column] for column in rows[0] if column != "slug"}
        connection.execute(statement.on_conflict_do_update(index_elements=["slug"], set_=updated), differing)


def ensure_sources(connection: Connection, slugs: Iterable[str]) -> None:
    """Give each source that is not known yet (rows of a flat file) a plain entry; known ones stay as they are."""
    rows = [{"slug": slug, "kind": "feed", "title": slug} for slug in sorted(set(slugs))]
    if rows:
        connection.execute(insert(Source).on_conflict_do_nothing(), rows)


def _stored(connection: Connection, facts: Iterable[SourceFacts], *, lock: bool = False) -> dict[str, SourceFacts]:
    """What is stored of these sources; `lock` keeps others from changing it until the transaction ends."""
    names = [column.name for column in fields(SourceFacts)]
    statement = select(*(getattr(Source, name) for name in names)).where(Source.slug.in_([f.slug for f in facts]))
    if lock:
        statement = statement.order_by(Source.slug).with_for_update(key_share=True)
    rows = connection.execute(statement).mappings()
    return {
        row["slug"]: SourceFacts(**{**row, "keys": tuple(row["keys"]), "gives": tuple(row["gives"])}) for row in rows
    }


def _filled(facts: SourceFacts, stored: Mapping[str, SourceFacts]) -> SourceFacts:
    """The facts with what is stored in place of what is not known."""
    known = stored.get(facts.slug)
    return replace(facts, gives=known.gives) if known and facts.gives is None else facts


def _read_rows_again(connection: Connection, slugs: Collection[str]) -> None:
    """Have the carpenter read and build again all rows of these sources."""
    if slugs:
        # What is being built by the old traits just now has to be seen before it can be marked.
        locks.exclusive_facts_lock(connection)
        connection.execute(text(_FORGET_FIRST_PASS), {"slugs": list(slugs)})
        mark_dirty(connection, connection.scalars(text(_ROWS_OF_SOURCES), {"slugs": list(slugs)}).all())


def _overwrite(connection: Connection, facts: Collection[SourceFacts]) -> None:
    if facts:
        statement = insert(Source)
        columns = {c.name: statement.excluded[c.name] for c in fields(SourceFacts) if c.name != "slug"}
        upsert = statement.on_conflict_do_update(index_elements=["slug"], set_=columns)
        connection.execute(upsert, [_row(f) for f in facts])


def _row(facts: SourceFacts) -> dict[str, Any]:
    """The facts as columns."""
    values = {column.name: getattr(facts, column.name) for column in fields(SourceFacts)}
    return values | {"keys": list(facts.keys), "gives": list(facts.gives or ())}
