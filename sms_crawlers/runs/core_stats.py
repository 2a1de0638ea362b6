"""Scrapy's own statistics of a run's times, also where there was none."""

from __future__ import annotations

from typing import Any

from scrapy.extensions.corestats import CoreStats


class RunTimes(CoreStats):
    """Scrapy's own takes a run that could not be opened for one that has begun, and logs a traceback."""

    def spider_closed(self, spider: Any, reason: str) -> None:
        """Note when the run ended, if it ever began."""
        if self.start_time is not None:
            super().spider_closed(spider, reason)
