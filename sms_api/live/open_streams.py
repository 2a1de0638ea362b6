"""How many streams are open, and how many there may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from sms_api.middleware.rate_limits import network_of
from sms_api.problems import Problem


@dataclass(slots=True)
class OpenStreams:
    """The streams that are open, by network."""

    most: int
    most_of_network: int
    open: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def one_more(self, connection: HTTPConnection) -> Iterator[None]:
        """A stream while it is open. Raises Problem where there are too many."""
        network = network_of(connection.scope)
        if self.open.total() >= self.most or self.open[network] >= self.most_of_network:
            raise Problem(429, "Too many streams are open.", headers={"Retry-After": "30"})
        self.open[network] += 1
        try:
            yield
        finally:
            self.open[network] -= 1
            if not self.open[network]:
                del self.open[network]
