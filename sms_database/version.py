"""What this program is called, for servers and for its own records."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from sms_database.settings import Settings

PROGRAM = "live-music-calendar"


def program_version() -> str | None:
    """The version installed; None in an egg on a scrapyd node, which carries another name."""
    try:
        return version(PROGRAM)
    except PackageNotFoundError:
        return None


def user_agent(settings: Settings) -> str:
    """The User-Agent, in the form that crawlers have: `name/version (+URL; contact)`, less what is not known."""
    known = program_version()
    page = [f"+{settings.about_url}"] if settings.about_url else []
    reach = "; ".join([*page, settings.contact or "no contact configured"])
    return f"{PROGRAM}/{known} ({reach})" if known else f"{PROGRAM} ({reach})"
