"""What is new or has changed as an Atom feed (RFC 4287). Pure."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from sms_api.feeds.event_words import when_and_where
from sms_api.feeds.feed import Feed
from sms_catalog.news import News
from sms_catalog.words import bill_words, day_words
from sms_text.printable import as_lines

_XMLNS = "http://www.w3.org/2005/Atom"

_AUTHOR = "Live music calendar"


def atom(feed: Feed) -> bytes:
    """An entry for each change. Its id is made of the event's id and the number of the change, and stays."""
    root = Element("feed", {"xmlns": _XMLNS, "xml:lang": "en"})
    _text(root, "id", uuid.uuid5(uuid.NAMESPACE_URL, f"live-music-calendar/{feed.identity}").urn)
    _text(root, "title", f"{feed.title}: what is new")
    _text(root, "updated", _instant(feed.changed_at))
    _text(SubElement(root, "author"), "name", _AUTHOR)
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.address})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.page})
    for each in feed.news:
        _entry(root, feed, each)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: Element, feed: Feed, news: News) -> None:
    change = news.change
    assert change.entity_id is not None
    entry = SubElement(root, "entry")
    _text(entry, "id", uuid.uuid5(change.entity_id, f"change/{change.seq}").urn)
    _text(entry, "title", " ".join(as_lines(f"{news.title}: {news.words}").split()))
    _text(entry, "updated", _instant(change.at))
    day = news.event.event_day if news.event else change.night or change.at.date()
    page = feed.event_page(change.into_id or change.entity_id, day, news.title)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(entry, "summary", _summary(news, day))


def _summary(news: News, day: date) -> str:
    if news.event is None:
        return day_words(day)
    return f"{when_and_where(news.event)} · {bill_words({'artists': news.event.artists, 'title': news.event.title})}"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = as_lines(text)


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
