"""The TicketWeb plug-in's two views, and the literals in its script."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.platforms.ticketweb import MAX_PAGES, TicketWebCalendarSpider, TicketWebListSpider
from sms_crawlers.reading.javascript_literals import literal_after
from sms_crawlers.runs.listing import INCOMPLETE
from sms_crawlers.spiders.venues.chop_suey import ChopSueySpider
from sms_crawlers.spiders.venues.tractor_tavern import TractorTavernSpider
from tests.crawlers.saved_answers import items, read, spider_on

CALENDAR = "https://chopsuey.com/calendar/"
LIST = "https://www.tractortavern.com/calendar/"
CARD = """<div class="flexmedia flexmedia--artistevents"><div class="eventinfo"><a href="{url}">
<span class="artisteventsname">Tin Heron</span></a><span class="artisteventstime">{when}</span></div></div>"""


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("var a = [];", []),
        ("a=[1, -2.5, 'x', \"y\", `z`, true, null, undefined,]", [1, -2.5, "x", "y", "z", True, None, None]),
        ("let a = {bare: 1, 'quoted': 2, 3: [{},],};", {"bare": 1, "quoted": 2, "3": [{}]}),
        ("a = [ // one, ]\n /* two ] */ 'three' ]; rest(", ["three"]),
        (r"""a = ['Ol\' Cedar\'s', "say \"so\"", 'a\\b', 'l1\nl2', '\u00e9\x41\u{1F600}\uD83D\uDE00']""",
         ["Ol' Cedar's", 'say "so"', "a\\b", "l1\nl2", "éA😀😀"]),
        ("b.a = [0]; xa = [1]; a = [2]", [2]),
    ],
)  # fmt: skip
def test_literals_are_read_without_running_anything(script: str, value: Any) -> None:
    assert literal_after(script, "a") == value


@pytest.mark.parametrize(
    "script",
    ["", "a = f()", "a = [f()]", "a = ['open", "a = [1 2]", "a = {1}", "a = [1", "a = {b: [}", "a = " + "[" * 5000],
)
def test_what_is_no_literal_is_unreadable(script: str) -> None:
    with pytest.raises(UnreadablePage):
        literal_after(script, "a")


@given(st.text(alphabet="[]{}:,'\"`\\/*\n a1.ux-"))
def test_any_script_is_read_or_unreadable(script: str) -> None:
    with suppress(UnreadablePage):
        literal_after(f"a = [{script}", "a")


def test_a_dialog_without_a_line_up_of_its_own_lists_nobody() -> None:
    script = "<script>var all_events = [{id: '1', start: '2026-12-05', title: 'Tin Heron (2 sets)'}]</script>"
    for acts, listed in (("<span>TIN HERON</span>", []), ("<span>Hare</span>", ["Hare"])):
        dialog = f'<div id="tw-event-dialog-1"><div class="tw-attractions">{acts}</div></div>'
        [item] = items(read(spider_on(ChopSueySpider, "2026-11-20"), CALENDAR, script + dialog))
        assert [act["name"] for act in item.artists] == listed
        assert (item.doors_time, item.start_time) == (None, None)


@pytest.mark.parametrize("body", ["<h1>Welcome</h1>", "<script>var all_events = [load()]</script>", "[]"])
def test_another_page_is_unreadable(body: str) -> None:
    for spider, url in ((spider_on(ChopSueySpider, "2026-11-20"), CALENDAR), (tractor(), LIST)):
        with pytest.raises(UnreadablePage):
            read(spider, url, body)


@pytest.mark.parametrize(
    ("url", "when", "number", "day", "hour"),
    [
        ("https://www.ticketweb.com/event/x/14055874?pl=t", "Dec 5 @ 08:00 PM", "14055874", "2026-12-05", "20:00"),
        ("/tm-event/tin-heron/", "Saturday Dec 5 @ 08:00 PM", "2026-12-05-tin-heron", "2026-12-05", "20:00"),
        ("/tm-event/tin-heron/", "Jan 9 @ 12:00 PM", "2027-01-09-tin-heron", "2027-01-09", "12:00"),
        ("/tm-event/tin-heron/", "Oct 31 @ 09:30 PM", "2026-10-31-tin-heron", "2026-10-31", "21:30"),
    ],
)
def test_a_card_of_the_list(url: str, when: str, number: str, day: str, hour: str) -> None:
    [item] = items(read(tractor(), LIST, CARD.format(url=url, when=when)))
    assert (item.source_event_id, item.event_day, item.start_time) == (number, day, hour)
    assert item.ticket_url == (url if "ticketweb" in url else None)


def test_a_list_without_end_counts_as_incomplete() -> None:
    spider = tractor()
    page = CARD.format(url="/x", when="Dec 5 @ 08:00 PM") + '<a class="next page-numbers" href="?twpage=9">Next</a>'
    response = HtmlResponse(LIST, body=page, encoding="utf-8", request=Request(LIST))
    assert [r.url for r in spider.parse(response) if isinstance(r, Request)] == [f"{LIST}?twpage=9"]
    assert not any(isinstance(r, Request) for r in spider.parse(response, number=MAX_PAGES))
    assert spider.crawler.stats is not None
    assert spider.crawler.stats.get_value(INCOMPLETE)


def test_each_view_is_recognised() -> None:
    calendar = HtmlResponse(
        CALENDAR, body=b"<script>var all_events = [];</script><div id='tw-event-dialog-1'></div>", encoding="utf-8"
    )
    cards = HtmlResponse(LIST, body=CARD.format(url="/x", when="Dec 5"), encoding="utf-8")
    assert TicketWebCalendarSpider.recognise(calendar) is not None
    assert TicketWebListSpider.recognise(cards) is not None
    assert TicketWebCalendarSpider.recognise(cards) is None
    assert TicketWebListSpider.recognise(calendar) is None


def tractor() -> TractorTavernSpider:
    return spider_on(TractorTavernSpider, "2026-11-20")
