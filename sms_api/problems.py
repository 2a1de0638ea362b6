"""What went wrong with a request: application/problem+json (RFC 9457) for programs, a page for people."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler, Receive, Scope, Send

from sms_api.catalog import CatalogUnavailable
from sms_api.open_reads import readable_from_anywhere
from sms_catalog.query_problems import InvalidQuery, QueryProblem

logger = logging.getLogger("sms_api.problems")

MEDIA_TYPE = "application/problem+json"

RETRY_SECONDS = 5
"""When a client may ask again for what the database could not give."""


class Problem(Exception):
    """A refusal: an HTTP status, one sentence for whoever asked, headers, and members of the JSON object."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.title = HTTPStatus(status).phrase
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


def wrong_parameters(problems: Iterable[QueryProblem]) -> Problem:
    """422 with a line for each wrong parameter, and the known name or value that was perhaps meant."""
    wrong = list(problems)
    errors = [{"parameter": each.parameter, "message": each.message, "nearest": each.nearest} for each in wrong]
    return Problem(422, "; ".join(each.line for each in wrong), errors=errors)


ErrorPage = Callable[[Request, Problem], Awaitable[Response]]
"""Makes the page of a problem. Set as `app.state.error_page`; where there is none, browsers get the JSON object too."""


async def problem_response(request: Request, problem: Problem) -> Response:
    """The answer that tells of the problem, in the form that the client reads."""
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    if page is not None and _is_for_people(request):
        response = await page(request, problem)
        response.status_code = problem.status
        response.headers.update(problem.headers)
    else:
        response = Response(_json(request, problem), problem.status, problem.headers, MEDIA_TYPE)
    response.headers["cache-control"] = "no-store"
    response.headers.add_vary_header("Accept")
    return response


async def send_problem(scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
    """Answer a request with a problem, where no handler has it yet."""
    response = await problem_response(Request(scope), problem)
    await response(scope, receive, send)


async def _answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return await problem_response(request, error)


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = {method.strip() for method in headers.pop("Allow", "GET, HEAD").split(",")} | {"OPTIONS"}
        headers["Allow"] = ", ".join(sorted(allowed))
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
        return await problem_response(request, Problem(405, f"Allowed here: {headers['Allow']}.", headers=headers))
    detail = "There is nothing at this address." if error.status_code == HTTPStatus.NOT_FOUND else error.detail
    return await problem_response(request, Problem(error.status_code, detail, headers=headers))


async def _answer_invalid_query(request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidQuery)
    return await problem_response(request, wrong_parameters(error.problems))


async def _answer_unavailable(request: Request, error: Exception) -> Response:
    logger.warning("id=%s the catalog cannot be read: %s", request.state.request_id, error)
    detail = "The catalog cannot be read just now."
    return await problem_response(request, Problem(503, detail, headers={"Retry-After": str(RETRY_SECONDS)}))


HANDLERS: Mapping[Any, ExceptionHandler] = {
    Problem: _answer_problem,
    HTTPException: _answer_http_exception,
    InvalidQuery: _answer_invalid_query,
    CatalogUnavailable: _answer_unavailable,
}
"""What the application answers to each kind of exception."""


def _json(request: Request, problem: Problem) -> bytes:
    told = {"type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.detail}
    return msgspec.json.encode(told | {"request_id": request.state.request_id} | problem.members)


def _is_for_people(request: Request) -> bool:
    """Does a browser ask for a page?"""
    path = request.url.path
    return not readable_from_anywhere(path) and "text/html" in request.headers.get("accept", "")
