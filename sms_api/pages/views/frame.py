"""What every page has around its own content. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sms_api.pages.addresses import city_path, map_path, week_path
from sms_api.pages.views.wording import Link
from sms_catalog.cities import Scene

FEEDS: Mapping[str, tuple[str, str]] = {
    "json": ("application/json", "JSON"),
    "ics": ("text/calendar", "iCalendar"),
    "atom": ("application/atom+xml", "Atom"),
}
"""The suffixes that a page names as its other forms, with the type and the name of each."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same as a page says, in another form."""

    type: str
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Embed:
    """How other pages show the list of a page."""

    source: str
    """The whole address of the list alone, for a frame."""
    script: str
    """That of the script that makes a frame of a page's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Head, masthead and foot of a page."""

    title: str
    description: str
    canonical: str | None
    """The whole address that this page is known by; None for a page that is no place of its own."""
    place: str | None
    """The scene's name."""
    home: str
    navigation: Sequence[Link]
    alternates: Sequence[Alternate] = ()
    embed: Embed | None = None
    """Of a page with shows."""
    is_indexed: bool = True
    asked: str = ""
    """What stands in the search box."""
    past: Link | None = None
    """The time that the page tells of, where that is not now, and the same page of now."""
    live: str | None = None
    """Parameters of the stream of changes that the page listens to; None for one that changes with nothing."""


def navigation(scene: Scene | None, here: str) -> list[Link]:
    """The pages that every page leads to."""
    of_scene = (
        [("Tonight", city_path(scene.slug)), ("Week", week_path(scene.slug)), ("Map", map_path(scene.slug))]
        if scene
        else [("Tonight", "/")]
    )
    return [Link(words, path, path == here) for words, path in [*of_scene, ("Search", "/search")]]


def alternates(address: str, tail: str, suffixes: Sequence[str]) -> list[Alternate]:
    """The other forms of a page: its address with another ending before the tail."""
    return [Alternate(*FEEDS[suffix], f"{address}.{suffix}{tail}") for suffix in suffixes]
