"""`make demo`: the project's own recordings through the real pipeline, into a catalog of the demo's own.

    python -m tests.demo
    python -m tests.demo serve

The catalog is that of an embedded PostgreSQL in SMS_HOME/demo, or of DATABASE_URL where that is set and holds no
crawls but the demo's. A second demo finds everything unchanged and prints the same table.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, make_url, text

from sms_database.cli import WRONG, warn_of
from sms_database.errors import DatabaseProblem, database_problems
from sms_database.server import stop_server
from sms_database.session import open_engine
from sms_database.settings import get_settings, project_root

DAY = date(2026, 11, 20)
"""The day on which the recordings were made, and "now" for every step."""

STEPS = (
    ("scrapy", "ingest", "--replay", "tests/recordings", "-L", "WARNING"),
    ("python", "-m", "carpenter", "run"),
    ("python", "-m", "carpenter", "upcoming", "--now", DAY.isoformat(), "--days", "7"),
)

SERVED = ("python", "-m", "sms_api", "serve", "--now", f"{DAY.isoformat()}T20:00:00")
"""Noon in Seattle."""

NEXT = """
The same for real, into a catalog of your own:

    . .venv/bin/activate
    scrapy crawl blue_moon
    python -m carpenter run
    python -m carpenter upcoming

And in a browser, with feeds and an API:  make serve  answers at http://127.0.0.1:8000
"""


def main() -> int:
    """Run the steps; returns the exit code of the first that failed, WRONG if the database is not the demo's to use."""
    settings = get_settings()
    if sys.argv[1:2] == ["serve"]:
        return serve(settings.sms_home / "demo", *sys.argv[2:], is_embedded=not settings.database_url)
    say("The project's own recordings of all its spiders, through the real pipeline, without a network.")
    say(f"They were made on {DAY:%A} {DAY.day} {DAY:%B %Y}, with invented acts: that day is now.")
    try:
        if settings.database_url:
            return demo_in_database_of_yours(settings.database_url)
        return demo_in(settings.sms_home / "demo")
    except DatabaseProblem as problem:
        warn_of(problem)
        return WRONG


def serve(home: Path, *further: str, is_embedded: bool) -> int:
    """Serve the demo's catalog as on its day, made first where there is none; returns the exit code.

    `further` are options of `python -m sms_api serve`.
    """
    variables = {"SMS_HOME": str(home)} if is_embedded else {}
    if is_embedded and not home.exists() and (failed := run_steps(variables)):
        return failed
    command = [Path(sys.executable).parent / SERVED[0], *SERVED[1:], *further]
    try:
        server = subprocess.Popen(command, cwd=project_root(), env=os.environ | variables)
        # Ctrl-C reaches the server as well; it ends when those who have asked are answered.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, _: server.send_signal(number))
        return server.wait()
    finally:
        if is_embedded:
            stop_server(home)


def demo_in(home: Path) -> int:
    """The demo with an embedded server of its own, which is stopped at the end."""
    try:
        failed = run_steps({"SMS_HOME": str(home)})
    finally:
        stop_server(home)
    if not failed:
        shown = home.relative_to(project_root()) if home.is_relative_to(project_root()) else home
        say(f"\nThis catalog stays in {shown}. Its PostgreSQL is stopped; a command that needs it starts it again:\n")
        say(f'    SMS_HOME={shown} .venv/bin/python -m carpenter explain "Marguerite Ashdown"')
        say(NEXT)
    return failed


def demo_in_database_of_yours(url: str) -> int:
    """The demo in the database of DATABASE_URL. Raises DatabaseProblem if that holds more than demos have left."""
    where = make_url(url).render_as_string(hide_password=True)
    say(f"DATABASE_URL is set, so this goes into {where}.")
    engine = open_engine()
    try:
        with database_problems():
            refuse_real_crawls(engine, where)
    finally:
        engine.dispose()
    failed = run_steps({})
    if not failed:
        say(NEXT)
    return failed


def refuse_real_crawls(engine: Engine, where: str) -> None:
    """Raise DatabaseProblem if anything was crawled or loaded on another day than the recordings'."""
    foreign = text(
        "SELECT EXISTS (SELECT FROM crawl_runs WHERE started_at::date <> :day) "
        "OR EXISTS (SELECT FROM raw_events WHERE crawl_run_id IS NULL)"
    )
    with engine.connect() as connection:
        if connection.scalar(foreign, {"day": DAY}):
            raise DatabaseProblem(
                f"{where} holds real crawls, among which the demo's invented nights have no place: "
                "unset DATABASE_URL, and the demo takes a PostgreSQL of its own"
            )


def run_steps(variables: dict[str, str]) -> int:
    """Show and run each step with these environment variables; returns the exit code of the first that failed."""
    programs = Path(sys.executable).parent
    for step in STEPS:
        say(f"\n$ {' '.join(step)}")
        done = subprocess.run(
            [programs / step[0], *step[1:]], cwd=project_root(), env=os.environ | variables, check=False
        )
        if done.returncode:
            sys.stderr.write(f"demo: `{' '.join(step)}` ended with exit code {done.returncode}\n")
            return done.returncode
    return 0


def say(line: str) -> None:
    """Print a line before what the next step prints."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
