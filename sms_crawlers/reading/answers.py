"""Answers before they are read."""

from __future__ import annotations

import codecs

from scrapy.http import HtmlResponse, Response, TextResponse
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from sms_crawlers.errors import UnreadablePage


def as_text(response: Response) -> TextResponse:
    """The answer as text: letters of UTF-8 are read as such, whatever the server says of them; others never.

    Raises UnreadablePage for an answer of another kind.
    """
    if not isinstance(response, TextResponse):
        raise UnreadablePage("the answer is no text")
    if _is_utf8_by_another_name(response):
        return response.replace(encoding="utf-8")
    return response.replace(encoding="cp1252") if _is_called_utf8_without_being_it(response) else response


def _is_utf8_by_another_name(response: TextResponse) -> bool:
    """Old servers call every answer Latin-1; bytes of other letters are next to never UTF-8 by chance."""
    if response.encoding == "utf-8" or response.body.isascii() or b"\0" in response.body:
        return False
    try:
        response.body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_called_utf8_without_being_it(response: TextResponse) -> bool:
    """Old pages in new templates have Windows-1252 under the name of UTF-8, or under none."""
    told = charset_told(response) or html_body_declared_encoding(response.body[:4096])
    if (told is not None and response.encoding != "utf-8") or response.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return not has_letters_of_utf8(response.body)


def has_letters_of_utf8(body: bytes) -> bool:
    """Are there letters of UTF-8 in a body, or none but those of ASCII? Some letters may be broken or cut."""
    return body.isascii() or any(letter > "\x7f" and letter != "\ufffd" for letter in body.decode("utf-8", "replace"))


def as_utf8(body: bytes) -> bytes:
    """The bytes of a text in UTF-8, whatever they were in: UTF-16 by its mark, else Windows-1252."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace").encode()
    body = body.removeprefix(codecs.BOM_UTF8)
    return body if has_letters_of_utf8(body) else body.decode("cp1252", "replace").encode()


def single_byte_charset(told: str | None) -> str:
    """The charset of letters that are no UTF-8: the one that is told if it has a byte a letter, else Windows-1252."""
    try:
        name = codecs.lookup(told or "").name
    except LookupError:
        return "cp1252"
    return name if name.startswith(("cp125", "iso8859-", "koi8", "mac-")) and name != "iso8859-1" else "cp1252"


def charset_told(response: Response) -> str | None:
    """The charset that an answer's header tells, if any."""
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return http_content_type_encoding(content_type)


def as_html(response: Response) -> TextResponse:
    """The answer as a page, whatever its type says, so that selectors find what is there. Raises UnreadablePage."""
    page = as_text(response)
    return page if isinstance(page, HtmlResponse) else page.replace(cls=HtmlResponse)
