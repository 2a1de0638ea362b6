"""Events to which nobody can come: those that are told to be online only."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SERVICE = (
    r"(?:zoom|you\s?tube(?: live)?|twitch(?:\.tv)?|facebook live|instagram live|discord|google meet"
    r"|(?:microsoft|ms) teams|webex|vimeo|stage\s?it|crowdcast|veeps|mandolin)"
)
_ONLINE = (
    r"(?:online|virtual(?:ly)?|live[ -]?stream(?:ed|ing)?|web[ -]?cast|webinar|remote|the internet|internet|your couch)"
)
_PLACE = re.compile(
    rf"(?:(?:{_ONLINE}|{_SERVICE})(?:\s+(?:only|event|show|concert|meeting|venue|link|location))*"
    rf"|{_ONLINE}\s*(?:\(|:|via|on|at|[-–—,/|])\s*{_SERVICE}.{{0,40}}|{_SERVICE}\s*(?:\(|[-–—,/|])\s*{_ONLINE}.{{0,10}})[\s).]*",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"(?:^|\.)(?:zoom|youtube|youtu|twitch|crowdcast|stageit|veeps|webex|vimeo|discord|meet\.google|teams\.microsoft)\."
)
_TITLE = re.compile(
    r"\b(?:online|virtual|live[ -]?stream)[ -]only\b|^\W*(?:online|virtual|live[ -]?stream(?:ed|ing)?|webinar)\s*:"
    r"|\bonly (?:online|virtual)\b",
    re.IGNORECASE,
)


def is_online_place(text: str | None) -> bool:
    """Is a place that is told no room: "Online event", "Zoom", the address of a stream? "Hall & online" is one."""
    told = (text or "").strip()
    if re.match(r"https?://\S+$", told):
        try:
            return _HOST.search(urlsplit(told).hostname or "") is not None
        except ValueError:
            return False
    return _PLACE.fullmatch(told) is not None


def is_online_title(title: str) -> bool:
    """Does a title say that the event is online only: "(online only)", "Livestream: …"? "+ livestream" is no such."""
    return _TITLE.search(title) is not None
