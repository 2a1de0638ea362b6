"""Many sources at once, each in a process of its own: one that hangs, eats memory or dies costs itself only."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from types import FrameType
from typing import Any

from scrapy.settings import BaseSettings, Settings
from scrapy.utils.misc import load_object

from sms_crawlers.runs.progress import Progress
from sms_crawlers.runs.result import RunResult
from sms_crawlers.runs.store import close_dead_run, configure_models
from sms_crawlers.runs.worker import STOP, Standing, Task, crawl_source, for_worker
from sms_crawlers.spider import SourceSpider
from sms_database.errors import DatabaseProblem
from sms_database.venues import all_venue_facts, city_facts

START_METHOD = {"linux": "fork", "win32": "spawn"}.get(sys.platform, "forkserver")
"""A fork of this process, which has all modules loaded and neither threads nor a reactor, takes 5 ms. A server that
forks cleaner ones takes as long, after 1.6 s of loading the same modules again; macOS needs that, for its own libraries
start threads."""

_TURN_SECONDS = 0.25
_MANY_SIGNALS = 64

logger = logging.getLogger(__name__)


class Supervisor:
    """Crawls sources in processes of their own, `concurrency` of them at a time.

    SIGINT and SIGTERM let the crawls under way end in good order, and none is begun any more; another one kills them.
    """

    def __init__(self, settings: Settings, *, concurrency: int, quiet: bool, progress: Progress) -> None:
        self._settings = settings
        self._concurrency = concurrency
        self._quiet = quiet
        self._progress = progress
        self._context: Any = multiprocessing.get_context(START_METHOD)
        self._running: list[_Crawl] = []
        self._channels: set[Connection] = set()
        # A signal wakes whoever waits for messages.
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._signals = 0
        self._heeded = 0

    def crawl(self, spiders: Mapping[type[SourceSpider], Mapping[str, str]]) -> list[RunResult]:
        """Crawl with each of the spiders and its arguments; returns how each ended that was begun, by name."""
        settings, log_level = for_worker(self._settings), self._settings.get("LOG_LEVEL")
        waiting = [
            Task(spider=spider, arguments=arguments, settings=settings, log_level=log_level, quiet=self._quiet)
            for spider, arguments in reversed(list(spiders.items()))
        ]
        self._get_ready()
        results: list[RunResult] = []
        with self._signals_counted():
            while self._running or (waiting and not self._signals):
                while waiting and not self._signals and len(self._running) < self._concurrency:
                    self._begin(waiting.pop())
                self._heed_signals()
                for crawl in self._heard():
                    self._running.remove(crawl)
                    self._channels.remove(crawl.channel)
                    results.append(crawl.end())
                    self._progress.end(results[-1])
                self._progress.draw()
        return sorted(results, key=lambda result: result.source)

    def _get_ready(self) -> None:
        if START_METHOD == "fork":
            load_all(self._settings)
            os.register_at_fork(after_in_child=self._forget_channels)
        elif START_METHOD == "forkserver":
            self._context.set_forkserver_preload([__name__, *self._settings.getlist("SPIDER_MODULES")])

    def _begin(self, task: Task) -> None:
        ours, theirs = self._context.Pipe()
        self._channels.add(ours)
        source = task.spider.name
        process = self._context.Process(target=crawl_source, args=(task, theirs), name=source)
        process.start()
        theirs.close()
        self._running.append(_Crawl(source, process, ours, task))
        self._progress.begin(source)

    def _forget_channels(self) -> None:
        """In a fork: that the parent is gone can be seen only where no child holds the parent's end of a channel."""
        for channel in self._channels:
            channel.close()
        signal.set_wakeup_fd(-1)
        self._woken.close()
        self._waker.close()

    def _heard(self) -> list[_Crawl]:
        """Listen for a turn; returns the crawls that have ended."""
        ended = []
        for channel in wait([*(crawl.channel for crawl in self._running), self._woken], _TURN_SECONDS):
            if channel is self._woken:
                self._woken.recv(_MANY_SIGNALS)
                continue
            crawl = next(crawl for crawl in self._running if crawl.channel is channel)
            if not crawl.hear(self._progress):
                ended.append(crawl)
        return ended

    def _heed_signals(self) -> None:
        while self._heeded < self._signals:
            self._heeded += 1
            for crawl in self._running:
                if self._heeded == 1:
                    crawl.stop()
                else:
                    crawl.process.kill()

    @contextmanager
    def _signals_counted(self) -> Iterator[None]:
        def count(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what Python calls a handler with
            self._signals += 1

        before = {number: signal.signal(number, count) for number in (signal.SIGINT, signal.SIGTERM)}
        signal.set_wakeup_fd(self._waker.fileno())
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            self._woken.close()
            self._waker.close()
            for number, handler in before.items():
                signal.signal(number, handler)


@dataclass(eq=False, slots=True)
class _Crawl:
    """A process under way."""

    source: str
    process: BaseProcess
    channel: Connection
    task: Task
    began: float = field(default_factory=monotonic)
    standing: Standing = field(default_factory=Standing)
    result: RunResult | None = None

    def hear(self, progress: Progress) -> bool:
        """Take what the process has told; False if it has ended."""
        try:
            while self.channel.poll():
                message = self.channel.recv()
                if isinstance(message, RunResult):
                    self.result = message
                elif isinstance(message, Standing):
                    self.standing = message
                    progress.note(self.source, message)
                else:
                    logging.root.handle(logging.makeLogRecord(message))
        except (EOFError, ConnectionResetError):
            return False
        return True

    def stop(self) -> None:
        """Ask the process to end in good order."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.channel.send(STOP)

    def end(self) -> RunResult:
        """Take leave of a process that has ended. If it did not tell how, that is told, and noted in its run's row."""
        self.process.join()
        self.channel.close()
        if self.result is not None:
            return self.result
        seconds = monotonic() - self.began
        message = f"its process died: {self._way_of_dying(seconds)}"
        logger.error("%s: failed: %s", self.source, message)
        if self.standing.run_id is not None:
            try:
                close_dead_run(self.standing.run_id, message, timedelta(seconds=seconds))
            except DatabaseProblem as problem:
                logger.warning("the run of %s stays open until it is crawled again: %s", self.source, problem)
        return RunResult(source=self.source, verdict="failed", message=message, seconds=seconds)

    def _way_of_dying(self, seconds: float) -> str:
        code = self.process.exitcode
        if code is None or code >= 0:
            return f"exit code {code}"
        if code != -signal.SIGALRM:
            return f"killed by signal {-code}"
        own = (self.task.spider.custom_settings or {}).get
        settings = self.task.settings
        silent, longest = (float(own(name, settings[name])) for name in ("SILENT_SECONDS_MAX", "RUN_SECONDS_MAX"))
        if seconds > longest:
            return f"killed, for it did not end after the {longest:,g} s that a run may take (RUN_SECONDS_MAX)"
        return f"killed, for it gave no sign of life for {silent:g} s (SILENT_SECONDS_MAX)"


def load_all(settings: BaseSettings) -> None:
    """Import the classes that settings name, and read the facts of rooms and cities, so that no process has to."""
    all_venue_facts()
    city_facts()
    configure_models()
    for name in settings:
        value = settings[name]
        entries = [*value, *value.values()] if isinstance(value, BaseSettings | dict) else [value]
        for path in entries:
            if isinstance(path, str) and path.startswith(("scrapy.", "sms_crawlers.")):
                with suppress(ImportError, NameError):  # a module, or not installed: whoever uses it says so
                    load_object(path)
    gc.freeze()
