"""The whole catalog of a scene as files: written from one snapshot, row by row, and described by a manifest.

    SMS_HOME/bulk/DATABASE/CITY/EDITION/{manifest.json, events.ndjson, venues.ndjson, artists.ndjson}

An edition is named by the number of the last change that it knows, and by its content. Its directory appears once it is
whole, and is never changed; several processes may share it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from sms_catalog.artists import stream_artists
from sms_catalog.changes import reach
from sms_catalog.events import stream_events
from sms_catalog.query import Query
from sms_catalog.records import artist_record, full_record, utc, venue_record
from sms_catalog.venues import stream_venues

MANIFEST = "manifest.json"

KINDS = ("events", "venues", "artists")

FRESH_FOR = timedelta(minutes=10)
"""How long files are given out although more has changed."""

KEPT = 2
"""Editions of a scene: whoever reads the one before may finish."""


_NAME = re.compile("[0-9]{1,19}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Edition:
    """The files of a scene as they stand at a change."""

    directory: Path
    manifest: Mapping[str, Any]

    @property
    def made_at(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.manifest["made_at"])

    def is_fresh(self, newest: int, now: datetime) -> bool:
        """May it be given out, where the last change is `newest`?"""
        seq: int = self.manifest["seq"]
        return seq == newest or (seq < newest and now - self.made_at < FRESH_FOR)


def edition(directory: Path, name: str) -> Edition | None:
    """The edition of a name, in the directory of a scene."""
    if not _NAME.fullmatch(name):
        return None
    try:
        manifest = orjson.loads((directory / name / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    return Edition(directory / name, manifest)


def current_edition(
    connection: Connection, directory: Path, city: str, facts: Mapping[str, Any], now: datetime
) -> Edition:
    """The edition that is given out now: written by this call where there is none that is fresh.

    `facts` are what the manifest says of the scene and the licence. The connection sees one snapshot.
    """
    newest = reach(connection).newest
    kept = _editions(directory)
    if kept and kept[-1].is_fresh(newest, now):
        return kept[-1]
    written = _write(connection, directory, city, {**facts, "city": city, "seq": newest, "made_at": utc(now)})
    for old in kept[: 1 - KEPT]:
        if old.directory != written.directory:
            shutil.rmtree(old.directory, ignore_errors=True)
    return written


def _write(connection: Connection, directory: Path, city: str, facts: Mapping[str, Any]) -> Edition:
    part = directory / f".{uuid.uuid4().hex}.part"
    part.mkdir(parents=True)
    try:
        records: Mapping[str, Iterable[Mapping[str, Any]]] = {
            "events": map(full_record, stream_events(connection, Query(city=city))),
            "venues": map(venue_record, stream_venues(connection, city)),
            "artists": map(artist_record, stream_artists(connection, city)),
        }
        files = {kind: write_records(part / f"{kind}.ndjson", records[kind]) for kind in KINDS}
        content = hashlib.sha256("".join(told["sha256"] for told in files.values()).encode()).hexdigest()
        name = f"{facts['seq']}-{content[:12]}"
        manifest = {**facts, "files": files}
        (part / MANIFEST).write_bytes(orjson.dumps(manifest))
        if not (directory / name).exists():
            part.rename(directory / name)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Edition(directory / name, manifest)


def write_records(path: Path, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Write a record a line; returns what the manifest says of the file."""
    digest = hashlib.sha256()
    count = size = 0
    with path.open("wb") as file:
        for record in records:
            line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
            file.write(line)
            digest.update(line)
            count += 1
            size += len(line)
        file.flush()
        os.fsync(file.fileno())
    return {"records": count, "bytes": size, "sha256": digest.hexdigest()}


def _editions(directory: Path) -> list[Edition]:
    """Those that are kept, the newest last."""
    names = [entry.name for entry in directory.iterdir()] if directory.is_dir() else []
    return sorted(filter(None, (edition(directory, name) for name in names)), key=lambda each: each.made_at)
