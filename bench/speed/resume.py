"""A catalog grown the hard way, against one built from nothing: rows shuffled, loaded in batches, builds killed.

After each batch `python -m carpenter run` is killed at a random moment; the last one is let through. Then
`python -m carpenter rebuild --check` compares every table with a build from nothing.

python -m bench.speed.resume [--rows 5000] [--batches 8]
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from rich.console import Console

from bench.fresh_database import fresh_database
from bench.worlds.world import raw_events

CARPENTER = (sys.executable, "-m", "carpenter")


def main() -> None:
    """Grow, kill, resume, check."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, default=5_000)
    arguments.add_argument("--batches", type=int, default=8)
    options = arguments.parse_args()
    chance = random.Random(7)
    rows = list(raw_events(options.rows))
    chance.shuffle(rows)
    console = Console()
    with fresh_database() as engine, TemporaryDirectory() as directory:
        environment = os.environ | {"DATABASE_URL": engine.url.render_as_string(hide_password=False)}
        killed = 0
        for number in range(options.batches):
            file = Path(directory) / f"{number}.jsonl"
            file.write_bytes(b"\n".join(map(orjson.dumps, rows[number :: options.batches])))
            subprocess.run((*CARPENTER, "load", str(file), "--quiet"), env=environment, check=True)
            killed += killed_after(chance.uniform(1.0, 4.0), environment)
        for attempt in count(1):
            if subprocess.run((*CARPENTER, "run", "--quiet"), env=environment, check=False).returncode == 0:
                break
            if attempt == 3:
                raise SystemExit("the resumed build does not come to its end")
        console.print(f"{options.rows} rows in {options.batches} batches, {killed} builds killed; then one let through")
        raise SystemExit(subprocess.run((*CARPENTER, "rebuild", "--check"), env=environment, check=False).returncode)


def killed_after(seconds: float, environment: dict[str, str]) -> int:
    """Start a build and kill it after a while; 1 if it was still at work."""
    build = subprocess.Popen((*CARPENTER, "run", "--quiet"), env=environment)
    try:
        build.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        build.kill()
        build.wait()
        return 1
    return 0


if __name__ == "__main__":
    main()
