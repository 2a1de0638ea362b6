"""What the commands of all programs share: exit codes, errors in one line, the database, progress, tables, stopping."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Annotated, Any, NoReturn

import orjson
import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import Engine

from sms_database import locks
from sms_database.errors import DatabaseProblem, database_problems
from sms_database.session import open_engine
from sms_database.version import PROGRAM, program_version
from sms_text.printable import printable

NO, WRONG, NOT_RUNNING = 1, 2, 3
"""Exit codes: the answer is no or some of the input was bad; the command could not be carried out at all; `status` of a
server that is stopped."""

_UNLIMITED = 100_000

logger = logging.getLogger("carpenter")


def clock() -> datetime:
    """The one place where the command line asks for the time."""
    return datetime.now(UTC)


def say(line: str) -> None:
    """Print a line of the answer; what would act on the terminal in it is shown (`printable`)."""
    sys.stdout.write(f"{printable(line)}\n")


def warn(line: str) -> None:
    """Print a line on stderr, as `say` does."""
    sys.stderr.write(f"{printable(line)}\n")


def _tell_version(asked: bool) -> None:
    if asked:
        say(f"{PROGRAM} {program_version() or '(not installed: its version is not known)'}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="print the version and end")
]
"""The option of each program that tells which version it is."""


def warn_of(problem: object) -> None:
    """Print on stderr, in one line, what keeps the command from its work."""
    warn(f"error: {problem}")


def say_json(value: Any) -> None:
    """Print the answer for a program: one JSON value on one line."""
    sys.stdout.write(orjson.dumps(value, default=str).decode() + "\n")


def fail(problem: str, code: int = WRONG, choices: Iterable[str] = ()) -> NoReturn:
    """End the command with one line on stderr, and below it a line for each of what could be chosen."""
    warn_of(problem)
    for choice in choices:
        warn(f"  {choice}")
    raise typer.Exit(code)


@contextmanager
def database() -> Iterator[Engine]:
    """The database of the settings; trouble with it ends the command with one line and exit code 2."""
    try:
        with database_problems():
            engine = open_engine(lock_wait_seconds=locks.LOCK_WAIT_SECONDS)
            try:
                yield engine
            finally:
                engine.dispose()
    except DatabaseProblem as problem:
        fail(str(problem))


@contextmanager
def stoppable(line: str) -> Iterator[None]:
    """Ctrl-C and SIGTERM roll back what is under way and end the command with this line, exit code 130 or 143."""
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt  # the one exception for which the driver ends a statement under way

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except BaseException:
        # Whatever is raised after the signal follows from it: the driver may fail to tidy up a statement cut short.
        if not received:
            raise
        warn(line)
        raise typer.Exit(128 + received[0]) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def progress(what: str, unit: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Reports (done, total) while the block runs: a bar on a terminal, plain log lines elsewhere, nothing if quiet.

    The carpenter's own log lines appear with it.
    """
    console = Console(stderr=True)
    if quiet:
        yield None
    elif console.is_terminal:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        handler = RichHandler(console=console, show_time=False, show_level=False, show_path=False)
        with _logging(handler), Progress(*columns, console=console) as bar:
            task = bar.add_task(escape(printable(what)), total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
    else:
        with _logging(logging.StreamHandler(sys.stderr)):
            yield lambda done, total: logger.info("%s: %s of %s %s", what, f"{done:,}", f"{total:,}", unit)


@contextmanager
def _logging(handler: logging.Handler) -> Iterator[None]:
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


class LineTable(Table):
    """A table with cells of one line, in which what would act on the terminal is shown (`printable`)."""

    def add_row(self, *cells: str) -> None:  # type: ignore[override]
        """Add a row; a cell is in rich's markup, so text of others is to be escaped."""
        super().add_row(*map(printable, cells))


def show(table: LineTable) -> None:
    """Print a table: fitted to a terminal, as wide as it needs and without colour elsewhere."""
    console = Console(emoji=False)
    if console.is_terminal:
        console.print(table)
        return
    wide = Console(width=_UNLIMITED, color_system=None, emoji=False)
    with wide.capture() as capture:
        wide.print(table)
    for line in capture.get().splitlines():
        say(line.rstrip())


def terminal_width() -> int | None:
    """Columns of the terminal that the answer goes to; None where it is no terminal."""
    console = Console()
    return console.width if console.is_terminal else None


def plural(count: int, noun: str) -> str:
    """ "1 row", "1,234 rows"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
