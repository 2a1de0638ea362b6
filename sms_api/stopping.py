"""The end of a process: whoever holds a connection for long hears of it and says good-bye."""

from __future__ import annotations

import asyncio

from starlette.requests import HTTPConnection


def stopping_of(request: HTTPConnection) -> asyncio.Event:
    """Set once the process has been asked to stop; a stream that waits for something else waits for this too."""
    stopping: asyncio.Event = request.app.state.stopping
    return stopping
