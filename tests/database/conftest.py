"""What tests of real servers share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sms_database.server import remove_server


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """An empty directory that every user can walk to, unlike pytest's."""
    directory = Path(tempfile.mkdtemp(prefix="sms-test-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory
    remove_server(directory / "home")
    shutil.rmtree(directory)
