"""What holds for every route of the application, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from starlette.routing import BaseRoute, Mount, Route

from sms_api.app import create_app
from sms_api.settings import ApiSettings
from tests.api.served import NOW, Answer, Served


def routes_below(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Route]]:
    """Every route with its whole path."""
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_below(route.routes, prefix + route.path)
        elif isinstance(route, Route):
            yield prefix + route.path, route


# The database is not asked before the application runs.
ROUTES = dict(
    routes_below(create_app("postgresql+psycopg://nobody@127.0.0.1:1/none", ApiSettings(), lambda: NOW).routes)
)


def some_address(path: str) -> str:
    """An address of a route; where it leads to nothing, that too is an answer."""
    return re.sub(r"\{[^}]*\}", "2026-11-20", path)


@pytest.mark.parametrize("path", sorted(ROUTES))
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_it_says_what_a_browser_may_and_who_answered(served: Served, path: str, accept: str) -> None:
    address = some_address(path)
    answer = served.ask(address, headers={"Accept": accept}, headers_only=True)
    assert answer.status < 500
    _hold(answer, framed=path.startswith("/embed"))


@pytest.mark.parametrize("path", sorted(ROUTES))
def test_it_says_which_methods_it_knows(served: Served, path: str) -> None:
    answer = served.ask(some_address(path), "OPTIONS")
    assert answer.status == 204
    assert set(answer.headers["allow"].split(", ")) >= {*(ROUTES[path].methods or ()), "OPTIONS"}
    refused = served.ask(some_address(path), "PATCH")
    assert refused.status == 405
    assert refused.headers["allow"] == answer.headers["allow"]


def _hold(answer: Answer, *, framed: bool) -> None:
    told = answer.headers
    policy = dict(part.split(" ", 1) for part in told["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy.get("script-src", "'self'") == "'self'"
    assert not re.search("unsafe|https?:", " ".join(policy[name] for name in policy if name != "img-src"))
    assert policy["frame-ancestors"] == ("*" if framed else "'none'")
    assert ("x-frame-options" in told) is not framed
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "strict-origin-when-cross-origin"
    assert told["permissions-policy"]
    assert told["cross-origin-opener-policy"] == "same-origin"
    assert told["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
    assert told["x-request-id"]
    assert "set-cookie" not in told
    assert "server" not in told
