"""Spiders that do what no spider should, beside one that is well (SPIDER_MODULES=tests.crawlers.hostile_spiders)."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy.http import Request, Response

from sms_crawlers.items import RecordSkip
from sms_crawlers.spider import Outcome
from tests.crawlers.example_spiders import ExampleHall


class HealthyHall(ExampleHall):
    name = "healthy_hall"
    title = "Healthy Hall"


class QuietHall(ExampleHall):
    name = "quiet_hall"
    title = "Quiet Hall"


class HostileHall(ExampleHall):
    """Yields its shows, then turns bad."""

    name = "hostile_hall"
    title = "Hostile Hall"

    def parse_listing(self, response: Response) -> Iterator[Outcome | Request]:
        yield from super().parse_listing(response)
        yield from self.turn_bad() or ()

    def turn_bad(self) -> Iterator[Outcome] | None:
        raise ZeroDivisionError("a mistake")


class SpinningHall(HostileHall):
    name = "spinning_hall"

    def turn_bad(self) -> None:
        while True:
            pass


class StubbornHall(HostileHall):
    """Spins in a library that takes every exception for its own."""

    name = "stubborn_hall"

    def turn_bad(self) -> None:
        try:
            while True:
                pass
        except Exception:  # noqa: BLE001 - which is what makes it stubborn
            while True:
                pass


class BacktrackingHall(HostileHall):
    """Spins in C."""

    name = "backtracking_hall"

    def turn_bad(self) -> None:
        re.match(r"(a|a)*b", "a" * 60)


class EndlessHall(HostileHall):
    """Each of its steps is short."""

    name = "endless_hall"

    def turn_bad(self) -> Iterator[Outcome]:
        while True:
            yield RecordSkip(reason="another one")


class ListHall(HostileHall):
    """Is no generator."""

    name = "list_hall"

    def parse_listing(  # type: ignore[override] # a callback may return a list; this one never gets so far
        self,
        response: Response,  # noqa: ARG002
    ) -> list[Outcome]:
        while True:
            pass


class NeverStartingHall(HostileHall):
    name = "never_starting_hall"

    async def start(self) -> AsyncIterator[Any]:
        while True:
            pass
        yield


class WaitingHall(HostileHall):
    """Costs nothing, and never comes back."""

    name = "waiting_hall"

    def turn_bad(self) -> None:
        threading.Event().wait()


class HungryHall(HostileHall):
    name = "hungry_hall"

    def turn_bad(self) -> None:
        hoard = []
        while True:
            hoard.append(bytearray(1_000_000))


class HoardingHall(HostileHall):
    """Grows by 30 MB a page, over many pages."""

    name = "hoarding_hall"

    def turn_bad(self) -> None:
        self.hoard = [*getattr(self, "hoard", ()), b"x" * 30_000_000]


class KilledHall(HostileHall):
    name = "killed_hall"

    def turn_bad(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class LeavingHall(HostileHall):
    name = "leaving_hall"

    def turn_bad(self) -> None:
        os._exit(3)


class ExitingHall(HostileHall):
    name = "exiting_hall"

    def turn_bad(self) -> None:
        sys.exit(4)
