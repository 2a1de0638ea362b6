"""GET /live: the changes of a topic as server-sent events, from any number on."""

from __future__ import annotations

import asyncio

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from sms_api.calendar import calendar_of
from sms_api.live.feed import HEARTBEAT_SECONDS, Behind
from sms_api.live.topics import position_of, topic_of

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back
]

_RETRY = b"retry: 2000\n\n"
_ALIVE = b": alive\n\n"


class EventStream:
    """The endpoint, plain ASGI: a response object a stream would cost more than the stream."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what changes until the client goes or the server stops."""
        request = Request(scope)
        calendar = calendar_of(request)
        feed = calendar.feed
        topic = await topic_of(calendar, request.query_params.multi_items())
        asked = request.headers.get("last-event-id") or request.query_params.get("since")
        position = position_of(asked, await feed.where_it_stands())
        with calendar.streams.one_more(request):
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await _send(send, _RETRY + b"id: %d\nevent: hello\ndata: {}\n\n" % position)
            stream = asyncio.current_task()
            assert stream is not None
            gone = asyncio.ensure_future(_disconnected(receive))

            def end(_: object) -> None:
                stream.cancel()

            gone.add_done_callback(end)
            last_sent = asyncio.get_running_loop().time()
            try:
                while not feed.is_closed:
                    try:
                        changes, position = await feed.after(position, topic.scopes(calendar))
                        body = b"".join(each.sse for each in changes)
                    except Behind as behind:
                        position = behind.newest
                        body = b"id: %d\nevent: reset\ndata: %s\n\n" % (
                            position,
                            msgspec.json.encode({"newest": position}),
                        )
                    now = asyncio.get_running_loop().time()
                    if not body and now - last_sent >= HEARTBEAT_SECONDS - 1:
                        body = _ALIVE
                    if body:
                        last_sent = now
                        await _send(send, body)
                    if position == feed.newest and not feed.is_closed:
                        await feed.awoken.wait()
                await send({"type": "http.response.body", "body": b"retry: 500\nevent: bye\ndata: {}\n\n"})
            except asyncio.CancelledError:
                if not gone.done():
                    raise
                stream.uncancel()
            finally:
                gone.remove_done_callback(end)
                gone.cancel()


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
