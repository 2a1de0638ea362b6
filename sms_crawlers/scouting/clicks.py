"""Where a person who looks for a site's shows would click next."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urlsplit

from scrapy.http import TextResponse

from sms_crawlers.reading import absolute, text_of

MAX_CLICKS = 3

_CALENDAR_WORDS = (
    r"calendar|shows?|concerts?|gigs?|live[ -_]?music|events?|upcoming|schedule|performances?|what.?s[ -_]?on|tickets?"
)
_SAYS_CALENDAR = re.compile(rf"\b(?:{_CALENDAR_WORDS})\b", re.IGNORECASE)
_NO_PAGE = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|ics|xml|zip|mp3|mp4|docx?)$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:private|booking|rentals?|weddings?|past|archives?|cart|login|account|gift)\b", re.IGNORECASE
)
_MAX_LABEL_LENGTH = 40
"""Letters of a link that names a page; a longer one tells of a single show."""


def next_clicks(page: TextResponse) -> list[str]:
    """At most three pages of the same site whose links say that the calendar is there: those that say it in both
    label and address first, then in the order of the page.
    """
    if page.selector.type != "html":
        return []
    scores: dict[str, int] = {}
    for link in page.css("a[href]"):
        url = urldefrag(absolute(page, link.attrib["href"]) or "").url
        label = text_of(link) or ""
        if not _is_of_the_site(url, page.url) or len(label) > _MAX_LABEL_LENGTH:
            continue
        path = urlsplit(url).path
        if _ELSEWHERE.search(f"{label} {path}") or _NO_PAGE.search(path):
            continue
        last = path.rstrip("/").rpartition("/")[2]
        score = bool(_SAYS_CALENDAR.search(label)) + bool(_SAYS_CALENDAR.fullmatch(re.sub(r"\.\w+$", "", last)))
        if score:
            scores[url] = max(scores.get(url, 0), score)
    return sorted(scores, key=lambda url: -scores[url])[:MAX_CLICKS]


def _is_of_the_site(url: str, page: str) -> bool:
    """Another page of the same host?"""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    same = host == (urlsplit(page).hostname or "").removeprefix("www.")
    return bool(host) and same and url.rstrip("/") != urldefrag(page).url.rstrip("/")
