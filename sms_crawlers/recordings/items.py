"""items.json, the readable outcome of a recording: what a spider is expected to make of its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from sms_crawlers.items import ArtistLookupItem, RawEventItem, RecordError, RecordSkip
from sms_crawlers.recordings.recording import write_file
from sms_crawlers.spider import Outcome
from sms_database.json_text import storable
from sms_database.raw_check import item_json

ITEMS = "items.json"


def outcomes_json(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """The outcomes in the order in which they were read: items, look-ups and errors whole, skips counted by reason.

    `lookups` is there only if there are any. Fields that are None or empty, and `fetched_at`, are left out.
    """
    outcomes = list(outcomes)
    items = [outcome for outcome in outcomes if isinstance(outcome, RawEventItem)]
    errors = [outcome for outcome in outcomes if isinstance(outcome, RecordError)]
    lookups = [asdict(outcome) | {"fetched_at": None} for outcome in outcomes if isinstance(outcome, ArtistLookupItem)]
    skips = Counter(outcome.reason for outcome in outcomes if isinstance(outcome, RecordSkip))
    return ({"lookups": list(map(_without_empty, lookups))} if lookups else {}) | {
        "items": [_without_empty(storable(item_json(item)) | {"fetched_at": None}) for item in items],
        "errors": [{"field": error.field, "reason": error.reason} for error in errors],
        "skips": dict(sorted(skips.items())),
    }


def write_outcomes(directory: Path, outcomes: Iterable[Outcome]) -> None:
    """Write items.json beside a recording."""
    content = orjson.dumps(outcomes_json(outcomes), option=orjson.OPT_INDENT_2)
    write_file(directory / ITEMS, content + b"\n")


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
