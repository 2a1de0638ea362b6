"""How much a request may be: its address, its headers, its body, and the time until its answer begins."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.middleware.raw_headers import header_of
from sms_api.problems import Problem, send_problem

URL_BYTES = 8_192
HEADER_BYTES = 16_384


class RequestLimits:
    """Refuses what is too much: 413 a body, 414 an address, 431 headers; 503 where no answer began in time.

    An answer that has begun may take as long as it needs: a stream has no end.
    """

    def __init__(self, app: ASGIApp, *, body_bytes: int, seconds: float) -> None:
        self._app = app
        self._body_bytes = body_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if problem := self._too_much(scope):
            await send_problem(scope, receive, send, problem)
            return
        begun = False
        taken = 0

        async def receive_bounded() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > self._body_bytes:
                    raise self._body_too_large()
            return message

        async def send_in_time(message: Message) -> None:
            nonlocal begun
            if not begun:
                begun = True
                limit.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as limit:
                await self._app(scope, receive_bounded, send_in_time)
        except TimeoutError:
            if begun or not limit.expired():
                raise
            problem = Problem(503, f"No answer within {self._seconds:g} seconds.", headers={"Retry-After": "5"})
            await send_problem(scope, receive, send, problem)

    def _too_much(self, scope: Scope) -> Problem | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > URL_BYTES:
            return Problem(414, f"An address has at most {URL_BYTES:,} bytes.")
        if sum([len(name) + len(value) for name, value in scope["headers"]]) > HEADER_BYTES:
            return Problem(431, f"The headers of a request have at most {HEADER_BYTES:,} bytes together.")
        length = header_of(scope, b"content-length")
        return self._body_too_large() if length.isdigit() and int(length) > self._body_bytes else None

    def _body_too_large(self) -> Problem:
        return Problem(413, f"The body of a request has at most {self._body_bytes:,} bytes.")
