"""`load`: a flat file of raw events, stored as if crawled."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BufferedReader, RawIOBase
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

import psycopg
import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from sms_database.cli import NO, database, fail, plural, progress, say, say_json, stoppable, warn
from sms_database.exchange import BadLine, read_line, to_contract, unknown_fields
from sms_database.raw_check import CheckedItem, ItemRejected, check_item
from sms_database.raw_store import QuarantineEntry, StoreCounts, quarantine, store_raw_events
from sms_database.sources import ensure_sources

BATCH_LINES = 1_000
"""Lines stored in one transaction."""

LONGEST_LINE = 16_000_000
"""Bytes. An item may have 5 million; what is longer is no line of this format and is not read into memory whole."""

SHOWN_REASONS = 5

_KEPT_OF_BAD_LINE = 10_000
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Loaded:
    """What became of the lines of a file."""

    lines: int = 0
    stored: StoreCounts = field(default_factory=StoreCounts)
    bad: int = 0
    reasons: list[str] = field(default_factory=list)
    """Of the first bad lines: ORIGIN: what is wrong."""
    ignored: Counter[str] = field(default_factory=Counter)
    """Fields beyond the contract, with how many lines have them."""


def load(
    file: Annotated[str, typer.Argument(help="JSON lines, perhaps gzipped; - reads standard input.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print problems only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Store a file of raw events, one JSON object a line, as if crawled.

    Bad lines are quarantined with their line number and make the exit code 1; the good ones are stored.
    """
    loaded = Loaded()
    name = "stdin" if file == "-" else file
    with (
        _opened(file) as reader,
        database() as engine,
        stoppable("stopped; what was stored so far stays, and loading the file again carries on"),
        progress(f"loading {name}", reader.unit, quiet=quiet) as report,
    ):
        lines = reader.lines()
        while batch := list(islice(lines, BATCH_LINES)):
            store_lines(engine, name, batch, loaded)
            if report is not None:
                report(*reader.position(loaded.lines))
    if as_json:
        say_json(_as_json(name, loaded))
    elif not quiet:
        _summarize(name, loaded)
    if reader.damage is not None:
        fail(f"{name} is damaged after line {loaded.lines}: {reader.damage}", NO)
    if loaded.bad:
        if quiet:
            _say_reasons(loaded)
        raise typer.Exit(NO)


def store_lines(engine: Engine, name: str, lines: list[tuple[int, bytes]], loaded: Loaded) -> None:
    """Check numbered lines and store them in one transaction; adds what became of them to `loaded`."""
    items: list[tuple[int, CheckedItem]] = []
    entries: list[QuarantineEntry] = []
    for number, line in lines:
        try:
            given = read_line(line)
            loaded.ignored.update(unknown_fields(given))
            items.append((number, check_item(to_contract(given))))
        except BadLine as problem:
            kept = {"line": line[:_KEPT_OF_BAD_LINE].decode("utf-8", "replace")}
            entries.append(_entry(name, number, None, [str(problem)], kept))
        except ItemRejected as problem:
            entries.append(_entry(name, number, problem.field, problem.reasons, given))
    loaded.stored += _store(engine, name, items, entries)
    loaded.lines = lines[-1][0]
    loaded.bad += len(entries)
    shown = entries[: SHOWN_REASONS - len(loaded.reasons)]
    loaded.reasons += [f"{entry.origin}: {'; '.join(entry.reasons)}" for entry in shown]


def _store(
    engine: Engine, name: str, items: list[tuple[int, CheckedItem]], entries: list[QuarantineEntry]
) -> StoreCounts:
    """Store the items, and quarantine the entries; an item that the database does not take joins the entries."""
    try:
        with engine.begin() as connection:
            ensure_sources(connection, {item.source for _, item in items})
            counts = store_raw_events(connection, [item for _, item in items])
            quarantine(connection, entries)
        return counts
    except (DBAPIError, psycopg.Error) as problem:
        if not items or not _is_about_the_data(problem):
            raise
        if len(items) == 1:
            number, item = items[0]
            cause = problem.orig if isinstance(problem, DBAPIError) else problem
            reason = f"the database does not take it: {str(cause).splitlines()[0]}"
            entries.append(_entry(name, number, None, [reason], item.data))
            return _store(engine, name, [], entries)
    half = len(items) // 2
    return _store(engine, name, items[:half], entries) + _store(engine, name, items[half:], entries)


def _is_about_the_data(problem: DBAPIError | psycopg.Error) -> bool:
    """Is a value at fault (SQLSTATE classes 22 and 54: a data exception, a limit of the program)?"""
    state = getattr(problem.orig if isinstance(problem, DBAPIError) else problem, "sqlstate", None)
    return state is not None and state[:2] in ("22", "54")


def _entry(name: str, number: int, field: str | None, reasons: list[str], item: Any) -> QuarantineEntry:
    source = item.get("source")
    return QuarantineEntry(
        source=source if isinstance(source, str) else None,
        origin=f"{name}:{number}",
        field=field,
        reasons=reasons,
        item=item,
    )


class _Reader:
    """The lines of a file, unpacked if need be."""

    def __init__(self, stream: BufferedReader, size: int | None) -> None:
        self.damage: str | None = None
        """Why the file could not be read to its end."""
        self._stream = stream
        self._size = size

    @property
    def unit(self) -> str:
        return "bytes" if self._size else "lines"

    def position(self, lines: int) -> tuple[int, int]:
        """(read, in all): bytes of a file, lines of standard input."""
        return (self._stream.tell(), self._size) if self._size else (lines, lines)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Those that are not blank, numbered from 1; of a line too long only its beginning."""
        packed = self._stream.peek(2).startswith(_GZIP)
        text = cast("BinaryIO", gzip.GzipFile(fileobj=self._stream) if packed else self._stream)
        try:
            for number, line in enumerate(_cut(text), 1):
                content = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
                if content.strip():
                    yield number, content
        except (EOFError, zlib.error, OSError) as problem:
            self.damage = str(problem)


@contextmanager
def _opened(file: str) -> Iterator[_Reader]:
    if file == "-":
        yield _Reader(BufferedReader(cast("RawIOBase", sys.stdin.buffer)), None)
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - closed below; only what opening it says is answered here
    except OSError as problem:
        fail(f"cannot read {file}: {problem.strerror}")
    with stream:
        yield _Reader(stream, Path(file).stat().st_size or None)


def _cut(text: BinaryIO) -> Iterator[bytes]:
    """Lines, of which no more than LONGEST_LINE bytes are kept."""
    while line := text.readline(LONGEST_LINE):
        rest = line
        while not rest.endswith(b"\n") and (rest := text.readline(LONGEST_LINE)):
            pass
        yield line


def _summarize(name: str, loaded: Loaded) -> None:
    stored = loaded.stored
    late = f", {stored.late:,} older than the version held" if stored.late else ""
    say(
        f"{name}: {plural(loaded.lines, 'line')}: {stored.new:,} new, {stored.changed:,} changed, "
        f"{stored.unchanged:,} unchanged{late}, {loaded.bad:,} bad"
    )
    if loaded.ignored:
        fields = ", ".join(f"{field} ({count:,})" for field, count in loaded.ignored.most_common(20))
        say(f"ignored fields: {fields}")
    _say_reasons(loaded)


def _say_reasons(loaded: Loaded) -> None:
    for reason in loaded.reasons:
        warn(f"quarantined {reason}")
    if loaded.bad > len(loaded.reasons):
        warn(f"… and {loaded.bad - len(loaded.reasons):,} more in the table quarantined_items")


def _as_json(name: str, loaded: Loaded) -> dict[str, Any]:
    return {
        "file": name,
        "lines": loaded.lines,
        **asdict(loaded.stored),
        "bad": loaded.bad,
        "reasons": loaded.reasons,
        "ignored_fields": dict(loaded.ignored),
    }
