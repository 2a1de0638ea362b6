"""Answers before they are read."""

from __future__ import annotations

from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage


def as_text(response: Response) -> TextResponse:
    """The answer as text. Raises UnreadablePage for an answer of another kind."""
    if not isinstance(response, TextResponse):
        raise UnreadablePage("the answer is no text")
    return response
