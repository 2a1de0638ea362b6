"""What is no page is not read as one."""

from __future__ import annotations

import pytest
from scrapy.http import Headers, HtmlResponse, Request
from scrapy.http.request import NO_CALLBACK

from sms_crawlers.errors import BlockedPage
from sms_crawlers.middlewares.challenge import ChallengeMiddleware, blocked_reason

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"<!doctype html><html><head><title>Calendar</title></head><body><h1>THU 08.28</h1></body></html>"


def titled(title: str) -> bytes:
    return PAGE.replace(b"Calendar", title.encode())


@pytest.mark.parametrize(
    ("status", "headers", "body", "named"),
    [
        (202, HTML, PAGE, "HTTP 202"),
        (401, HTML, PAGE, "HTTP 401"),
        (403, HTML, PAGE, "HTTP 403"),
        (429, HTML, b"", "HTTP 429"),
        (500, HTML, PAGE, "HTTP 500"),
        (503, HTML, PAGE, "HTTP 503"),
        (521, HTML, PAGE, "HTTP 521"),
        (200, HTML, b"", "empty body"),
        (204, {}, b"", "empty body"),
        (200, {"Content-Type": "text/calendar"}, b" \r\n ", "empty body"),
        (200, {"Content-Type": "image/png"}, b"\x89PNG", "content type image/png"),
        (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7", "content type application/pdf"),
        (
            202,
            HTML | {"sg-captcha": "challenge"},
            b'<html><meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F"></html>',
            "HTTP 202: accepted, but not answered (SiteGround captcha)",
        ),
        (200, HTML, b"<html><script src='/.well-known/captcha/x.js'></script></html>", "SiteGround captcha"),
        (200, HTML, titled("Just a moment..."), "Cloudflare challenge"),
        (403, HTML | {"cf-mitigated": "challenge"}, PAGE, "HTTP 403: refused (Cloudflare challenge)"),
        (200, HTML, b"<html><script>window._cf_chl_opt={}</script></html>", "Cloudflare challenge"),
        (200, HTML, titled("Attention Required! | Cloudflare"), "Cloudflare refusal"),
        (202, HTML | {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF challenge"),
        (200, HTML, b"<html><script>window.gokuProps = {}</script></html>", "AWS WAF challenge"),
        (200, HTML, b"<html>Request unsuccessful. Incapsula incident ID: 1-2</html>", "Imperva refusal"),
        (200, HTML, titled("Are you a human?"), "captcha"),
        (200, HTML, titled("Access Denied"), "refusal"),
        (200, HTML, titled("Before you continue to Google Search"), "consent page"),
        (200, HTML, titled("We value your privacy"), "consent page"),
        (200, HTML, b"<form action='https://consent.google.com/save'></form>", "consent page"),
    ],
)
def test_is_blocked_with_the_cause_named(status: int, headers: dict[str, str], body: bytes, named: str) -> None:
    blocked = blocked_reason(status, Headers(headers), body)
    assert blocked is not None
    assert named in blocked.reason


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, HTML, PAGE),
        (200, {}, PAGE),
        (200, {"Content-Type": "application/json"}, b'{"title": "Before you continue"}'),
        (200, {"Content-Type": "text/calendar"}, b"BEGIN:VCALENDAR"),
        (200, {"Content-Type": "application/octet-stream"}, b"BEGIN:VCALENDAR"),
        # What a site's own page may hold: an act's name, its cookie banner, the invisible script of its shield.
        (200, HTML, PAGE.replace(b"THU", b"Just a moment / Access Denied")),
        (200, HTML, PAGE.replace(b"THU", b"<div id='cookie-banner'>We value your privacy</div>")),
        (200, HTML, PAGE.replace(b"THU", b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>")),
        (404, HTML, PAGE),
    ],
)
def test_is_left_to_the_spider(status: int, headers: dict[str, str], body: bytes) -> None:
    assert blocked_reason(status, Headers(headers), body) is None


def test_another_type_than_was_asked_for_is_no_answer() -> None:
    expected = ("application/json", "text/calendar")
    assert blocked_reason(200, Headers({"Content-Type": "text/calendar; charset=utf-8"}), b"BEGIN", expected) is None
    blocked = blocked_reason(200, Headers(HTML), PAGE, expected)
    assert blocked == ("layout_changed", "content type text/html instead of application/json or text/calendar")


def test_the_page_is_named_without_its_secrets() -> None:
    url = "https://example.test/api?instance=abc.def&page=2"
    response = HtmlResponse(url, status=403, body=PAGE)
    with pytest.raises(BlockedPage, match=r"from https://example\.test/api\?instance=<instance>&page=2$"):
        ChallengeMiddleware().process_response(Request(url), response)


def test_robots_txt_is_left_to_scrapy() -> None:
    url = "https://example.test/robots.txt"
    response = HtmlResponse(url, status=403)
    assert ChallengeMiddleware().process_response(Request(url, callback=NO_CALLBACK), response) is response
