"""The answer where a handler failed in a way that nobody foresaw."""

from __future__ import annotations

import logging
import traceback

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.problems import Problem, send_problem

logger = logging.getLogger("sms_api.failures")


class BrokenAnswer(Exception):
    """An answer that was begun cannot be ended, so the server closes the connection. The log has told why."""


class Failures:
    """Answers 500, and tells the log where the failure arose.

    The message of an error may hold what a person asked for, so that the log keeps only its type and place.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception as error:  # noqa: BLE001 # the last resort of every handler; told to the log
            place = "".join(traceback.format_tb(error.__traceback__))
            logger.error("id=%s %s\n%s", scope["state"]["request_id"], type(error).__qualname__, place)
            if begun or scope["type"] == "websocket":
                raise BrokenAnswer from None
            await send_problem(scope, receive, send, Problem(500, "The server failed at this; its log knows more."))
