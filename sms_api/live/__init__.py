"""What changes, told to whoever listens: server-sent events, and WebSockets."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route, WebSocketRoute

from sms_api.live.sse import EventStream
from sms_api.live.websocket import socket

ROUTES: list[BaseRoute] = [Route("/live", EventStream(), methods=["GET"]), WebSocketRoute("/ws", socket)]
