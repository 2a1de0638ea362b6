"""The table of the labelled pairs at the end of a run of tests, green or not."""

from __future__ import annotations

import pytest

TABLE = "labelled pairs"
"""Name of the property under which the test hands on its lines; a report carries it from a worker of xdist."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table that the test recorded."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            lines = dict(report.user_properties).get(TABLE)
            if lines:
                terminalreporter.section("labelled pairs: precision and recall by habit")
                for line in lines:
                    terminalreporter.write_line(line)
