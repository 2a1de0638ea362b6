"""What a spider says about its run while it crawls."""

from __future__ import annotations

from typing import Any, cast

import scrapy
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from sms_crawlers.error_messages import cause_of, describe_exception
from sms_text.redaction import without_secrets

INCOMPLETE = "listing/incomplete"
"""Key in the run's stats: this run did not see all that the source lists, so nothing it missed is gone."""

CUT = "listing/cut"
"""Key in the run's stats: the first line that tells what did not arrive whole. Such a run is incomplete, too."""

CUT_COUNT = f"{CUT}/count"

NEARLY = 0.05
"""Share by which the count of a search may be off: it moves between its pages."""


def listing_incomplete(spider: scrapy.Spider, why: str) -> None:
    """Say that this run reads only a part of the source's listing, as it was made to do, and why."""
    spider.logger.warning("%s: listing incomplete: %s", spider.name, why)
    spider.crawler.stats.set_value(INCOMPLETE, why)


def listing_cut(spider: scrapy.Spider, line: str) -> None:
    """Say that something of the listing is missing that should be there: which answer, and what it lacks."""
    spider.logger.warning("%s: %s", spider.name, line)
    stats = spider.crawler.stats
    stats.inc_value(CUT_COUNT)
    for key in (CUT, INCOMPLETE):
        stats.set_value(key, stats.get_value(key, line))


def rest_failed(spider: scrapy.Spider, read: str, failure: Failure) -> None:
    """Say that the rest of a listing did not come, of which something was `read`.

    A site that has no such page, or forbids it, is as it is: the listing is incomplete. Trouble on the way cut it.
    """
    assert failure.value is not None
    line = f"{read}, the rest was not: {describe_exception(failure.value, cast(Any, failure).request)}"
    if isinstance(failure.value, HttpError) or cause_of(failure.value) == "refused":
        listing_incomplete(spider, line)
    else:
        listing_cut(spider, line)


def met_with(before: int | None, here: int, *, is_first: bool) -> int | None:
    """How many records a listing has had, up to a page with `here` of them; None where that is not known.

    `before` is the number on the pages before it, None for a page that is read alone, as `scrapy read` does.
    """
    return here + (before or 0) if is_first or before is not None else None


def compare_count(
    spider: scrapy.Spider, response: Response, *, told: float | None, met: int | None, may_be_off: float = 0.0
) -> None:
    """Compare the number of records that a listing tells with those that were met on all of its pages.

    To be called with the last page. Where one of the two is not known (None) nothing is said; `may_be_off` is a share.
    """
    if told is not None and met is not None and met < told * (1 - may_be_off):
        listing_cut(spider, f"{without_secrets(response.url)} tells {told:.0f} records, {met} were read")


def count(spider: scrapy.Spider, key: str) -> None:
    """Count something in the run's stats."""
    spider.crawler.stats.inc_value(key)
