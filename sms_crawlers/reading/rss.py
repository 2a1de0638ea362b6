"""RSS feeds as lists of plain records."""

from __future__ import annotations

import re
from contextlib import suppress
from xml.etree import ElementTree

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.reading.answers import as_utf8


def feed_records(body: bytes) -> list[dict[str, str]]:
    """The items of an RSS feed as they stand, by the elements' local names. Raises UnreadablePage for anything else.

    White space before the XML declaration and control characters, both common in WordPress feeds, are passed over.
    """
    parser = ElementTree.XMLParser(target=_NoDoctype())
    try:
        parser.feed(re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", _in_utf8(body)).strip())
        root = parser.close()
    except ElementTree.ParseError as problem:
        raise UnreadablePage(f"the feed is not XML: {problem}") from problem
    if root.tag != "rss":
        raise UnreadablePage(f"the feed is not RSS: its root is {root.tag!r}")
    return [{child.tag.rpartition("}")[2]: child.text or "" for child in item} for item in root.iter("item")]


def _in_utf8(body: bytes) -> bytes:
    """A feed in UTF-8: as it says, unless it is UTF-8 by another name or says UTF-8 without being it."""
    told = _DECLARED.match(body.lstrip()[:200])
    encoding = told[1].decode("ascii", "replace").lower() if told else "utf-8"
    plain = as_utf8(body)
    if encoding not in ("utf-8", "utf8") and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        with suppress(UnicodeDecodeError):
            body.decode("utf-8")
            return _DECLARED.sub(b"<?xml version='1.0'", body.lstrip())
        return body
    return _DECLARED.sub(b"<?xml version='1.0'", plain.lstrip()) if told else plain


_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")


class _NoDoctype(ElementTree.TreeBuilder):
    """Refuses document types: a feed needs none, and entities that swell are declared there."""

    def doctype(self, name: str, *_: str | None) -> None:
        raise UnreadablePage(f"the feed declares a document type ({name}), which no RSS needs")
