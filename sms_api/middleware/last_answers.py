"""The last answer on each connection of a process that is to stop."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.middleware.raw_headers import add


class LastAnswers:
    """Says `Connection: close` while the process is stopping, so that no client sends into a connection that ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stopping = scope["app"].state.stopping

        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start" and stopping.is_set():
                add(message, [(b"connection", b"close")])
            await send(message)

        await self._app(scope, receive, send_last)
