"""The first schema: raw rows, evidence, catalog, audit, and the views that show them as a graph.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# An id that an event once had, or would have had on its own, and the event that its row is part of now.
REDIRECTS = """
CREATE VIEW redirects AS
SELECT e.row_uuid AS from_id, es.event_id AS to_id
FROM event_sources es JOIN raw_evidence e USING (raw_event_id) WHERE es.event_id <> e.row_uuid
"""

# Sightings are of the raw rows: an unchanged row that is seen again changes nothing that has to be built.
EVENT_SIGHTINGS = """
CREATE VIEW event_sightings AS
SELECT es.event_id, min(r.first_seen_at) AS first_seen, max(r.last_seen_at) AS last_seen
FROM event_sources es JOIN raw_events r ON r.id = es.raw_event_id
WHERE es.event_id IS NOT NULL GROUP BY es.event_id
"""

NODES = """
CREATE VIEW nodes AS
SELECT 'event' AS kind, id::text AS id, title AS label FROM events
UNION ALL SELECT 'venue', id::text, name FROM venues
UNION ALL SELECT 'artist', id::text, name FROM artists
UNION ALL SELECT 'carpenter_run', id::text, reason FROM carpenter_runs
UNION ALL SELECT 'record', id::text, entity || ' ' || change FROM carpenter_records
"""

EDGES = """
CREATE VIEW edges AS
SELECT 'hosts' AS kind, 'venue' AS from_kind, venue_id::text AS from_id, 'event' AS to_kind, id::text AS to_id
FROM events WHERE venue_id IS NOT NULL
UNION ALL SELECT 'performs_at', 'artist', artist_id::text, 'event', event_id::text FROM event_artists
UNION ALL SELECT 'has_record', 'carpenter_run', carpenter_run_id::text, 'record', id::text FROM carpenter_records
"""


def upgrade() -> None:
    op.create_table(
        "artists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artists")),
        sa.UniqueConstraint("name_key", name=op.f("uq_artists_name_key")),
    )
    op.create_index(op.f("ix_artists_slug"), "artists", ["slug"], unique=False)
    op.create_index("ix_artists_stale", "artists", ["id"], unique=False, postgresql_where=sa.text("is_stale"))
    op.create_table(
        "carpenter_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rules_hash", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carpenter_runs")),
    )
    op.create_table(
        "cities",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("radius_km", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_cities")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('override', 'merge', 'split', 'hide')", name=op.f("ck_decisions_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_target"), "decisions", ["target"], unique=False)
    op.create_table(
        "known_names",
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name_key", name=op.f("pk_known_names")),
    )
    op.create_table(
        "review_pairs",
        sa.Column("left_row", sa.Uuid(), nullable=False),
        sa.Column("right_row", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("explanation", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("left_row", "right_row", name=op.f("pk_review_pairs")),
    )
    op.create_index(op.f("ix_review_pairs_city_night"), "review_pairs", ["city", "night"], unique=False)
    op.create_table(
        "artist_aliases",
        sa.Column("artist_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artists.id"], name=op.f("fk_artist_aliases_artist_id_artists"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("artist_id", "alias", name=op.f("pk_artist_aliases")),
    )
    op.create_table(
        "artist_links",
        sa.Column("artist_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artists.id"], name=op.f("fk_artist_links_artist_id_artists"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("artist_id", "kind", "value", name=op.f("pk_artist_links")),
    )
    op.create_table(
        "carpenter_records",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("carpenter_run_id", sa.BigInteger(), nullable=False),
        sa.Column("raw_event_id", sa.BigInteger(), nullable=True),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("diff", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "change IN ('create', 'update', 'noop', 'skip', 'error', 'merge', 'split', 'delete')",
            name=op.f("ck_carpenter_records_change_known"),
        ),
        sa.ForeignKeyConstraint(
            ["carpenter_run_id"],
            ["carpenter_runs.id"],
            name=op.f("fk_carpenter_records_carpenter_run_id_carpenter_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carpenter_records")),
    )
    op.create_index(
        op.f("ix_carpenter_records_carpenter_run_id"), "carpenter_records", ["carpenter_run_id"], unique=False
    )
    op.create_index(op.f("ix_carpenter_records_entity_id"), "carpenter_records", ["entity_id"], unique=False)
    op.create_table(
        "sources",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("homepage", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("venue", sa.Text(), nullable=True),
        sa.Column("trust", sa.Integer(), server_default=sa.text("50"), nullable=False),
        sa.Column("complete_listing", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('venue', 'api', 'feed', 'generator')", name=op.f("ck_sources_kind_known")),
        sa.ForeignKeyConstraint(["city"], ["cities.slug"], name=op.f("fk_sources_city_cities")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_sources")),
    )
    op.create_table(
        "venues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("neighborhood", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("is_stale", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(["city"], ["cities.slug"], name=op.f("fk_venues_city_cities")),
        sa.ForeignKeyConstraint(["parent_id"], ["venues.id"], name=op.f("fk_venues_parent_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
        sa.UniqueConstraint("key", name=op.f("uq_venues_key")),
    )
    op.create_index(op.f("ix_venues_city_slug"), "venues", ["city", "slug"], unique=False)
    op.create_index("ix_venues_stale", "venues", ["id"], unique=False, postgresql_where=sa.text("is_stale"))
    op.create_table(
        "crawl_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("seen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("new", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("quarantined", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("skipped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unlisted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("requests", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("errors", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("stats", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("spider_version", sa.Text(), nullable=True),
        sa.CheckConstraint("verdict IN ('ok', 'suspect', 'failed')", name=op.f("ck_crawl_runs_verdict_known")),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_crawl_runs_source_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_runs")),
    )
    op.create_index(op.f("ix_crawl_runs_source_started_at"), "crawl_runs", ["source", "started_at"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("event_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doors_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("presenter", sa.Text(), nullable=True),
        sa.Column("tour", sa.Text(), nullable=True),
        sa.Column("price_min", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("price_max", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("is_free", sa.Boolean(), nullable=True),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("event_url", sa.Text(), nullable=True),
        sa.Column("ticket_url", sa.Text(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple'::regconfig, search_text)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('scheduled', 'cancelled', 'postponed', 'rescheduled', 'sold_out', 'unlisted')",
            name=op.f("ck_events_status_known"),
        ),
        sa.ForeignKeyConstraint(["city"], ["cities.slug"], name=op.f("fk_events_city_cities")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_events_venue_id_venues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_city_event_day"), "events", ["city", "event_day"], unique=False)
    op.create_index("ix_events_search", "events", ["search"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_events_venue_id_event_day"), "events", ["venue_id", "event_day"], unique=False)
    op.create_table(
        "venue_aliases",
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("is_fact", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("mentions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_aliases_venue_id_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("venue_id", "alias", name=op.f("pk_venue_aliases")),
    )
    op.create_table(
        "venue_mentions",
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("mention_hash", sa.Text(), nullable=False),
        sa.Column("mention", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_mentions_venue_id_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("venue_id", "mention_hash", name=op.f("pk_venue_mentions")),
    )
    op.create_table(
        "event_artists",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("artist_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("billed_as", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_event_artists_artist_id_artists")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_artists_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_event_artists")),
    )
    op.create_index(
        op.f("ix_event_artists_artist_id_event_id"), "event_artists", ["artist_id", "event_id"], unique=False
    )
    op.create_table(
        "quarantined_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("crawl_run_id", sa.BigInteger(), nullable=True),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("item", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "fingerprint",
            sa.Text(),
            sa.Computed(
                "md5(coalesce(source, '') || ' ' || coalesce(origin, '') || ' ' || reasons::text || ' ' || item::text)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["crawl_run_id"], ["crawl_runs.id"], name=op.f("fk_quarantined_items_crawl_run_id_crawl_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_items")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_quarantined_items_fingerprint")),
    )
    op.create_index(
        op.f("ix_quarantined_items_source_quarantined_at"),
        "quarantined_items",
        ["source", "quarantined_at"],
        unique=False,
    )
    op.create_table(
        "raw_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_event_id", sa.Text(), nullable=False),
        sa.Column("event_name", sa.Text(), nullable=True),
        sa.Column("venue_name", sa.Text(), nullable=True),
        sa.Column("event_day", sa.Date(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unlisted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("crawl_run_id", sa.BigInteger(), nullable=True),
        sa.Column("built_hash", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["crawl_run_id"], ["crawl_runs.id"], name=op.f("fk_raw_events_crawl_run_id_crawl_runs")
        ),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_raw_events_source_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_events")),
        sa.UniqueConstraint("source", "source_event_id", name=op.f("uq_raw_events_source_source_event_id")),
    )
    op.create_index(
        "ix_raw_events_dirty",
        "raw_events",
        ["id"],
        unique=False,
        postgresql_where=sa.text("built_hash IS DISTINCT FROM content_hash"),
    )
    op.create_index(op.f("ix_raw_events_source_event_day"), "raw_events", ["source", "event_day"], unique=False)
    op.create_table(
        "event_sources",
        sa.Column("raw_event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("explanation", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bill", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("venue_mention", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("skip_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(event_id IS NULL) <> (skip_reason IS NULL)", name=op.f("ck_event_sources_built_or_skipped")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_sources_event_id_events")),
        sa.ForeignKeyConstraint(
            ["raw_event_id"],
            ["raw_events.id"],
            name=op.f("fk_event_sources_raw_event_id_raw_events"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_event_sources_venue_id_venues")),
        sa.PrimaryKeyConstraint("raw_event_id", name=op.f("pk_event_sources")),
    )
    op.create_index(op.f("ix_event_sources_event_id"), "event_sources", ["event_id"], unique=False)
    op.create_table(
        "raw_event_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("raw_event_id", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["raw_event_id"],
            ["raw_events.id"],
            name=op.f("fk_raw_event_versions_raw_event_id_raw_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_event_versions")),
        sa.UniqueConstraint(
            "raw_event_id",
            "fetched_at",
            "content_hash",
            name=op.f("uq_raw_event_versions_raw_event_id_fetched_at_content_hash"),
        ),
    )
    op.create_table(
        "raw_evidence",
        sa.Column("raw_event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_uuid", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("attested_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("asked_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["raw_event_id"],
            ["raw_events.id"],
            name=op.f("fk_raw_evidence_raw_event_id_raw_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("raw_event_id", name=op.f("pk_raw_evidence")),
        sa.UniqueConstraint("row_uuid", name=op.f("uq_raw_evidence_row_uuid")),
    )
    op.create_index(
        "ix_raw_evidence_asked_names", "raw_evidence", ["asked_names"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("ix_raw_evidence_city_night"), "raw_evidence", ["city", "night"], unique=False)
    for view in (REDIRECTS, EVENT_SIGHTINGS, NODES, EDGES):
        op.execute(view)


def downgrade() -> None:
    for view in ("edges", "nodes", "event_sightings", "redirects"):
        op.execute(f"DROP VIEW {view}")
    op.drop_index(op.f("ix_raw_evidence_city_night"), table_name="raw_evidence")
    op.drop_index("ix_raw_evidence_asked_names", table_name="raw_evidence", postgresql_using="gin")
    op.drop_table("raw_evidence")
    op.drop_table("raw_event_versions")
    op.drop_index(op.f("ix_event_sources_event_id"), table_name="event_sources")
    op.drop_table("event_sources")
    op.drop_index(op.f("ix_raw_events_source_event_day"), table_name="raw_events")
    op.drop_index(
        "ix_raw_events_dirty",
        table_name="raw_events",
        postgresql_where=sa.text("built_hash IS DISTINCT FROM content_hash"),
    )
    op.drop_table("raw_events")
    op.drop_index(op.f("ix_quarantined_items_source_quarantined_at"), table_name="quarantined_items")
    op.drop_table("quarantined_items")
    op.drop_index(op.f("ix_event_artists_artist_id_event_id"), table_name="event_artists")
    op.drop_table("event_artists")
    op.drop_table("venue_mentions")
    op.drop_table("venue_aliases")
    op.drop_index(op.f("ix_events_venue_id_event_day"), table_name="events")
    op.drop_index("ix_events_search", table_name="events", postgresql_using="gin")
    op.drop_index(op.f("ix_events_city_event_day"), table_name="events")
    op.drop_table("events")
    op.drop_index(op.f("ix_crawl_runs_source_started_at"), table_name="crawl_runs")
    op.drop_table("crawl_runs")
    op.drop_index("ix_venues_stale", table_name="venues", postgresql_where=sa.text("is_stale"))
    op.drop_index(op.f("ix_venues_city_slug"), table_name="venues")
    op.drop_table("venues")
    op.drop_table("sources")
    op.drop_index(op.f("ix_carpenter_records_entity_id"), table_name="carpenter_records")
    op.drop_index(op.f("ix_carpenter_records_carpenter_run_id"), table_name="carpenter_records")
    op.drop_table("carpenter_records")
    op.drop_table("artist_links")
    op.drop_table("artist_aliases")
    op.drop_index(op.f("ix_review_pairs_city_night"), table_name="review_pairs")
    op.drop_table("review_pairs")
    op.drop_table("known_names")
    op.drop_index(op.f("ix_decisions_target"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("cities")
    op.drop_table("carpenter_runs")
    op.drop_index("ix_artists_stale", table_name="artists", postgresql_where=sa.text("is_stale"))
    op.drop_index(op.f("ix_artists_slug"), table_name="artists")
    op.drop_table("artists")
