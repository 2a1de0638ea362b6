"""/ws: the changes of a topic as messages, from any number on; a client may change its topic."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from sms_api.calendar import Calendar, calendar_of
from sms_api.live.feed import Behind
from sms_api.live.topics import Topic, position_of, topic_of
from sms_api.problems import Problem
from sms_catalog.query_problems import InvalidQuery

_LONGEST_MESSAGE = 4_096

_GOING_AWAY, _UNREADABLE, _TOO_MANY = 1012, 1008, 1013
"""Close codes: come again at once; what was asked cannot be read; come again later."""


class _Wrong(Exception):
    """What a client sent cannot be read; the text says why."""


async def socket(websocket: WebSocket) -> None:
    """Messages to the client: {"hello": number}, a change, {"reset": number}, {"problem": text}.

    From it: {"topic": {a query's parameters}, "since": number}, each left out at will.
    """
    calendar = calendar_of(websocket)
    await websocket.accept()
    try:
        topic = await topic_of(calendar, websocket.query_params.multi_items())
        position = position_of(websocket.query_params.get("since"), await calendar.feed.where_it_stands())
        with calendar.streams.one_more(websocket):
            await _Conversation(websocket, calendar, topic, position).hold()
    except (Problem, InvalidQuery) as problem:
        too_many = isinstance(problem, Problem) and problem.status == 429
        await _say(websocket, {"problem": str(problem)})
        await websocket.close(_TOO_MANY if too_many else _UNREADABLE)
    except WebSocketDisconnect:
        return


class _Conversation:
    def __init__(self, websocket: WebSocket, calendar: Calendar, topic: Topic, position: int) -> None:
        self._websocket = websocket
        self._calendar = calendar
        self._topic = topic
        self._position = position
        self._asked = asyncio.Event()

    async def hold(self) -> None:
        """Talk until the client goes or the server stops."""
        await _say(self._websocket, {"hello": self._position})
        listening = asyncio.ensure_future(self._listen())
        telling = asyncio.ensure_future(self._tell())
        try:
            done, _ = await asyncio.wait((listening, telling), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            await self._websocket.close(_GOING_AWAY)
        finally:
            for task in (listening, telling):
                task.cancel()
            await asyncio.gather(listening, telling, return_exceptions=True)

    async def _tell(self) -> None:
        feed = self._calendar.feed
        while not feed.is_closed:
            asked_from = self._position
            try:
                changes, position = await feed.after(asked_from, self._topic.scopes(self._calendar))
                texts = [each.text for each in changes]
            except Behind as behind:
                position = behind.newest
                texts = [msgspec.json.encode({"reset": position})]
            if self._position == asked_from:  # the client has not asked for another place meanwhile
                self._position = position
                for text in texts:
                    await self._websocket.send_text(text.decode())
            if self._position == feed.newest and not feed.is_closed:
                await self._something()

    async def _something(self) -> None:
        """Wait until there is something to read, or the client asks for something else."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._calendar.feed.awoken, self._asked)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        self._asked.clear()

    async def _listen(self) -> None:
        while True:
            text = await self._websocket.receive_text()
            try:
                asked = _read(text)
                if "topic" in asked:
                    self._topic = await topic_of(self._calendar, _pairs(asked["topic"]))
                if "since" in asked:
                    self._position = position_of(str(asked["since"]), self._position)
            except (_Wrong, Problem, InvalidQuery) as problem:
                await _say(self._websocket, {"problem": str(problem)})
            else:
                await _say(self._websocket, {"hello": self._position})
                self._asked.set()


def _read(text: str) -> dict[str, Any]:
    if len(text) > _LONGEST_MESSAGE:
        raise _Wrong(f"a message has at most {_LONGEST_MESSAGE:,} characters")
    try:
        asked = msgspec.json.decode(text)
    except msgspec.DecodeError as problem:
        raise _Wrong("a message is one JSON object") from problem
    if not isinstance(asked, dict) or asked.keys() - {"topic", "since"}:
        raise _Wrong('a message has "topic" and "since" and nothing else')
    return asked


def _pairs(topic: Any) -> list[tuple[str, str]]:
    if not isinstance(topic, dict):
        raise _Wrong('"topic" is an object of a query\'s parameters')
    values = ((name, value if isinstance(value, list) else [value]) for name, value in topic.items())
    return [(name, str(each)) for name, of_name in values for each in of_name]


async def _say(websocket: WebSocket, message: dict[str, Any]) -> None:
    await websocket.send_text(msgspec.json.encode(message).decode())
