"""Addresses that a page may link to. Pure functions."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sms_text.unseen import UNSEEN

URL_LIMIT = 2_000
"""Longest address kept: what browsers and caches still take."""

_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:/[!-~]*)?")
"""A host and nothing else before the path: no user, no port, no character beyond ASCII."""


_BLANK = re.compile(r"\s")


def safe_url(url: str | None) -> str | None:
    """An address that a page may link to: http or https, with a host, without a user name; else None."""
    if url is None:
        return None
    url = url.strip()
    if len(url) <= URL_LIMIT and _PLAIN_URL.fullmatch(url):
        return url
    if len(url) > URL_LIMIT or UNSEEN.search(url) or _BLANK.search(url):
        return None
    try:
        parts = urlsplit(url)
        safe = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return url if safe and "@" not in parts.netloc else None
