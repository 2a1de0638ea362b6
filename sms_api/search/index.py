"""The search index as a file: its tables, and the one class that writes them.

Three full-text tables hold no text of their own: to take a row out of one, it must be told the very words that it was
given, or it rots unseen. They stand in `events` and `names`, and nothing but `IndexWriter` writes either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sms_api.search.entries import EventEntry, NameEntry, city_token
from sms_api.search.words import is_spelled, spelling_keys

SCHEMA = f"1, anyascii {version('anyascii')}"
"""Whatever changes tables, places or folding changes this, and files of another are built anew."""

_FULL_TEXT = """CREATE VIRTUAL TABLE {} USING fts5(words, content='', detail=none, columnsize=0,
    prefix='2 3 4 5 6 7 8 9 10', tokenize="ascii tokenchars ':_.-'")"""

_TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE events (place INTEGER PRIMARY KEY, id BLOB NOT NULL, city TEXT NOT NULL, venue BLOB,"
    " artists BLOB NOT NULL, names TEXT NOT NULL, texts TEXT NOT NULL)",
    "CREATE TABLE names (place INTEGER PRIMARY KEY, id BLOB NOT NULL, entity TEXT NOT NULL, name TEXT NOT NULL,"
    " folded TEXT NOT NULL, cities TEXT NOT NULL, words TEXT NOT NULL)",
    "CREATE TABLE spellings (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    "CREATE TABLE spelling_keys (key TEXT, spelling INTEGER, PRIMARY KEY (key, spelling)) WITHOUT ROWID",
    *(_FULL_TEXT.format(name) for name in ("event_names", "event_texts", "named")),
)

_INDEXES = (
    "CREATE UNIQUE INDEX events_id ON events (id)",
    "CREATE INDEX events_venue ON events (venue)",
    "CREATE UNIQUE INDEX names_id ON names (entity, id)",
    "CREATE INDEX names_folded ON names (folded)",
)

_EVENT = "place, id, city, venue, artists, names, texts"
_NAME = "place, id, entity, name, folded, cities, words"


def connect(path: Path) -> sqlite3.Connection:
    """A connection in which each statement stands for itself until one begins a transaction."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def schema_of(connection: sqlite3.Connection) -> str | None:
    """The SCHEMA by which a file was made; None for one that is no index."""
    try:
        row = connection.execute("SELECT value FROM about WHERE name = 'schema'").fetchone()
    except sqlite3.OperationalError:
        return None
    return row[0] if row else None


def rot(connection: sqlite3.Connection) -> Iterator[str]:
    """The full-text tables that do not hold the words of their entries, each in one line."""
    held = {
        "event_names": ("events", "'city:' || city || ' ' || names"),
        "event_texts": ("events", "'city:' || city || ' ' || names || ' ' || texts"),
        "named": ("names", "'entity:' || entity || ' ' || cities || ' ' || words"),
    }
    for table, (entries, words) in held.items():
        connection.execute(f"CREATE VIRTUAL TABLE temp.{table}_held USING fts5vocab(main, {table}, instance)")
        (found,) = connection.execute(f"SELECT count(*) FROM temp.{table}_held").fetchone()
        given = sum(len(set(told.split())) for (told,) in connection.execute(f"SELECT {words} FROM {entries}"))
        if found != given:
            yield f"the full text {table} holds {found:,} words in place of {given:,}"


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written in the block, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def create_tables(connection: sqlite3.Connection) -> None:
    """The tables of an empty index, to be filled in a file that nobody reads yet: unsafe until it is finished."""
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "temp_store = FILE"):
        connection.execute(f"PRAGMA {setting}")
    for statement in _TABLES:
        connection.execute(statement)


def create_indexes(connection: sqlite3.Connection) -> None:
    """What an index needs beside its tables before entries are looked up in it."""
    for statement in _INDEXES:
        connection.execute(statement)


class IndexWriter:
    """Writes entries on a connection; its methods are called in a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._removed_words: set[str] = set()

    def about(self, name: str) -> Any:
        """A fact about the index: schema, seq and mark of the last change, counted_from; None where it has none."""
        row = self._connection.execute("SELECT value FROM about WHERE name = ?", [name]).fetchone()
        return row[0] if row else None

    def tell(self, **facts: Any) -> None:
        """Write such facts."""
        self._connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", facts.items())

    def events_at(self, venues: Iterable[bytes]) -> Iterator[bytes]:
        """The ids of the events that are known to be at these venues."""
        for venue in venues:
            yield from (row[0] for row in self._connection.execute("SELECT id FROM events WHERE venue = ?", [venue]))

    def event(self, event_id: bytes) -> EventEntry | None:
        """The entry that is held of an event."""
        row = self._connection.execute(f"SELECT {_EVENT} FROM events WHERE id = ?", [event_id]).fetchone()
        return _event(row) if row else None

    def name(self, entity: str, entity_id: bytes) -> NameEntry | None:
        """The entry that is held of an artist or a venue."""
        statement = f"SELECT {_NAME} FROM names WHERE entity = ? AND id = ?"
        row = self._connection.execute(statement, [entity, entity_id]).fetchone()
        return _name(row) if row else None

    def count(self, table: str) -> int:
        """How many events, or names, there are."""
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def put_events(self, entries: Mapping[bytes, EventEntry | None]) -> None:
        """Hold these entries of these events, and none of an event whose entry is None."""
        held = {i: entry for i in entries if (entry := self.event(i)) is not None}
        changed = [i for i, entry in entries.items() if not _is_same(held.get(i), entry)]
        for entry in sorted((held[i] for i in changed if i in held), key=lambda entry: entry.place):
            self._remove_event(entry)
        for entry in sorted(filter(None, (entries[i] for i in changed)), key=lambda entry: entry.place):
            self._add_event(entry, self._free("events", entry.place))
            self._spell(entry.names)

    def put_names(self, entity: str, entries: Mapping[bytes, NameEntry | None]) -> None:
        """The same of artists or venues."""
        held = {i: entry for i in entries if (entry := self.name(entity, i)) is not None}
        changed = [i for i, entry in entries.items() if not _is_same(held.get(i), entry)]
        for entry in sorted((held[i] for i in changed if i in held), key=lambda entry: entry.place):
            self._remove_name(entry)
        for entry in sorted(filter(None, (entries[i] for i in changed)), key=lambda entry: entry.place):
            self._add_name(entry, self._free("names", entry.place))
            self._spell(entry.words)

    def add_in_order(self, entries: Iterable[EventEntry]) -> Iterator[int]:
        """Fill an index that has no events, with entries by their places; yields how many there are, now and then."""
        last = count = -1
        for count, entry in enumerate(entries):
            last = max(entry.place, last + 1)
            self._add_event(entry, last)
            if count % 1_000 == 0:
                yield count
        yield count + 1

    def spell_all(self) -> None:
        """Enter the spelling of each word of a name, after an index was filled."""
        for table in ("event_names", "named"):
            vocabulary = f"temp.{table}_vocabulary"
            self._connection.execute(f"CREATE VIRTUAL TABLE {vocabulary} USING fts5vocab(main, {table}, row)")
            for (word,) in self._connection.execute(f"SELECT term FROM {vocabulary}"):
                self._spell(word)
            self._connection.execute(f"DROP TABLE {vocabulary}")

    def forget_unused_spellings(self) -> None:
        """Take out the spellings of words that no name has any more, of those that entries have lost."""
        for word in sorted(self._removed_words):
            if not any(self._has(table, word) for table in ("event_names", "named")):
                self._unspell(word)
        self._removed_words.clear()

    def optimize(self) -> None:
        """Merge what many insertions have left in pieces."""
        for table in ("event_names", "event_texts", "named"):
            self._connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")

    def _add_event(self, entry: EventEntry, place: int) -> None:
        row = [place, entry.id, entry.city, entry.venue, entry.artists, entry.names, entry.texts]
        self._connection.execute(f"INSERT INTO events ({_EVENT}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        for table, words in _texts_of_event(entry):
            self._connection.execute(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", [place, words])

    def _remove_event(self, entry: EventEntry) -> None:
        for table, words in _texts_of_event(entry):
            self._take_out(table, entry.place, words)
        self._connection.execute("DELETE FROM events WHERE place = ?", [entry.place])
        self._removed_words.update(entry.names.split())

    def _add_name(self, entry: NameEntry, place: int) -> None:
        row = [place, entry.id, entry.entity, entry.name, entry.folded, entry.cities, entry.words]
        self._connection.execute(f"INSERT INTO names ({_NAME}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._connection.execute("INSERT INTO named (rowid, words) VALUES (?, ?)", [place, _text_of_name(entry)])

    def _remove_name(self, entry: NameEntry) -> None:
        self._take_out("named", entry.place, _text_of_name(entry))
        self._connection.execute("DELETE FROM names WHERE place = ?", [entry.place])
        self._removed_words.update(entry.words.split())

    def _take_out(self, table: str, place: int, words: str) -> None:
        statement = f"INSERT INTO {table} ({table}, rowid, words) VALUES ('delete', ?, ?)"
        self._connection.execute(statement, [place, words])

    def _has(self, table: str, word: str) -> bool:
        statement = f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT 1"
        return self._connection.execute(statement, [f'"{word}"']).fetchone() is not None

    def _free(self, table: str, place: int) -> int:
        while self._connection.execute(f"SELECT 1 FROM {table} WHERE place = ?", [place]).fetchone():
            place += 1
        return place

    def _spell(self, words: str) -> None:
        for word in words.split():
            if is_spelled(word):
                added = self._connection.execute("INSERT OR IGNORE INTO spellings (word) VALUES (?)", [word])
                if added.rowcount:
                    keys = [(key, added.lastrowid) for key in spelling_keys(word)]
                    self._connection.executemany("INSERT INTO spelling_keys VALUES (?, ?)", keys)

    def _unspell(self, word: str) -> None:
        row = self._connection.execute("SELECT id FROM spellings WHERE word = ?", [word]).fetchone()
        if row:
            keys = [(key, row[0]) for key in spelling_keys(word)]
            self._connection.executemany("DELETE FROM spelling_keys WHERE key = ? AND spelling = ?", keys)
            self._connection.execute("DELETE FROM spellings WHERE id = ?", row)


def _texts_of_event(entry: EventEntry) -> tuple[tuple[str, str], tuple[str, str]]:
    names = f"{city_token(entry.city)} {entry.names}"
    return ("event_names", names), ("event_texts", f"{names} {entry.texts}")


def _text_of_name(entry: NameEntry) -> str:
    return f"entity:{entry.entity} {entry.cities} {entry.words}"


def _is_same(held: EventEntry | NameEntry | None, entry: EventEntry | NameEntry | None) -> bool:
    return held is None if entry is None else entry.is_same_as(held)


def _event(row: tuple[Any, ...]) -> EventEntry:
    place, event_id, city, venue, artists, names, texts = row
    return EventEntry(event_id, place, city, venue, artists, names, texts)


def _name(row: tuple[Any, ...]) -> NameEntry:
    place, name_id, entity, name, folded, cities, words = row
    return NameEntry(name_id, entity, place, name, folded, cities, words)
