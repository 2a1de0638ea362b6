"""Where the search index of a database lies, which of its files is the one in use, and who may write it."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = re.compile(r"index-(\d+)\.sqlite")


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """A directory with the index of one database.

    An index is built in a file of a new number beside the one in use; the link `current` is then set to it in one step.
    A name is never used again, so that no journal is taken for that of another file.
    """

    directory: Path

    @property
    def current(self) -> Path | None:
        """The file in use; None while there is none."""
        try:
            path = self.directory / os.readlink(self.directory / "current")
        except OSError:
            return None
        return path if path.exists() else None

    @contextmanager
    def writing(self, *, wait: bool) -> Iterator[bool]:
        """Hold the right to write the index, which one process has at a time; False where another one has it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True

    def new_file(self) -> Path:
        """The name of a file to build, when what killed processes have left is gone. For who holds `writing`."""
        current = self.current
        self._remove_others(current)
        number = int(match[1]) + 1 if current and (match := _FILE.fullmatch(current.name)) else 1
        return self.directory / f"index-{number}.sqlite"

    def put_in_use(self, path: Path) -> None:
        """Let readers take this file from now on; who reads another one reads on."""
        with path.open("rb") as built:
            os.fsync(built.fileno())
        link = self.directory / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(path.name)
        link.replace(self.directory / "current")
        self._remove_others(path)

    def _remove_others(self, kept: Path | None) -> None:
        for path in self.directory.glob("index-*"):
            if kept is None or not path.name.startswith(kept.name):
                path.unlink(missing_ok=True)


def index_place(home: Path, identity: str) -> IndexPlace:
    """The place of a database's index below SMS_HOME; `identity` is sms_catalog.search_documents.database_identity."""
    return IndexPlace(home / "search" / identity)


@cache
def has_full_text() -> bool:
    """Does this Python's SQLite have FTS5?"""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(words, content='', detail=none)")
        except sqlite3.OperationalError:
            return False
    return True
