"""RSS feeds as lists of plain records."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from sms_crawlers.errors import UnreadablePage


def feed_records(body: bytes) -> list[dict[str, str]]:
    """The items of an RSS feed as they stand, by the elements' local names. Raises UnreadablePage for anything else.

    White space before the XML declaration and control characters, both common in WordPress feeds, are passed over.
    """
    parser = ElementTree.XMLParser(target=_NoDoctype())
    try:
        parser.feed(re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", body).strip())
        root = parser.close()
    except ElementTree.ParseError as problem:
        raise UnreadablePage(f"the feed is not XML: {problem}") from problem
    if root.tag != "rss":
        raise UnreadablePage(f"the feed is not RSS: its root is {root.tag!r}")
    return [{child.tag.rpartition("}")[2]: child.text or "" for child in item} for item in root.iter("item")]


class _NoDoctype(ElementTree.TreeBuilder):
    """Refuses document types: a feed needs none, and entities that swell are declared there."""

    def doctype(self, name: str, *_: str | None) -> None:
        raise UnreadablePage(f"the feed declares a document type ({name}), which no RSS needs")
