"""Playing a history on a database, with what gets in the way of its builds, and comparing what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from carpenter.pipeline.build import Selection, run
from carpenter.pipeline.limits import DEFAULT_LIMITS, BuildLimits
from carpenter.pipeline.rebuild import check, rebuild
from carpenter.store.decisions import undo_decision, write_decisions
from sms_database.artist_lookup import store_lookups
from sms_database.raw_check import check_item
from sms_database.raw_store import mark_dirty, store_raw_events
from sms_database.sources import store_source
from tests.carpenter.catalog_dump import catalog_dump
from tests.carpenter.histories import SOURCES, Answer, Build, Crawl, Decide, History, Input, Learn, Undo, Vanish
from tests.carpenter.raw_rows import clock

TABLES = (
    *("event_sources", "event_artists", "artist_links", "artist_aliases", "venue_aliases", "raw_placements"),
    *("raw_evidence", "dirty_raw_events", "raw_event_versions", "carpenter_records", "artist_lookups", "raw_events"),
    *("venue_mentions", "mention_blocks", "events", "venues", "artists", "known_names", "review_pairs", "decisions"),
    *("carpenter_runs", "sources", "changes", "heads", "event_cards"),
)
"""All that a history fills, those that refer to others first."""

_UNLIST = """
UPDATE raw_events SET unlisted_at = :at
WHERE source = :source AND source_event_id = :id AND unlisted_at IS NULL AND last_seen_at < :at RETURNING id
"""


_NEXT_DECISION = "SELECT setval(pg_get_serial_sequence('decisions', 'id'), :id, false)"


class Killed(BaseException):
    """Raised in a build in place of a statement: nothing after it happens, as when the process dies."""


@dataclass(slots=True)
class Player:
    """Plays histories on one database."""

    engine: Engine
    done: Counter[str] = field(default_factory=Counter)
    """How much was done of each kind, over all histories."""
    taken: list[tuple[Input, int | None]] = field(default_factory=list, repr=False)
    """What the database took in of this history, in the order in which it did, with the ids of decisions."""
    _decided: list[int] = field(default_factory=list)
    _limits: BuildLimits = DEFAULT_LIMITS

    def begin(self) -> None:
        """Empty the database; the sources are as they were at first."""
        self.taken, self._decided = [], []
        with self.engine.begin() as connection:
            # Emptied tables stay small; truncating as many takes ten times as long.
            for table in TABLES:
                connection.execute(text(f"DELETE FROM {table}"))
            for facts in SOURCES:
                store_source(connection, facts)

    def play(self, history: History) -> None:
        """All of it in order, and a last build that is let through."""
        self.begin()
        self._limits = BuildLimits(block_mentions=history.block_mentions)
        for operation in history.operations:
            if isinstance(operation, Build):
                self._build(operation)
            else:
                self.take(operation)
        self._run(Build())

    def play_at_once(
        self,
        taken: Sequence[tuple[Input, int | None]],
        block_mentions: int = DEFAULT_LIMITS.block_mentions,
    ) -> None:
        """Only the inputs that another player took in, and one build."""
        self.begin()
        self._limits = BuildLimits(block_mentions=block_mentions)
        for operation, decision_id in taken:
            with self.engine.begin() as connection:
                if decision_id is not None:
                    connection.execute(text(_NEXT_DECISION), {"id": decision_id})
                self._take(connection, operation)
            self._took(operation)
        self._run(Build())

    def take(self, operation: Input) -> None:
        """Have it happen now."""
        with self.engine.begin() as connection:
            self._take(connection, operation)
        self._took(operation)

    def _take(self, connection: Connection, operation: Input) -> None:
        match operation:
            case Crawl(rows):
                store_raw_events(connection, [check_item(row) for row in rows])
            case Vanish(keys, at):
                gone: list[int] = []
                for source, row_id in keys:
                    named = {"at": at, "source": source, "id": row_id}
                    gone += connection.scalars(text(_UNLIST), named).all()
                mark_dirty(connection, gone)
            case Answer(item):
                store_lookups(connection, [item])
            case Learn(facts):
                store_source(connection, facts)
            case Decide(decision):
                self._decided += write_decisions(connection, [decision], clock())
            case Undo(number):
                if number < len(self._decided):
                    undo_decision(connection, self._decided[number], deleted_by="bob", deleted_at=clock())

    def _took(self, operation: Input) -> None:
        self.taken.append((operation, self._decided[-1] if isinstance(operation, Decide) else None))
        self.done[_kind(operation)] += 1

    def _build(self, how: Build) -> None:
        later: list[Input] = []
        hooks: dict[int, Callable[[], None]] = {}
        if how.meanwhile is not None:
            at, what = how.meanwhile
            hooks[at] = lambda: self._interfere(what, later)
        if how.killed_at is not None:
            hooks[how.killed_at] = self._kill
        with calling(hooks):
            try:
                self._run(how)
            except Killed:
                self.engine.dispose()  # whatever its connections hold ends with them
                self.done["kill"] += 1
        for operation in later:
            self.take(operation)

    def _run(self, how: Build) -> None:
        if how.by_other_rules:
            with self.engine.begin() as connection:
                connection.execute(text("UPDATE carpenter_runs SET rules_hash = 'others'"))
        self.done["build"] += 1
        if how.workers > 1:
            self.done["build with several workers"] += 1
        self._limits = limits_of(how.batch, self._limits.block_mentions)
        if how.from_nothing:
            self.done["build from nothing"] += 1
            rebuild(self.engine, clock=clock, limits=self._limits)
        else:
            selection = Selection(source=how.source)
            run(self.engine, clock=clock, workers=how.workers, selection=selection, limits=self._limits)

    def _kill(self) -> None:
        raise Killed

    def _interfere(self, what: Input | None, later: list[Input]) -> None:
        """Do it over another connection, unless the build holds what it needs; then an input waits for the build."""
        other = create_engine(self.engine.url, connect_args={"options": "-c lock_timeout=20ms -c timezone=UTC"})
        decided = list(self._decided)
        try:
            if what is None:
                run(other, clock=clock, limits=self._limits)
                self.done["build during a build"] += 1
                return
            with other.begin() as connection:
                self._take(connection, what)
            self._took(what)
            self.done["input during a build"] += 1
        except OperationalError as problem:
            if getattr(problem.orig, "sqlstate", None) != "55P03":
                raise
            self._decided = decided
            self.done["waited for a build"] += 1
            later += [] if what is None else [what]
        finally:
            other.dispose()


@contextmanager
def calling(hooks: dict[int, Callable[[], None]]) -> Iterator[None]:
    """Calls each hook before the statement or commit of its number, over all connections of this process."""

    def call(step: int) -> None:
        if hook := hooks.pop(step, None):
            hook()

    with at_every_step(call):
        yield


@contextmanager
def at_every_step(hook: Callable[[int], None]) -> Iterator[None]:
    """Calls the hook with the number of each statement and commit before it, those that the hook makes left out."""
    count, is_hook = 0, False

    def step(*_: object) -> None:
        nonlocal count, is_hook
        if is_hook:
            return
        count += 1
        is_hook = True
        try:
            hook(count)
        finally:
            is_hook = False

    names = ("before_cursor_execute", "commit")
    for name in names:
        event.listen(Engine, name, step)
    try:
        yield
    finally:
        for name in names:
            event.remove(Engine, name, step)


def limits_of(batch: int, block_mentions: int = DEFAULT_LIMITS.block_mentions) -> BuildLimits:
    """Limits of a build whose every transaction takes so much at most."""
    return BuildLimits(
        first_pass_rows=batch,
        mentions=batch,
        assigned_rows=batch,
        built_rows=batch,
        artists=batch,
        block_mentions=block_mentions,
    )


def unlike(left: Engine, right: Engine) -> dict[str, tuple[list[str], list[str]]]:
    """The tables in which two catalogs differ: the rows that only the left has, and those that only the right has."""
    here, there = catalog_dump(left), catalog_dump(right)
    return {
        table: (sorted(set(here[table]) - set(there[table])), sorted(set(there[table]) - set(here[table])))
        for table in here
        if here[table] != there[table]
    }


def unlike_its_rebuild(engine: Engine, block_mentions: int = DEFAULT_LIMITS.block_mentions) -> list[str]:
    """The tables that a build from nothing gives otherwise."""
    limits = BuildLimits(block_mentions=block_mentions)
    return [found.table for found in check(engine, clock=clock, limits=limits) if not found.is_equal]


def _kind(operation: Input) -> str:
    return operation.decision.kind if isinstance(operation, Decide) else type(operation).__name__.lower()
