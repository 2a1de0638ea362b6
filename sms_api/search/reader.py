"""Reading the search index: places of events, names of artists and venues, words near to a word."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from sms_api.search.entries import city_token
from sms_api.search.index import schema_of
from sms_api.search.words import is_spelled, slips, spelling_keys

_CACHE_KIB = 8_192

SHORTEST_BEGUN = 2
"""Letters from which on a last word is taken for the beginning of one."""

_COUNTED = 1_000
"""Names up to which the use of a word is counted."""

LAST_PLACE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Span:
    """The places at which events are looked for, and the scene; both ends are included."""

    first: int = 0
    last: int = LAST_PLACE
    city: str | None = None


@dataclass(frozen=True, slots=True)
class FoundName:
    """An artist or a venue."""

    id: uuid.UUID
    name: str


class IndexReader:
    """Reads one file; for one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw", uri=True, timeout=5, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self.schema = schema_of(self._connection)
        """Of the file: sms_api.search.index.SCHEMA."""

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def named_events(self, words: Sequence[str], span: Span) -> Iterator[int]:
        """The places of the events whose title, acts and room have all the words, in order. The last may be begun."""
        return self._places("event_names", words, span)

    def other_events(self, words: Sequence[str], span: Span) -> Iterator[int]:
        """The places of those that have them only with the words of all their texts."""
        named = self._places("event_names", words, span)
        next_named = next(named, None)
        for place in self._places("event_texts", words, span):
            while next_named is not None and next_named < place:
                next_named = next(named, None)
            if place != next_named:
                yield place

    def event_ids(self, places: Sequence[int]) -> list[uuid.UUID | None]:
        """The ids of the events at these places, in the same order; None where there is none."""
        rows = self._connection.execute(
            "SELECT e.place, e.id FROM json_each(?) AS asked JOIN events e ON e.place = asked.value",
            [orjson.dumps(places).decode()],
        )
        at = {place: uuid.UUID(bytes=packed) for place, packed in rows}
        return [at.get(place) for place in places]

    def names(self, entity: str, words: Sequence[str], city: str | None, limit: int) -> list[FoundName]:
        """The artists, or venues, with these words in one of their names: those that are called just so, then those
        with the most events to come."""
        match = _match(words, f"entity:{entity}", *([city_token(city)] if city else ()))
        rows = self._connection.execute(
            "SELECT n.place, n.id, n.name FROM named JOIN names n ON n.place = named.rowid"
            " WHERE named MATCH ? ORDER BY named.rowid LIMIT ?",
            [match, limit],
        ).fetchall()
        exact = self._connection.execute(
            "SELECT place, id, name, cities FROM names WHERE folded = ? AND entity = ? ORDER BY place LIMIT 100",
            [" ".join(words), entity],
        )
        first = [row[:3] for row in exact if city is None or city_token(city) in row[3].split()]
        found = list(dict.fromkeys([*first, *rows]))[:limit]
        return [FoundName(uuid.UUID(bytes=row[1]), row[2]) for row in found]

    def finds(self, words: Sequence[str], span: Span) -> bool:
        """Is there an event, artist or venue with these words?"""
        in_city = Span(city=span.city)
        return any(
            next(self._places(table, words, of), None) is not None
            for table, of in (("event_texts", span), ("named", in_city))
        )

    def knows(self, word: str, *, may_be_begun: bool) -> bool:
        """Has anything this word?"""
        match = _match([word]) if may_be_begun else f'"{word}"'
        return any(self._has(table, match) for table in ("event_texts", "named"))

    def near(self, word: str, limit: int) -> list[tuple[int, str]]:
        """The words of names that are a slip or two away, with how many: the fewest first, then the most used."""
        if not is_spelled(word):
            return []
        keys = sorted(spelling_keys(word))
        rows = self._connection.execute(
            "SELECT DISTINCT s.word FROM spelling_keys k JOIN spellings s ON s.id = k.spelling"
            f" WHERE k.key IN ({','.join('?' * len(keys))})",
            keys,
        )
        close = [(distance, near) for (near,) in rows if near != word and (distance := slips(word, near)) is not None]
        return sorted(close, key=lambda each: (each[0], -self._uses(each[1]), each[1]))[:limit]

    def _uses(self, word: str) -> int:
        counted = 0
        for table in ("event_names", "named"):
            statement = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {_COUNTED})"
            counted += self._connection.execute(statement, [f'"{word}"']).fetchone()[0]
        return counted

    def _has(self, table: str, match: str) -> bool:
        statement = f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT 1"
        return self._connection.execute(statement, [match]).fetchone() is not None

    def _places(self, table: str, words: Sequence[str], span: Span) -> Iterator[int]:
        match = _match(words, *([city_token(span.city)] if span.city else ()))
        rows = self._connection.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid",
            [match, span.first, span.last],
        )
        for (place,) in rows:
            yield place


def _match(words: Sequence[str], *tokens: str) -> str:
    """All of these words, of which the last may be begun, and these tokens: an expression of FTS5.

    Words are letters and figures of ASCII, and stand in quotes: nothing in them is an operator.
    """
    *whole, last = words
    begun = f'"{last}"*' if len(last) >= SHORTEST_BEGUN else f'"{last}"'
    return " ".join([*(f'"{token}"' for token in (*tokens, *whole)), begun])
