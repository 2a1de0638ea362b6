"""The search index of a catalog, in a directory of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sms_api.search.files import SearchFiles
from sms_api.search.find import Found, find
from sms_api.search.follow import Followed, follow
from sms_api.search.place import IndexPlace, index_place
from sms_catalog.query import Query
from sms_catalog.search_documents import database_identity

TONIGHT = date(2026, 11, 20)


@dataclass(frozen=True)
class Searched:
    """A catalog with its index."""

    engine: Engine
    home: Path
    files: SearchFiles

    @property
    def place(self) -> IndexPlace:
        """Where the index lies."""
        with self.engine.connect() as connection:
            return index_place(self.home, database_identity(connection))

    def follow(self, tonight: date = TONIGHT, anew: str | None = None) -> Followed:
        """Bring the index up to date."""
        followed = follow(self.engine, self.place, tonight, anew=anew)
        assert followed is not None
        return followed

    def find(self, query: Query, *, limit: int = 100, cursor: str | None = None) -> Found:
        """What is found in one page."""
        with self.engine.connect() as connection:
            return find(connection, self.files, query, limit=limit, cursor=cursor)

    def titles(self, words: str) -> list[str]:
        """Of the events that the index finds, in order."""
        found = self.find(Query(words=words))
        assert found.is_indexed
        return [event.title for event in found.events]


@pytest.fixture
def searching(tmp_path: Path) -> Iterator[Callable[[Engine], Searched]]:
    """Makes an index of a catalog, which is empty until it follows."""
    opened: list[SearchFiles] = []

    def make(engine: Engine) -> Searched:
        opened.append(SearchFiles(tmp_path))
        return Searched(engine, tmp_path, opened[-1])

    yield make
    for files in opened:
        files.close()
