"""What a process for each source costs: `scrapy ingest` over the recordings, against all spiders in one process.

Both answer every request from recordings and store all they read in a database of their own. Each round runs both, one
after the other, so that what else the machine does meanwhile meets both.

python -m bench.speed.ingest [--rounds 3] [--recordings tests/recordings]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, cast

from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings
from sqlalchemy import text

from bench.fresh_database import fresh_database, full_url
from sms_crawlers.commands.ingest import CONCURRENCY

ROOT = Path(__file__).parents[2]
MAX_RATIO = 1.5
"""The ratio that is kept to."""


def crawl_in_one_process(recordings: str) -> None:
    """Crawl with all spiders in this process, as many at once as `scrapy ingest` has processes."""
    settings = get_project_settings()
    settings.setdict({"REPLAY": recordings, "LOG_LEVEL": "WARNING"}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    waiting = process.spider_loader.list()

    async def in_turn() -> None:
        while waiting:
            await process.crawl(process.create_crawler(waiting.pop()))

    async def all_of_them() -> None:
        await asyncio.gather(*(in_turn() for _ in range(CONCURRENCY)))
        from twisted.internet import reactor  # Scrapy installs the reactor only when it starts

        cast(Any, reactor).stop()

    work = asyncio.get_event_loop().create_task(all_of_them())
    process.start(stop_after_crawl=False)
    work.result()


def timed(command: list[str]) -> tuple[float, float, int]:
    """Seconds by the clock, CPU seconds (PostgreSQL's are not among them), and rows stored, of a command."""
    with fresh_database() as engine:
        environment = os.environ | {"DATABASE_URL": full_url(engine.url)}
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
        seconds, after = perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        with engine.connect() as connection:
            rows = int(connection.execute(text("SELECT count(*) FROM raw_events")).scalar_one())
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, rows


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--recordings", default=str(ROOT / "tests" / "recordings"))
    arguments.add_argument("--in-one-process", action="store_true", help="only crawl, in this process")
    options = arguments.parse_args()
    if options.in_one_process:
        crawl_in_one_process(options.recordings)
        return
    one = [sys.executable, "-m", "bench.speed.ingest", "--in-one-process", "--recordings", options.recordings]
    each = [sys.executable, "-m", "scrapy", "ingest", "--json", "-L", "WARNING", "--replay", options.recordings]
    table = Table("round", "one process", "CPU s", "one a source", "CPU s", "rows", "ratio", title="seconds of a crawl")
    ratios = []
    for number in range(1, options.rounds + 1):
        (one_s, one_cpu, one_rows), (each_s, each_cpu, each_rows) = timed(one), timed(each)
        ratios.append(each_s / one_s)
        rows = f"{one_rows}" if one_rows == each_rows else f"{one_rows}, {each_rows}"
        figures = (f"{one_s:.1f}", f"{one_cpu:.1f}", f"{each_s:.1f}", f"{each_cpu:.1f}", rows)
        table.add_row(str(number), *figures, f"{ratios[-1]:.2f}")
    console = Console()
    console.print(table)
    console.print(f"median ratio {median(ratios):.2f}; at most {MAX_RATIO}: {median(ratios) <= MAX_RATIO}")


if __name__ == "__main__":
    main()
