"""What a run counts: the keys in Scrapy's stats that our parts share, and how a failure is noted."""

from __future__ import annotations

import logging

from scrapy.statscollectors import StatsCollector

from sms_text.printable import printable

ITEMS_SEEN = "items/seen"
"""Items with an id of their own: what the source lists, as this run read it."""

QUARANTINED = "records/quarantined"
SKIPPED = "records/skipped"
"""Records left out on purpose; `records/skipped/REASON` has them apart."""

REPLAYED = "replay/answered"
ROBOTS_ASKED = "robotstxt/request_count"
"""Scrapy's own."""

BUDGET_SPENT = "budget/spent"
"""Requests that the source's runs of this day or month have made, this one's among them."""

BUDGET_LEFT = "budget/left"
FAILURES = "run/failures"
"""A list of (cause, line), as `note_failure` takes them."""

VERDICT = "run/verdict"
CAUSE = "run/cause"
MESSAGE = "run/message"
COUNTS = "run/counts"
"""What became of the run's records: seen, quarantined, skipped, and where they were stored new, changed, unchanged
and unlisted."""

MAX_FAILURES = 100
"""Failures kept in full; a host that went down in mid-crawl would fill the run's row with the same line."""

logger = logging.getLogger(__name__)


def note_failure(stats: StatsCollector, cause: str, line: str) -> None:
    """Note why the run has failed: one of `sms_database.models.raw.CAUSES`, and a line that names the page or host.

    What others wrote in the line is kept as it may be shown (`printable`).
    """
    line = printable(line)
    logger.warning("%s", line)
    stats.inc_value(f"{FAILURES}/count")
    failures = stats.get_value(FAILURES, [])
    if len(failures) < MAX_FAILURES:
        stats.set_value(FAILURES, [*failures, (cause, line)])
