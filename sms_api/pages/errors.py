"""The page of what went wrong."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from sms_api.pages.rendering import HTML, frame_of, page_html
from sms_api.problems import Problem

_HEADLINES: Mapping[int, str] = {
    404: "Nothing here",
    410: "No longer here",
    422: "That cannot be asked",
    429: "Too many at once",
    503: "Back in a moment",
}

_ADVICE: Mapping[int, str] = {
    404: "The address may be mistyped, or never was one.",
    410: "It was on the calendar once, and was taken off.",
    422: "Change the address, or begin anew.",
    429: "Wait a minute, then load the page again.",
    503: "Load the page again in a few seconds. Nothing is lost: what venues said is kept.",
}


async def error_page(request: Request, problem: Problem) -> Response:
    """What is wrong, and what to do; made without the catalog, which may be why."""
    frame = frame_of(request, None, title=_headline(problem), description=problem.detail, path=None, is_indexed=False)
    html = page_html(
        "error.html",
        frame=frame,
        headline=_headline(problem),
        detail=problem.detail,
        advice=_ADVICE.get(problem.status, "Try again, or begin anew."),
    )
    return Response(html, problem.status, media_type=HTML)


def _headline(problem: Problem) -> str:
    return _HEADLINES.get(problem.status, problem.title)
