"""The whole fleet: every spider over the recordings, through `scrapy ingest`, into one catalog.

python -m bench.speed.fleet [DIRECTORY of recordings; default tests/recordings]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from bench.fresh_database import fresh_database

ROOT = Path(__file__).parents[2]

COUNTS = {
    "sources with rows": "SELECT count(DISTINCT source) FROM raw_events",
    "raw rows": "SELECT count(*) FROM raw_events",
    "rows in quarantine": "SELECT count(*) FROM quarantined_items",
    "events": "SELECT count(*) FROM events",
    "events of two or more sources": "SELECT count(*) FROM (SELECT s.event_id FROM event_sources s JOIN raw_events r"
    " ON r.id = s.raw_event_id WHERE s.event_id IS NOT NULL GROUP BY 1 HAVING count(DISTINCT r.source) > 1) several",
    "venues": "SELECT count(*) FROM venues",
    "artists": "SELECT count(*) FROM artists",
}


def main() -> None:
    """Crawl, build, count."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("recordings", nargs="?", type=Path, default=ROOT / "tests" / "recordings")
    recordings = arguments.parse_args().recordings.resolve()
    console = Console()
    table = Table("step", "seconds", "peak MB of the largest process so far", title=f"the fleet over {recordings.name}")
    with fresh_database() as engine:
        environment = os.environ | {"DATABASE_URL": engine.url.render_as_string(hide_password=False)}
        steps = {
            "scrapy ingest": ["scrapy", "ingest", "--json", "--replay", str(recordings)],
            "carpenter run": ["carpenter", "run"],
        }
        for step, command in steps.items():
            began = perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            table.add_row(step, f"{perf_counter() - began:.1f}", f"{peak:.0f}")
            if command[0] == "scrapy":
                runs = json.loads(done.stdout)
                verdicts = [run["verdict"] for run in runs]
                told = ", ".join(f"{verdicts.count(v)} {v}" for v in ("ok", "suspect", "failed", "skipped"))
                console.print(f"{len(runs)} spiders: {told}")
                for run in runs:
                    if run["verdict"] != "ok":
                        console.print(f"  {run['source']}: {run['verdict']}: {run['message']}", markup=False)
            elif done.returncode:
                raise SystemExit(done.stderr)
        console.print(table)
        counts = Table("what", "how many")
        with engine.connect() as connection:
            for what, statement in COUNTS.items():
                counts.add_row(what, f"{connection.execute(text(statement)).scalar():,}")
        console.print(counts)


if __name__ == "__main__":
    main()
