"""Does a page of ours send this request? Where nothing is known of who asks, no cookie can be misused either.

By Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/), which a page cannot forge, else by Origin. A program sends
neither, and nobody's browser with it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from sms_api.problems import Problem


def require_same_origin(request: Request, public_url: str) -> None:
    """Raise a Problem where a page of another site has a browser send this request. `public_url` is our own address."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_ours = site in ("same-origin", "none")
    else:
        hosts = (request.headers.get("host"), urlsplit(public_url).netloc)
        is_ours = origin is None or urlsplit(origin).netloc in hosts
    if not is_ours:
        raise Problem(403, "This can be sent from a page of this calendar only.")
