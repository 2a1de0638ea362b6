"""Recordings: bodies as served, and meta.json that says of each its URL, method, content type and day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import orjson

from sms_crawlers.errors import BadRecording

META = "meta.json"
_LEFT_OUT = re.compile(r"\.\.\.|<.*>")
"""How meta.json writes the value of a token: a request matches whatever it has there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPage:
    """One answer of a recording."""

    file: Path
    url: str
    method: str = "GET"
    status: int = 200
    content_type: str | None = None
    recorded_at: str | None = None
    """ISO day, or ISO instant with a zone."""
    form: dict[str, str] | None = None
    """The fields that were posted; None where meta.json does not say."""
    body: str | None = None
    """What was posted, where it was no form; None where meta.json does not say."""
    answered_by: str | None = None
    """The URL that answered in the end, where the recorded one redirected."""

    def noted(self) -> dict[str, Any]:
        """The page's entry in meta.json."""
        entry: dict[str, Any] = {
            "file": self.file.name,
            "url": self.url,
            "method": self.method,
            "status": self.status,
            "content_type": self.content_type,
            "recorded_at": self.recorded_at,
        }
        more = {"form": self.form, "body": self.body, "answered_by": self.answered_by}
        return entry | {key: value for key, value in more.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Recording:
    """A directory of answers, all of one source."""

    source: str
    pages: list[RecordedPage]
    recorded_at: str | None = None
    """ISO day or instant of the whole: for a source that asks no page."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """The spider's arguments (`-a NAME=VALUE`) with which it was made; a replay without any takes these."""


def read_recordings(directory: Path) -> list[Recording]:
    """The recordings in a directory tree, or the one that the directory is.

    Raises BadRecording where there is none, or where a meta.json cannot be read.
    """
    metas = sorted(directory.rglob(META))
    if not metas:
        raise BadRecording(f"no recording under {directory}: a recording is a directory with a {META}")
    return [read_recording(meta.parent) for meta in metas]


def read_recording(directory: Path) -> Recording:
    """The recording in a directory. Raises BadRecording."""
    meta = directory / META
    if meta.is_symlink():
        raise BadRecording(f"{meta} is a link: a recording's files are its own")
    try:
        content = orjson.loads(meta.read_bytes())
        pages = [_page(directory, entry) for entry in content["files"]]
        arguments = {str(name): str(value) for name, value in content.get("arguments", {}).items()}
        return Recording(content["source"], pages, _checked_instant(content.get("recorded_at")), arguments)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadRecording(f"{meta} cannot be used: {type(problem).__name__}: {problem}") from problem


def write_file(path: Path, content: bytes) -> None:
    """Write a file of a recording anew. A link in its place is removed, and what it leads to stays as it is."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(content)


def _page(directory: Path, entry: dict[str, Any]) -> RecordedPage:
    return RecordedPage(
        file=_own_file(directory, entry["file"]),
        url=entry["url"],
        method=entry.get("method", "GET"),
        status=entry.get("status") or 200,
        content_type=entry.get("content_type"),
        recorded_at=_checked_instant(entry.get("recorded_at")),
        form=entry.get("form"),
        body=entry.get("body"),
        answered_by=entry.get("answered_by"),
    )


def _own_file(directory: Path, name: Any) -> Path:
    """The file of that name in the directory, which may be missing. Raises BadRecording for what leads elsewhere."""
    is_bare = isinstance(name, str) and not set(name) & set("/\\\0") and name not in ("", ".", "..")
    file = directory / name if is_bare else directory
    if not is_bare or file.is_symlink() or (file.exists() and not file.is_file()):
        raise BadRecording(
            f"{directory / META} lists {name!r}, which is no plain file beside it: name one, no path or link"
        )
    return file


def _checked_instant(stated: str | None) -> str | None:
    if stated is not None:
        datetime.fromisoformat(stated)
    return stated


def recordings_of_source(recordings: Sequence[Recording], name: str, homepage: str) -> list[Recording]:
    """Those of a source: by its name, else (another project named it otherwise) by its homepage's host.

    A single recording is taken to be the one meant, whatever its name.
    """
    own = [recording for recording in recordings if recording.source == name]
    if own or len(recordings) == 1:
        return own or list(recordings)
    return [r for r in recordings if any(_host(page.url) == _host(homepage) for page in r.pages)]


def recorded_instant(recordings: Iterable[Recording], at: date | None, timezone: str) -> datetime | None:
    """The UTC instant of the edition of the day `at`, the newest by default; None where nothing is dated.

    A recording that tells only its day was made at noon of the source's zone.
    """
    stated = [r.recorded_at for r in recordings] + [page.recorded_at for r in recordings for page in r.pages]
    dated = sorted((text for text in stated if text), key=_day_of)
    if not dated:
        return None
    chosen = ([text for text in dated if at is None or _day_of(text) <= at] or dated[:1])[-1]
    instant = datetime.fromisoformat(chosen)
    if len(chosen) == len("YYYY-MM-DD"):
        return noon(instant.date(), timezone)
    return (instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def noon(day: date, timezone: str) -> datetime:
    """The UTC instant of noon on a local day."""
    return datetime.combine(day, time(12), ZoneInfo(timezone)).astimezone(UTC)


class Answers:
    """The recorded answers to the requests of a replay."""

    def __init__(self, recordings: Iterable[Recording], at: date | None = None) -> None:
        """`at` is the day whose edition answers, of a URL recorded more than once; None means the newest."""
        self.at = at
        self._pages: defaultdict[tuple[str, str, str], list[RecordedPage]] = defaultdict(list)
        for page in (page for recording in recordings for page in recording.pages):
            self._pages[_place(page.method, page.url)].append(page)

    def find(self, method: str, url: str, body: bytes = b"") -> RecordedPage | None:
        """The answer recorded for a request: for the same URL, else for the same but for tokens; None if none was."""
        posted = [page for page in self._pages[_place(method, url)] if _posted_same(page, body)]
        exact = [page for page in posted if _query(page.url) == _query(url)]
        matching = exact or [page for page in posted if _same_but_for_tokens(page.url, url)]
        return _edition(matching, self.at) if matching else None


def _edition(pages: list[RecordedPage], at: date | None) -> RecordedPage:
    """The newest by the day `at`; of one day the one listed last; before the first edition, the first stands in."""
    in_order = sorted(pages, key=lambda page: _day_of(page.recorded_at))
    by_then = [page for page in in_order if at is None or _day_of(page.recorded_at) <= at]
    return by_then[-1] if by_then else in_order[0]


def _day_of(stated: str | None) -> date:
    return date.fromisoformat(stated[:10]) if stated else date.min


def _place(method: str, url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return method, f"{parts.scheme}://{parts.netloc}".lower(), unquote(parts.path) or "/"


def _query(url: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _same_but_for_tokens(recorded: str, requested: str) -> bool:
    tokens = {name for name, value in _query(recorded) if _LEFT_OUT.fullmatch(value)}
    as_recorded, as_requested = (
        [(name, value) for name, value in _query(url) if name not in tokens] for url in (recorded, requested)
    )
    return bool(tokens) and as_recorded == as_requested


def _posted_same(page: RecordedPage, body: bytes) -> bool:
    if page.form is not None:
        posted = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return posted.keys() == page.form.keys() and all(
            value == posted[name] or _LEFT_OUT.fullmatch(value) is not None for name, value in page.form.items()
        )
    if page.body is not None:
        return bool(_json_or_text(page.body.encode()) == _json_or_text(body))
    return True


def _json_or_text(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
