"""Pages that are no answer: challenges, consent pages, refusals, error pages, nothing at all, at any status."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scrapy.http import Request, Response

from sms_crawlers.errors import BlockedPage
from sms_crawlers.middlewares.robots import asks_for_robots
from sms_text.redaction import without_secrets

EXPECTED_TYPES = "expected_types"
"""Key in a request's meta: the media types of which the answer must be one, `("application/json",)`."""

_STATUSES = {
    202: "HTTP 202: accepted, but not answered",
    401: "HTTP 401: a login is asked for",
    403: "HTTP 403: refused",
    429: "HTTP 429: too many requests",
}
_REFUSING = {401, 403, 429}
_NO_TEXT = re.compile(rb"(image|audio|video|font)/|application/(pdf|zip|gzip|msword|vnd\.(ms-|openxml))")
_MARKUP = re.compile(rb"\s*(\xef\xbb\xbf)?\s*<")
_TITLE = re.compile(rb"<title[^<>]*>")
_READ_BYTES = 100_000
"""A challenge is a small page; what stands further down in a large one is the site's own."""


class Blocked(NamedTuple):
    """Why an answer is no answer: one of `sms_database.models.raw.CAUSES`, and a few words."""

    cause: str
    reason: str


class _Header(NamedTuple):
    name: bytes
    value: re.Pattern[bytes]
    who: str


class _Marker(NamedTuple):
    text: re.Pattern[bytes]
    who: str


def _pattern(text: bytes) -> re.Pattern[bytes]:
    return re.compile(text, re.IGNORECASE)


_HEADERS = (
    _Header(b"sg-captcha", _pattern(b"."), "SiteGround captcha"),
    _Header(b"cf-mitigated", _pattern(b"challenge"), "Cloudflare challenge"),
    _Header(b"x-amzn-waf-action", _pattern(b"challenge|captcha"), "AWS WAF challenge"),
    _Header(b"x-datadome", _pattern(b"protected"), "DataDome challenge"),
)
_TITLES = (
    _Marker(_pattern(rb"just a moment"), "Cloudflare challenge"),
    _Marker(_pattern(rb"attention required! \| cloudflare"), "Cloudflare refusal"),
    _Marker(_pattern(rb"ddos-guard|ddos protection"), "DDoS-protection challenge"),
    _Marker(_pattern(rb"robot challenge screen"), "SiteGround captcha"),
    _Marker(_pattern(rb"(are you|verify (that )?you are|i.?m not) (a |an )?(human|robot)"), "captcha"),
    _Marker(_pattern(rb"^(access denied|403 forbidden|request rejected|pardon our interruption)"), "refusal"),
    _Marker(_pattern(rb"before you continue|cookie consent|(cookie|privacy) (settings|preferences)$"), "consent page"),
    _Marker(_pattern(rb"we value your privacy|your privacy choices"), "consent page"),
)
_BODIES = {
    b"/.well-known/captcha/": "SiteGround captcha",
    b"/.well-known/sgcaptcha/": "SiteGround captcha",
    b"_cf_chl_opt": "Cloudflare challenge",
    b"window.gokuprops": "AWS WAF challenge",
    b"awswafcookiedomainlist": "AWS WAF challenge",
    b"request unsuccessful. incapsula incident": "Imperva refusal",
    b"geo.captcha-delivery.com": "DataDome challenge",
    b'id="px-captcha': "PerimeterX captcha",
    b"sucuri_cloudproxy_js": "Sucuri challenge",
    b"https://consent.google.com/save": "consent page",
    b"https://consent.youtube.com/save": "consent page",
    b"https://consent.yahoo.com/": "consent page",
}
"""Looked for in lower case."""


class ChallengeMiddleware:
    """Refuses answers that are none, after redirects were followed and retries were spent."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass an answer on. Raises BlockedPage, which names the cause and the page."""
        if asks_for_robots(request):
            return response
        blocked = blocked_reason(response.status, response.headers, response.body, request.meta.get(EXPECTED_TYPES, ()))
        if blocked is not None:
            raise BlockedPage(f"{blocked.reason}, from {without_secrets(response.url)}", blocked.cause)
        return response


def blocked_reason(
    status: int, headers: Mapping[Any, Any], body: bytes, expected_types: Sequence[str] = ()
) -> Blocked | None:
    """Why an answer is no answer; None for one that a spider may read.

    `headers` are Scrapy's. With no expected type any kind of text will do. 404 and the other statuses of a client's
    error are not judged here: Scrapy keeps them from the callbacks.
    """
    challenge = _challenge(headers, body)
    if status in _STATUSES or status >= 500:
        refusal = _STATUSES.get(status, f"HTTP {status}: the server is in trouble")
        cause = "refused" if challenge or status in _REFUSING else "unreachable"
        return Blocked(cause, f"{refusal} ({challenge})" if challenge else refusal)
    if challenge is not None:
        return Blocked("refused", f"{challenge} instead of the page")
    if not 200 <= status < 300:
        return None
    return _nothing_to_read(headers.get(b"Content-Type"), body, expected_types)


def _challenge(headers: Mapping[Any, Any], body: bytes) -> str | None:
    for name, value, who in _HEADERS:
        if value.search(headers.get(name) or b""):
            return who
    if not _MARKUP.match(body):
        return None
    beginning = body[:_READ_BYTES].lower()
    title = _title_of(beginning)
    in_title = [who for text, who in _TITLES if title and text.search(title)]
    in_body = [who for text, who in _BODIES.items() if text in beginning]
    return next(iter(in_title + in_body), None)


def _nothing_to_read(content_type: bytes | None, body: bytes, expected_types: Sequence[str]) -> Blocked | None:
    if not body.strip():
        return Blocked("empty", "empty body")
    media_type = (content_type or b"").partition(b";")[0].strip().lower()
    if not media_type:
        return None
    if expected_types and media_type.decode("latin-1") not in expected_types:
        wanted = " or ".join(expected_types)
        return Blocked("layout_changed", f"content type {media_type.decode('latin-1')} instead of {wanted}")
    if not expected_types and _NO_TEXT.match(media_type):
        return Blocked("layout_changed", f"content type {media_type.decode('latin-1')}, which is no page")
    return None


def _title_of(page: bytes) -> bytes:
    """What stands in the first title of a page in small letters; nothing if that is not closed."""
    opening = _TITLE.search(page)
    end = page.find(b"</title", opening.end()) if opening else -1
    return page[opening.end() : end].strip() if opening and end >= 0 else b""
