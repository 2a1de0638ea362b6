"""The schema's history, run by the program itself: what `alembic upgrade head` does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, NullPool, create_engine, text

from sms_database.errors import DatabaseProblem, SchemaAhead, SchemaBehind
from sms_database.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

ALEMBIC_DIRECTORY = Path(__file__).resolve().parent.parent / "alembic"


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; None where no migration ever ran."""
    with engine.connect() as connection:
        if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def head_revision() -> str:
    """The revision that this program needs."""
    return _known_revisions()[0]


def check_schema(engine: Engine) -> None:
    """Raise SchemaBehind or SchemaAhead, with what to do, unless the schema is this program's."""
    current = current_revision(engine)
    if current == REVISION:
        return
    where = f"{engine.url.host}:{engine.url.port or 5432}/{engine.url.database}"
    if current is None or current in _known_revisions():
        has = f"is at revision {current}" if current else "has no schema yet"
        raise SchemaBehind(f"the database {where} {has}, this program needs {REVISION}: run `alembic upgrade head`")
    raise SchemaAhead(
        f"the database {where} is at revision {current}, which this program ({REVISION}) does not know: "
        "update the program"
    )


def upgrade(database: Engine | str, revision: str = "head") -> None:
    """Migrate the database of an engine or URL; any number of processes may do it at once, since
    `alembic/env.py` takes an advisory lock. Raises DatabaseProblem where the migrations are not installed."""
    engine = create_engine(database, poolclass=NullPool) if isinstance(database, str) else database
    if not ALEMBIC_DIRECTORY.is_dir():
        raise DatabaseProblem(
            f"the migrations are not installed here: run `alembic upgrade head` in a checkout, "
            f"with DATABASE_URL naming {engine.url.host}:{engine.url.port or 5432}/{engine.url.database}"
        )
    from alembic import command  # half a second, which only a migration is worth

    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _known_revisions() -> list[str]:
    """Newest first."""
    if not ALEMBIC_DIRECTORY.is_dir():
        return [REVISION]
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ALEMBIC_DIRECTORY).replace("%", "%%"))
    return config
