"""How much CPU a spider may spend on one page: its callback's own time is counted, and cut off where it ends."""

from __future__ import annotations

import inspect
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from types import FrameType
from typing import Any

from sms_crawlers.errors import CrawlStopped

_MIN_SECONDS = 0.001
"""To the system's clock 0 is off."""

_AGAIN_SECONDS = 0.2
"""A library that swallows the first exception gets another after so much more CPU."""

_OUTCOME_SECONDS = 0.0001
"""What is done with an outcome is counted as that: at the least it costs a third of it, stored in PostgreSQL ten times
as much. So a callback that yields for ever, each time for nothing, comes to its end too."""


class CallbackLimit:
    """What one callback may spend. It runs in steps, from one item to the next, and only these are counted: not what
    happens to the items meanwhile, nor what else the process does while the callback waits.

    A step that goes beyond raises CrawlStopped in the midst of itself, by a signal of the system's CPU clock (SIGPROF).
    Those come to the main thread only: in another one, and on systems without them, nothing is counted. A step that
    runs out of memory raises CrawlStopped as well.
    """

    def __init__(self, seconds: float, memory_mb: int) -> None:
        self._seconds = seconds
        self._left = seconds
        self._began = 0.0
        self._memory_mb = memory_mb

    def callback(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """The callback with its call, and the steps of what it returns, counted."""

        def counted(*args: Any, **kwargs: Any) -> Any:
            return self._steps_of(self.call(callback, *args, **kwargs))

        return counted

    def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function as one step. Raises CrawlStopped, and what the function raises."""
        global _counting
        if _counting is not None or not _clock_is_ours():
            return function(*args, **kwargs)
        self._began = time.thread_time()
        self.check()
        _counting = self
        # In this order a signal that comes amid the last lines finds nothing to count, or is the last of its clock.
        try:
            try:
                return function(*args, **kwargs)
            except MemoryError:
                pass  # the frames that hold what has filled the memory go before anything else is done
            finally:
                _counting = None
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._left -= time.thread_time() - self._began + _OUTCOME_SECONDS
        most = f"a run may use {self._memory_mb:,} MB (MEMORY_MB_MAX)"
        raise CrawlStopped("memory_exceeded", f"found no more memory: {most}")

    def check(self) -> None:
        """Raise CrawlStopped if the step under way has spent what was left; else wind the clock up for the rest."""
        left = self._left - (time.thread_time() - self._began)
        if left <= 0:
            raise CrawlStopped("page_too_costly", f"took more than {self._seconds:g} s of CPU (PAGE_SECONDS_MAX)")
        # It may ring before that time: it counts the process's other threads too.
        signal.setitimer(signal.ITIMER_PROF, max(left, _MIN_SECONDS), _AGAIN_SECONDS)

    async def each(self, outcomes: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """What an async callback or `start` yields, its steps counted."""
        while True:
            try:
                outcome = await _Stepped(self, anext(outcomes))
            except StopAsyncIteration:
                return
            yield outcome

    def _steps_of(self, output: Any) -> Any:
        if isinstance(output, AsyncIterator):
            return self.each(output)
        if inspect.isawaitable(output):
            return self._awaited(output)
        return self._each_of(output) if isinstance(output, Iterable) else output

    async def _awaited(self, output: Awaitable[Any]) -> Any:
        return self._steps_of(await _Stepped(self, output))

    def _each_of(self, outcomes: Iterable[Any]) -> Iterator[Any]:
        iterator = iter(outcomes)
        end = object()
        while (outcome := self.call(next, iterator, end)) is not end:
            yield outcome


class _Stepped:
    """An awaitable, each of whose steps up to where it waits is counted."""

    def __init__(self, limit: CallbackLimit, awaitable: Awaitable[Any]) -> None:
        self._limit = limit
        self._awaitable = awaitable

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._awaitable.__await__()
        step: Callable[..., Any] = next
        arguments: tuple[Any, ...] = (steps,)
        while True:
            try:
                awaited = self._limit.call(step, *arguments)
            except StopIteration as end:
                return end.value
            try:
                answer = yield awaited
            except BaseException as problem:  # noqa: BLE001 - a cancellation too is the awaitable's to answer
                step, arguments = steps.throw, (problem,)
            else:
                step, arguments = steps.send, (answer,)


_counting: CallbackLimit | None = None
"""Whose step is under way."""


def _on_signal(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what Python calls a handler with
    if _counting is not None:
        _counting.check()


def _clock_is_ours() -> bool:
    """Do the clock's signals come to this thread? Whoever else uses that clock, a profiler, is left alone."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    if signal.getsignal(signal.SIGPROF) is signal.SIG_DFL:
        signal.signal(signal.SIGPROF, _on_signal)  # and stays: a late signal would end the process
    return signal.getsignal(signal.SIGPROF) is _on_signal
