"""A copy of the project that a test may change, and commands run in it as in a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

_FILES = (".env.example", "CONTRIBUTING.md", "README.md", "alembic.ini", "pyproject.toml", "scrapy.cfg")
_TREES = ("alembic", "carpenter", "docs", "sms_catalog", "sms_crawlers", "sms_database", "sms_text", "tests")


def copy_project(directory: Path) -> Path:
    """Copy the packages, the recordings of the spiders and the tests."""
    for name in _FILES:
        shutil.copy(ROOT / name, directory)
    for name in _TREES:
        shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
    return directory


def environment_of(copy: Path, **more: str) -> dict[str, str]:
    """The environment in which commands use the packages of a copy, and a home of its own."""
    proxies = {name: "" for name in os.environ if name.lower().endswith("_proxy")}
    own = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(copy),
        "SMS_HOME": str(copy / "home"),
    }
    return os.environ | proxies | own | more


def run_in(copy: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the virtual environment in a copy."""
    return subprocess.run(command, cwd=copy, env=environment_of(copy, **more), capture_output=True, text=True)
