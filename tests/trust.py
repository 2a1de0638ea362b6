"""The promises of tests/trust.toml: which tests show each, and how they ended."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

PROMISES: dict[int, dict[str, str]] = {
    int(number): entry for number, entry in tomllib.loads((Path(__file__).parent / "trust.toml").read_text()).items()
}

_PROPERTY = "trust"


class TrustReport:
    """A table of the promises at the end of a run with `--trust`, and of those that no test shows after every run.

    A run fails where a promise has no test, unless it was told which tests to run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._ended: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a marked test ended; a test that is skipped or breaks in its set-up has no call."""
        if report.when == "call" or (report.when == "setup" and not report.passed):
            for name, number in report.user_properties:
                if name == _PROPERTY and isinstance(number, int):
                    self._ended[number].append((report.nodeid.partition("[")[0], report.outcome))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run of all tests that leaves a promise without one."""
        if self._is_whole() and self._unshown() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the promises."""
        whole, wanted = self._is_whole(), self._config.getoption("--trust")
        if wanted:
            terminalreporter.section("promises of tests/trust.toml")
            for number, entry in PROMISES.items():
                terminalreporter.write_line(f"{number:>3}  {self._state(number):<22} {entry['promise']}")
                for test in sorted({test for test, _ in self._ended[number]}):
                    terminalreporter.write_line(f"         {test}")
        if whole and self._unshown():
            numbers = ", ".join(map(str, self._unshown()))
            terminalreporter.write_line(f"promises that no test shows: {numbers} (tests/trust.toml)", red=True)

    def _state(self, number: int) -> str:
        ended = [outcome for _, outcome in self._ended[number]]
        counts = [
            f"{ended.count(outcome)} {outcome}" for outcome in ("passed", "failed", "skipped") if outcome in ended
        ]
        return ", ".join(counts) or "NO TEST"

    def _unshown(self) -> list[int]:
        return [number for number in PROMISES if {outcome for _, outcome in self._ended[number]} <= {"skipped"}]

    def _is_whole(self) -> bool:
        """Was the run asked for all tests, or for all that show a promise?"""
        options = self._config.option
        chosen = options.keyword or getattr(options, "lf", False) or options.collectonly or options.maxfail
        everything = self._config.args_source is pytest.Config.ArgsSource.TESTPATHS
        return everything and not chosen and options.markexpr in ("", _PROPERTY)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that `make trust` gives."""
    parser.addoption("--trust", action="store_true", help="print the promises of tests/trust.toml with their tests")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known; the process that reports, not xdist's workers, keeps count."""
    config.addinivalue_line("markers", "trust(*numbers): shows these promises of tests/trust.toml")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(TrustReport(config), "trust-report")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each marked test carry its numbers to the report. Raises UsageError for a number that is no promise."""
    for item in items:
        for number in {number for mark in item.iter_markers(_PROPERTY) for number in mark.args}:
            if number not in PROMISES:
                raise pytest.UsageError(f"{item.nodeid}: tests/trust.toml has no promise {number}")
            item.user_properties.append((_PROPERTY, number))
