"""What a page may cost that means harm: every source's reader over its recorded pages, made hostile, by size.

Each page is blown up in several ways: a piece that opens and never closes, or nearly matches, a great many times in the
longest text; the page's own records a great many times over; brackets in brackets. Each is read at a size and at twice
that size: work that grows with the page doubles, and what grows faster is told, with the slowest of all in seconds a
megabyte. A reader that is not done within a minute is told as such.

python -m bench.speed.hostile_pages [--kilobytes 40] [--sources neumos,mec] [--slowest 20]
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.recordings.recording import noon
from sms_crawlers.spider import SourceSpider

RECORDINGS = Path("tests/recordings")
PATIENCE = 20
LINEAR = 3.0
"""Growth when the page doubles above which it is no longer noise."""
WORTH_TELLING = 0.05
"""Seconds: below that a ratio is noise."""

PIECES = (
    "<", "<!--", "<script>", "<div>", "<a href=", "<br ", "&#", "(", "[", "{", '"', "'", "\\", "/*", "//", "`",
    " ", "\n", "\t\n ", "1", "1 ", "1:", "$1", "$1-", "$1, ", "8pm ", "8 p", "doors ", "show at ", "tickets ", "sold ",
    "Nov ", "Nov 20 ", "Friday ", "11/20 ", "20", "a", "a ", "a, ", "A & ", "and ", "with ", "@ ", "- ", "...", "https://",
    "background:url(", "age ", "21+", "moved to ", "venue: ", "WA 98", "\u00a0", "\u0130",
)  # fmt: skip
"""Openers without their closers, and beginnings of what the readers look for."""


class TooLong(Exception):
    """Raised in a reader that is not done in time."""


@dataclass(frozen=True, slots=True)
class Page:
    """A recorded answer."""

    source: str
    file: str
    url: str
    content_type: str
    day: date
    body: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hostile page cost, in seconds of CPU, at a size and at twice that size."""

    page: Page
    kind: str
    size: int
    once: float
    twice: float | None
    """None if it did not come to its end."""
    raised: str

    @property
    def growth(self) -> float:
        """By what the time grew when the page doubled."""
        return float("inf") if self.twice is None else self.twice / max(self.once, 1e-4)

    @property
    def per_megabyte(self) -> float:
        """Seconds a megabyte of the larger page."""
        return float("inf") if self.twice is None else self.twice / (2 * self.size / 1e6)

    @property
    def is_too_much(self) -> bool:
        """Does the work grow faster than the page?"""
        return self.twice is None or (self.twice > WORTH_TELLING and self.growth > LINEAR)


def recorded_pages(sources: Iterable[str]) -> Iterator[Page]:
    """One page of each kind of the recordings named, or of all."""
    for meta in sorted(RECORDINGS.glob("*/meta.json")):
        told = orjson.loads(meta.read_bytes())
        if sources and told["source"] not in sources:
            continue
        for number, file in enumerate(told["files"]):
            body = (meta.parent / file["file"]).read_bytes().decode("utf-8", "replace")
            if number < 4:
                yield Page(
                    told["source"],
                    file["file"],
                    file["url"],
                    file["content_type"],
                    date.fromisoformat(file["recorded_at"]),
                    body,
                )


def hostile_kinds(page: Page) -> Iterator[tuple[str, Callable[[int], str]]]:
    """The ways to blow a page up to about so many characters."""
    is_json = page.body.lstrip()[:1] in ("{", "[")
    yield "nested", lambda size: ("[" if is_json else "<div>") * (size // (1 if is_json else 5))
    yield "cut", lambda size: page.body[: len(page.body) // 2] * max(1, 2 * size // max(1, len(page.body)))
    if is_json:
        try:
            answer = orjson.loads(page.body)
        except orjson.JSONDecodeError:
            return
        yield "records", lambda size: orjson.dumps(_with_more_records(answer, max(1, size // len(page.body)))).decode()
        for piece in PIECES:
            yield repr(piece), partial(_answer_with, answer, piece)
        return
    yield "records", lambda size: page.body * max(1, size // len(page.body))
    places = _longest_texts(page.body)
    for piece in PIECES:
        yield repr(piece), partial(_filled, page.body, places, piece)


def measured(page: Page, kind: str, blown_up: Callable[[int], str], size: int, settings: Settings) -> Cost:
    """The cost of one hostile page at a size and at twice that."""
    once, raised = _seconds(page, blown_up(size), settings)
    twice = None
    if once is not None:
        twice, raised = _seconds(page, blown_up(2 * size), settings)
    return Cost(page, kind, size, once or PATIENCE, twice, raised)


def _seconds(page: Page, body: str, settings: Settings) -> tuple[float | None, str]:
    spider = _spider(page, settings)
    response = _response(page, body)
    raised = ""
    before = time.process_time()
    try:
        with _patience():
            found = spider.callback_for(page.url)(response)
            for _ in found if hasattr(found, "__iter__") else ():
                pass
    except TooLong:
        return None, "not done in time"
    except UnreadablePage:
        raised = "UnreadablePage"
    except Exception as problem:  # noqa: BLE001 - told in the table: a reader should raise nothing else
        raised = f"{type(problem).__name__}: {problem}"[:60]
    return time.process_time() - before, raised


@contextmanager
def _patience() -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _spider(page: Page, settings: Settings) -> SourceSpider:
    cls = SpiderLoader.from_settings(settings).load(page.source)
    spider = cls.from_crawler(get_crawler(cls, {"OFFLINE": True, "LOG_ENABLED": False}))
    assert isinstance(spider, SourceSpider)
    spider.now = noon(page.day, spider.timezone)
    return spider


def _response(page: Page, body: str) -> Response:
    content = body.encode("utf-8", "replace")
    kind = responsetypes.from_args(headers=None, url=page.url, body=content)
    named = responsetypes.from_content_type(page.content_type)
    chosen = named if issubclass(named, Response) and named is not Response else kind
    return chosen(page.url, body=content, headers={"Content-Type": page.content_type}, request=Request(page.url))


def _with_more_records(value: Any, times: int) -> Any:
    """The same answer with each list of objects so many times as long."""
    if isinstance(value, list):
        longer = [_with_more_records(item, 1) for item in value]
        return longer * times if any(isinstance(item, dict) for item in value) else longer
    if isinstance(value, dict):
        return {name: _with_more_records(item, times) for name, item in value.items()}
    return value


def _with_text(value: Any, piece: str, size: int) -> Any:
    """The same answer with the piece over and over in each text that has a blank, some `size` characters in all."""
    texts = sum(1 for text in _texts(value) if " " in text) or 1
    filler = piece * (size // texts // len(piece))

    def filled(inner: Any) -> Any:
        if isinstance(inner, list):
            return [filled(item) for item in inner]
        if isinstance(inner, dict):
            return {name: filled(item) for name, item in inner.items()}
        return f"{inner} {filler}" if isinstance(inner, str) and " " in inner else inner

    return filled(value)


def _answer_with(answer: Any, piece: str, size: int) -> str:
    return orjson.dumps(_with_text(answer, piece, size)).decode()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _longest_texts(body: str, count: int = 6) -> list[int]:
    """Where the longest runs between two tags, or lines of a calendar, end."""
    ends, begin = [], 0
    for position, character in enumerate(body):
        if character in "<\n":
            ends.append((position - begin, position))
        if character in ">\n":
            begin = position + 1
    return sorted(position for _, position in sorted(ends, reverse=True)[:count])


def _filled(body: str, places: list[int], piece: str, size: int) -> str:
    filler = piece * (size // max(1, len(places)) // len(piece))
    pieces, before = [], 0
    for place in places:
        pieces += [body[before:place], " ", filler]
        before = place
    return "".join([*pieces, body[before:]])


def main() -> None:
    """Read the command line, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kilobytes", type=int, default=40)
    parser.add_argument("--sources", default="")
    parser.add_argument("--slowest", type=int, default=20)
    args = parser.parse_args()
    settings = get_project_settings()
    console = Console()
    costs = []
    for page in recorded_pages([name for name in args.sources.split(",") if name]):
        for kind, blown_up in hostile_kinds(page):
            cost = measured(page, kind, blown_up, args.kilobytes * 1000, settings)
            costs.append(cost)
            if cost.is_too_much:
                console.print(
                    f"grows by {cost.growth:.1f}: {page.source} {page.file} {kind} {cost.twice} s {cost.raised}"
                )
            if cost.raised not in ("", "UnreadablePage"):
                console.print(f"raises: {page.source} {page.file} {kind}: {cost.raised}", markup=False)
    table = Table("source", "file", "hostile by", "s", "s at twice", "growth", "s a MB", "ended by")
    for cost in sorted(costs, key=lambda cost: -cost.per_megabyte)[: args.slowest]:
        twice = "never" if cost.twice is None else f"{cost.twice:.2f}"
        growth, speed = f"{cost.growth:.1f}", f"{cost.per_megabyte:.1f}"
        table.add_row(
            cost.page.source, cost.page.file, cost.kind, f"{cost.once:.2f}", twice, growth, speed, cost.raised
        )
    console.print(table)
    console.print(f"{len(costs)} pages, {sum(cost.is_too_much for cost in costs)} grow faster than they should")


if __name__ == "__main__":
    main()
