"""Writing a new source into the project: all of its files, or none."""

from __future__ import annotations

import keyword
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import sms_crawlers
from sms_crawlers.scouting.new_source import NAME
from sms_database.settings import project_root


class CannotWrite(Exception):
    """A source that cannot be written, in one line that says why and what to do. Nothing has been written."""


class ProjectFiles:
    """Where a source's files belong in a checkout."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.venues = root / "sms_database" / "venues.toml"
        self.spider = root / "sms_crawlers" / "spiders" / "venues" / f"{name}.py"
        self.recording = root / "tests" / "recordings" / name

    @classmethod
    def of_new_source(cls, name: str, taken: list[str]) -> ProjectFiles:
        """The files of a source that is not there yet. Raises CannotWrite."""
        if not NAME.match(name) or keyword.iskeyword(name):
            raise CannotWrite(f"{name!r} is no name of a source: lower case letters, digits and _, as in blue_moon")
        root = Path(sms_crawlers.__file__).parents[1]
        files = cls(root, name)
        if root.resolve() != project_root().resolve() or not files.recording.parent.is_dir():
            raise CannotWrite("--write writes into a checkout of the project: run scout inside of it")
        if name in taken:
            raise CannotWrite(f"there is a spider {name} already; `scrapy crawl {name}` runs it")
        there = next((path for path in (files.spider, files.recording) if path.exists()), None)
        if there is not None:
            raise CannotWrite(f"{there.relative_to(root)} is there already: choose another name, or remove it")
        return files


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write files, new ones and changed ones. If one cannot be written all are as before. Raises CannotWrite."""
    with ExitStack() as undoing:
        try:
            for directory in _missing_directories(contents):
                directory.mkdir()
                undoing.callback(directory.rmdir)
            for path, content in contents.items():
                before = path.read_bytes() if path.exists() else None
                undoing.callback(_restore, path, before)
                beside = _beside(path)
                beside.write_bytes(content)
                os.replace(beside, path)
        except OSError as problem:
            raise CannotWrite(f"nothing was written: {problem.filename}: {problem.strerror}") from problem
        undoing.pop_all()


def _restore(path: Path, before: bytes | None) -> None:
    """Make a file what it was; None: there was none."""
    _beside(path).unlink(missing_ok=True)
    if before is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != before:
        path.write_bytes(before)


def _beside(path: Path) -> Path:
    """Where a file's new content stands until it is whole."""
    return path.with_name(f".{path.name}.new")


def _missing_directories(paths: Mapping[Path, bytes]) -> list[Path]:
    """The directories that have to be made, outermost first."""
    parents = {parent for path in paths for parent in path.parents if not parent.exists()}
    return sorted(parents, key=lambda path: len(path.parts))
