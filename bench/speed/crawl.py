"""Pages and items a second of a crawl that stores all it reads, against bare Scrapy parsing the same pages.

A server on loopback gives 5,000 pages of some 40 KB with 20 events each. Each variant is a process of its own, and
both parse with the same selectors; ours also makes items, checks them, tells doubles apart and stores them in
PostgreSQL. The manners (delay, AutoThrottle, robots.txt, one request at a time to a host) are off in both: they are
waiting, not work. With --turns both make one request at a time, and ours takes the host's turn for each.

python -m bench.speed.crawl [--pages 5000] [--turns]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

import scrapy
from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.utils.project import get_project_settings
from sqlalchemy import text

from bench.fresh_database import fresh_database
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import read_clock, read_day
from sms_crawlers.spider import Outcome, SourceSpider

EVENTS_A_PAGE = 20
TODAY = date(2026, 11, 20)
UNMANNERED = {
    "ROBOTSTXT_OBEY": False,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
    "LOG_LEVEL": "ERROR",
    "DOWNLOADER": "scrapy.core.downloader.Downloader",
    "PRIVATE_HOSTS_ALLOWED": ["127.0.0.1"],
}


def page(number: int) -> bytes:
    """A calendar page: rows of twenty events among the ballast that pages carry."""
    rows = []
    for row in range(EVENTS_A_PAGE):
        day = date(2026, 12, 1) + timedelta(days=(number * EVENTS_A_PAGE + row) % 180)
        rows.append(
            f'<div class="event" data-id="{number}-{row}"><h3><a href="/event/{number}-{row}">Tin Lantern {number}, '
            f'Mossback {row}</a></h3><span class="date">{day:%B} {day.day}, {day.year}</span>'
            f'<span class="time">8:00 PM</span><span class="price">$12</span><span class="age">21+</span>'
            f'<div class="text"><p>{"An evening of songs. " * 20}</p></div></div>'
        )
    ballast = "<div class='menu'>" + "<a href='/somewhere'>Somewhere else</a>" * 600 + "</div>"
    return f"<html><body>{ballast}{''.join(rows)}</body></html>".encode()


def read_rows(response: Response) -> Iterator[dict[str, Any]]:
    """The parsing, the same in both variants: nine selectors a row, its address, day and hour."""
    for row in response.css("div.event"):
        yield {
            "id": row.css("::attr(data-id)").get(),
            "title": row.css("h3 a::text").get(),
            "url": response.urljoin(row.css("h3 a::attr(href)").get("")),
            "day": read_day(row.css(".date::text").get(""), near=TODAY).isoformat(),
            "time": read_clock(row.css(".time::text").get("")),
            "price": row.css(".price::text").get(),
            "age": row.css(".age::text").get(),
            "text": row.css(".text").get(),
            "row": row.get(),
        }


class BareSpider(scrapy.Spider):
    """What Scrapy alone does: fetch, select, yield dicts."""

    name = "bare"
    base = ""
    pages = 0

    async def start(self) -> AsyncIterator[Any]:
        """Request every page."""
        for number in range(self.pages):
            yield scrapy.Request(f"{self.base}/{number}")

    def parse(self, response: Response, **_: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows as they are."""
        yield from read_rows(response)


class BenchSpider(SourceSpider):
    """The same pages as a source of ours."""

    name = "blue_moon"
    title = "Benchmark"
    homepage = "http://127.0.0.1"
    kind = "venue"
    city = "seattle"
    venue = "blue_moon"
    base = ""
    pages = 0

    async def start(self) -> AsyncIterator[Any]:
        """Request every page."""
        for number in range(self.pages):
            yield scrapy.Request(f"{self.base}/{number}")

    def parse(self, response: Response, **_: Any) -> Iterator[Outcome]:
        """Read the rows as a spider of ours does."""
        assert isinstance(response, TextResponse)
        yield from self.read_each(read_rows(response), lambda row: self.read(row, response), response)

    def read(self, row: dict[str, Any], response: TextResponse) -> RawEventItem:
        """One row as an item."""
        return self.item(
            response,
            source_event_id=row["id"],
            source_url=row["url"],
            title=row["title"],
            event_day=row["day"],
            start_time=row["time"],
            price_text=row["price"],
            age_text=row["age"],
            description=row["text"],
            payload=row["row"],
        )


def crawl(variant: str, base: str, pages: int, turns: bool) -> None:
    """Run one variant in this process and print its figures as JSON."""
    settings = get_project_settings()
    ours = {"DOWNLOADER": settings["DOWNLOADER"]} if variant == "ours" else {}
    settings.setdict(UNMANNERED, priority="cmdline")
    if turns:
        settings.setdict(ours | {"CONCURRENT_REQUESTS_PER_DOMAIN": 1}, priority="cmdline")
    spider = BareSpider if variant == "bare" else BenchSpider
    if variant == "bare":
        settings.setdict(
            {"ITEM_PIPELINES": {}, "EXTENSIONS": {}, "SPIDER_MIDDLEWARES": {}, "DOWNLOADER_MIDDLEWARES": {}},
            priority="cmdline",
        )
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    memory: list[float] = []
    crawler.signals.connect(_watch(memory, pages), signal=scrapy.signals.response_received, weak=False)
    started = time.perf_counter()
    process.crawl(crawler, base=base, pages=pages)
    process.start()
    seconds = time.perf_counter() - started
    stats = crawler.stats.get_stats()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": used.ru_utime + used.ru_stime,
                "items": stats.get("item_scraped_count", 0),
                "pages": stats.get("response_received_count", 0),
                "memory": memory,
            }
        )
    )


def _watch(memory: list[float], pages: int) -> Any:
    seen = 0

    def note() -> None:
        nonlocal seen
        seen += 1
        if seen in (pages // 5, pages - 50):
            memory.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20)

    return note


def serve(ports: Queue[int]) -> None:
    """Serve the pages on loopback until the process is ended."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            while (await reader.readline()).strip():
                pass
            body = page(int(line.split()[1].strip(b"/")))
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--pages", type=int, default=5_000)
    arguments.add_argument("--turns", action="store_true")
    arguments.add_argument("--variant")
    arguments.add_argument("--base")
    options = arguments.parse_args()
    if options.variant:
        crawl(options.variant, options.base, options.pages, options.turns)
        return
    ports: Queue[int] = Queue()
    server = Process(target=serve, args=(ports,), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{ports.get()}"
    figures = {}
    with fresh_database() as engine:
        environment = os.environ | {"DATABASE_URL": engine.url.render_as_string(hide_password=False)}
        for variant in ("bare", "ours"):
            command = [sys.executable, "-m", "bench.speed.crawl", "--variant", variant, "--base", base]
            command += ["--pages", str(options.pages), *(["--turns"] if options.turns else [])]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            figures[variant] = json.loads(done.stdout.splitlines()[-1])
        with engine.connect() as connection:
            stored = connection.scalar(text("SELECT count(*) FROM raw_events"))
    server.terminate()
    table = Table(
        "variant", "pages/s", "items/s", "seconds", "CPU s", "MB at 1/5", "MB at end", "ratio", title="a crawl"
    )
    for variant, f in figures.items():
        ratio = figures["bare"]["seconds"] / f["seconds"]
        speeds = f"{f['pages'] / f['seconds']:.0f}", f"{f['items'] / f['seconds']:,.0f}"
        memory = [f"{megabytes:.0f}" for megabytes in f["memory"]]
        table.add_row(variant, *speeds, f"{f['seconds']:.1f}", f"{f['cpu']:.1f}", *memory, f"{ratio:.2f}")
    console = Console()
    console.print(table)
    console.print(f"{stored} rows stored; every item of every page: {stored == options.pages * EVENTS_A_PAGE}")


if __name__ == "__main__":
    main()
