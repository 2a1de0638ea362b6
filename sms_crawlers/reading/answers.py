"""Answers before they are read."""

from __future__ import annotations

from scrapy.http import HtmlResponse, Response, TextResponse

from sms_crawlers.errors import UnreadablePage


def as_text(response: Response) -> TextResponse:
    """The answer as text. Raises UnreadablePage for an answer of another kind."""
    if not isinstance(response, TextResponse):
        raise UnreadablePage("the answer is no text")
    return response


def as_html(response: Response) -> TextResponse:
    """The answer as a page, whatever its type says, so that selectors find what is there. Raises UnreadablePage."""
    page = as_text(response)
    return page if isinstance(page, HtmlResponse) else page.replace(cls=HtmlResponse)
