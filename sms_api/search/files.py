"""The search index that is in use, open in every thread that reads it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from pathlib import Path

from sqlalchemy import Connection

from sms_api.search.index import SCHEMA
from sms_api.search.place import IndexPlace, has_full_text, index_place
from sms_api.search.reader import IndexReader
from sms_catalog.search_documents import database_identity

logger = logging.getLogger("sms_api.search")


class SearchFiles:
    """The index of one database, in whichever file is the newest."""

    def __init__(self, home: Path) -> None:
        """`home` is SMS_HOME."""
        self._home = home
        self._place: IndexPlace | None = None
        self._of_thread = threading.local()
        self._open: set[IndexReader] = set()

    def reader(self, connection: Connection) -> IndexReader | None:
        """A reader for this thread, which is on the database of the connection; None while there is no index."""
        if self._place is None:
            self._place = index_place(self._home, database_identity(connection))
        path = self._place.current
        held: IndexReader | None = getattr(self._of_thread, "reader", None)
        if held is not None and held.path == path:
            return held
        if held is not None:
            self.drop(held)
        if path is None or not has_full_text():
            return None
        try:
            reader = IndexReader(path)
        except sqlite3.DatabaseError:  # it was replaced just now, or is damaged: the next search looks again
            logger.exception("the search index cannot be opened")
            return None
        if reader.schema != SCHEMA:
            reader.close()
            return None
        self._of_thread.reader = reader
        self._open.add(reader)
        return reader

    def drop(self, reader: IndexReader) -> None:
        """Close a reader of this thread; the next search opens the file anew."""
        self._of_thread.reader = None
        self._open.discard(reader)
        reader.close()

    def close(self) -> None:
        """Close all readers, when no thread reads any more."""
        for reader in self._open:
            reader.close()
        self._open.clear()
