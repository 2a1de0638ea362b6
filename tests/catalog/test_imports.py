"""Another program reads the catalog without what a terminal, a crawl or a build needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

MODULES = sorted(f"sms_catalog.{path.stem}" for path in (ROOT / "sms_catalog").glob("*.py") if path.stem != "__init__")

HEAVY = ("alembic", "carpenter", "ftfy", "icalendar", "rapidfuzz", "rich", "scrapy", "typer")


def loaded_by(modules: list[str]) -> set[str]:
    """The top-level packages that a new process has loaded after importing these."""
    program = f"import sys, {', '.join(modules)}; print(*{{name.split('.')[0] for name in sys.modules}})"
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return set(told.split())


@pytest.mark.parametrize("module", [*MODULES, "all but the calendar"])
def test_the_read_side_loads_nothing_heavy(module: str) -> None:
    modules = [module] if module in MODULES else [name for name in MODULES if name != "sms_catalog.icalendar"]
    allowed = {"icalendar"} if module == "sms_catalog.icalendar" else set()
    assert loaded_by(modules) & set(HEAVY) <= allowed
