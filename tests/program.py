"""Our programs in processes of their own, forked from one that has their modules loaded.

To load them anew for each of hundreds of processes would take most of the time of all tests.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).parent.parent
DEADLINE = 60.0
"""Seconds in which a program must end that a test waits for."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.preloaded"])


class Program:
    """`python -m MODULE ARGUMENTS` under way, in the project's root and with this environment alone.

    Has what tests ask of a subprocess.Popen: what it writes can be read from its stdout and stderr.
    """

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self.stdout, out = _pipe()
        self.stderr, err = _pipe()
        self._process = _FORKS.Process(target=_run, args=(module, list(arguments), dict(environment), out, err))
        self._process.start()
        out.close()
        err.close()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, as Popen tells it; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float = DEADLINE) -> int:
        """Wait for its end. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(str(self._process), timeout)
        return self.returncode

    def communicate(self, timeout: float = DEADLINE) -> tuple[str, str]:
        """Wait for its end; returns what it wrote. Raises TimeoutExpired, and then has killed it."""
        with self.stdout, self.stderr, ThreadPoolExecutor(2) as readers:
            out, err = (readers.submit(stream.read) for stream in (self.stdout, self.stderr))
            try:
                return out.result(timeout), err.result(timeout)
            except TimeoutError:
                self.kill()
                raise subprocess.TimeoutExpired(str(self._process), timeout) from None
            finally:
                self._process.join(timeout)


def _pipe() -> tuple[TextIO, Connection]:
    """A pipe's two ends: to read text from, and to hand to another process."""
    reader, writer = _FORKS.Pipe(duplex=False)
    with reader:
        return os.fdopen(os.dup(reader.fileno()), encoding="utf-8"), writer


def _run(module: str, arguments: list[str], environment: dict[str, str], out: Connection, err: Connection) -> None:
    """Be the program, in the process that was forked for it."""
    for number, stream in ((1, out), (2, err)):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", encoding="utf-8", closefd=False)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = os.fdopen(  # type: ignore[misc]
        2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
    )
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
