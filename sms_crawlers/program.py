"""What this program is called, for servers and for its own records."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str | None:
    """The version installed; None in an egg on a scrapyd node, which carries another name."""
    try:
        return version("live-music-calendar")
    except PackageNotFoundError:
        return None
