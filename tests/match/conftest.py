"""The table of precision and recall is printed at the end of every run of these tests."""

from tests.match.report import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
