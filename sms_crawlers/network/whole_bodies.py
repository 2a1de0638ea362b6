"""Bodies that tell where they end: pages, feeds, calendars. One that stops before it does was cut on its way."""

from __future__ import annotations

import codecs
import re
from collections import deque

_BEGINS_WITHIN = 64 * 1024
"""Bytes; where a page's first tags stand, whatever a server has put before them."""

_BEFORE_THE_ROOT = re.compile(
    rb"(?:\s+ | \0 | <\?.*?\?> | <!--.*?--> | <!doctype(?:[^>\[]|\[[^\]]*\])*>)*",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_FIRST_TAG = re.compile(rb"<([a-z_][\w:.-]*)([^<>]*>?)", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:html|body)[\s>]", re.IGNORECASE)
_PAGE_END = re.compile(rb"</(?:html|body)\s*>")
_NOTHING_MORE = re.compile(rb"(?:[\s\0] | \xef\xbb\xbf | </?[a-z][^<>]*>)*", re.VERBOSE)
"""What servers, caches and counters append to a page, beside comments and scripts: empty elements, but no text."""

_ENDS = {b"<!--": b"-->", b"<script": b"</script", b"<style": b"</style", b"<![cdata[": b"]]>"}
"""Where tags are text: from what it begins with to its end."""
_ELEMENTS_OF_TEXT = (b"<script", b"<style")
_TEXT_IN_PAGES = re.compile(rb"<(?:!--|(?:script|style)\b)")
_TEXT_IN_PAGES_BUT_COMMENTS = re.compile(rb"<(?:script|style)\b")
_TEXT_IN_XML = re.compile(rb"<!(?:--|\[cdata\[)")
_CALENDAR = re.compile(rb"^(BEGIN|END):VCALENDAR[ \t\r]*$", re.MULTILINE | re.IGNORECASE)

_ROOTED = frozenset({b"rss", b"feed", b"rdf:rdf", b"urlset", b"turbo-stream"})
"""Elements that are the whole of a document, also where it has no XML declaration."""


def missing_end(body: bytes, *, closes_its_pages: bool = True) -> str | None:
    """What a body lacks at its end: "it has no </html> at its end"; None for one that is whole, or tells no end.

    Judged are pages (not where the source is known to leave their end out), documents of XML, and calendars. Fragments
    of markup, JSON and any other text are not: where JSON ends early it cannot be read at all.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = body.decode("utf-16", "replace").encode()
    beginning = body[:_BEGINS_WITHIN].removeprefix(codecs.BOM_UTF8)
    if beginning.lstrip()[:15].upper() == b"BEGIN:VCALENDAR":
        return _calendar_lacks(body)
    if not beginning.lstrip(b"\0 \t\r\n").startswith(b"<"):
        return None
    root = _root(beginning)
    if root is not None and root != b"html":
        is_whole = _ends_with(_markup(body, _TEXT_IN_XML), re.compile(rb"</%s\s*>" % re.escape(root)))
    elif closes_its_pages and _PAGE.search(beginning):
        root = b"html"
        is_whole = _ends_with(_markup(body, _TEXT_IN_PAGES), _PAGE_END)
    else:
        return None
    return None if is_whole else f"it has no </{root.decode('latin-1')}> at its end"


def _calendar_lacks(body: bytes) -> str | None:
    marks = _CALENDAR.findall(body)
    return None if marks and marks[-1].upper() == b"END" else "it has no END:VCALENDAR at its end"


def _root(beginning: bytes) -> bytes | None:
    """The name of the element that is all of the document; None where there is no such element."""
    before = _BEFORE_THE_ROOT.match(beginning)
    assert before is not None, "it matches nothing, too"
    tag = _FIRST_TAG.match(beginning, before.end())
    if tag is None or tag[2].endswith(b"/>"):
        return None
    name: bytes = tag[1].lower()
    return name if name in _ROOTED or b"<?xml" in before.group().lower() else None


def _markup(body: bytes, beginnings: re.Pattern[bytes]) -> bytes:
    """The body in small letters, without what only looks like tags; what is not closed is left open."""
    lower, there, parts = body.lower(), 0, []
    while (begin := beginnings.search(lower, there)) is not None:
        parts.append(lower[there : begin.start()])
        end = lower.find(_ENDS[begin[0]], begin.end())
        if end < 0:
            parts.append(begin[0])
            if beginnings is not _TEXT_IN_PAGES or begin[0] != b"<!--":
                return b"".join(parts)
            # Browsers would show nothing after it, so it is none, nor is any after it.
            there, beginnings = begin.end(), _TEXT_IN_PAGES_BUT_COMMENTS
        else:
            there = end if begin[0] in _ELEMENTS_OF_TEXT else end + 3
    return b"".join((*parts, lower[there:]))


def _ends_with(markup: bytes, end: re.Pattern[bytes]) -> bool:
    """Is there such an end tag, and nothing after the last one that belongs to the document?"""
    last = next(iter(deque(end.finditer(markup), maxlen=1)), None)
    return last is not None and _NOTHING_MORE.fullmatch(markup, last.end()) is not None
