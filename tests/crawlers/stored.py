"""What crawls have left in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Row, select

from sms_database.models import CrawlRun, RawEvent


def last_run(engine: Engine) -> Row[Any]:
    """The row of the latest run."""
    with engine.connect() as connection:
        return connection.execute(select(*CrawlRun.__table__.columns).order_by(CrawlRun.id.desc()).limit(1)).one()


def count_rows(engine: Engine) -> int:
    """How many raw events there are."""
    with engine.connect() as connection:
        return len(connection.scalars(select(RawEvent.id)).all())


def unlisted(engine: Engine) -> list[str]:
    """The ids of the raw events that are marked unlisted."""
    with engine.connect() as connection:
        gone = select(RawEvent.source_event_id).where(RawEvent.unlisted_at.is_not(None))
        return sorted(connection.scalars(gone).all())
