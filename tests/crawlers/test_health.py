"""How runs are judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sms_crawlers.health import RunFacts, judge

GOOD = RunFacts(finish_reason="finished", items=100, recent_items=(100, 98, 104, 101))


def test_a_run_that_read_what_it_usually_reads_is_ok() -> None:
    assert judge(GOOD).verdict == "ok"


@pytest.mark.parametrize("reason", ["shutdown", "database_lost", "start_error", "closespider_timeout"])
def test_a_run_that_ended_before_its_time_has_failed(reason: str) -> None:
    verdict = judge(replace(GOOD, finish_reason=reason))
    assert verdict.verdict == "failed"
    assert reason in verdict.message


def test_a_failure_is_named_however_much_was_read() -> None:
    verdict = judge(replace(GOOD, failures=(("unreachable", "HTTP 503 from https://a.test/2"), ("refused", "b.test"))))
    assert verdict.verdict == "failed"
    assert verdict.message == "HTTP 503 from https://a.test/2 (and 1 more)"


def test_an_empty_crawl_has_failed_unless_the_source_may_be_empty() -> None:
    empty = replace(GOOD, items=0, recent_items=())
    assert judge(empty).verdict == "failed"
    assert judge(replace(empty, skipped=7)).message.endswith("(7 records were skipped)")
    assert judge(replace(empty, may_be_empty=True)).verdict == "ok"


@pytest.mark.parametrize(
    ("items", "quarantined", "verdict"),
    [
        (100, 2, "ok"),
        (100, 5, "ok"),
        (100, 6, "suspect"),
        (10, 3, "suspect"),
        (10, 2, "ok"),
        (2, 1, "suspect"),
        (0, 40, "suspect"),
    ],
)
def test_more_than_a_few_unreadable_records_are_suspect(items: int, quarantined: int, verdict: str) -> None:
    judged = judge(RunFacts(finish_reason="finished", items=items, quarantined=quarantined))
    assert judged.verdict == verdict
    if verdict == "suspect":
        assert f"{quarantined} of {items + quarantined} records" in judged.message


@pytest.mark.parametrize(
    ("items", "recent", "verdict"),
    [
        (40, (100, 100, 100), "suspect"),
        (41, (100, 100, 100), "ok"),
        (1, (100, 100), "ok"),
        (5, (3, 4, 500), "ok"),
        (30, (*[60] * 10, *[1000] * 10), "ok"),
        (0, (0, 0, 0, 0), "ok"),
    ],
    ids=["60 % fewer", "not quite", "too few runs", "median, not mean", "the last ten runs only", "always empty"],
)
def test_far_fewer_items_than_usual_are_suspect(items: int, recent: tuple[int, ...], verdict: str) -> None:
    facts = RunFacts(finish_reason="finished", items=items, recent_items=recent, may_be_empty=True)
    assert judge(facts).verdict == verdict


def test_the_doubt_tells_the_numbers() -> None:
    assert judge(replace(GOOD, items=31)).message == "31 items, where the median of the last 4 good runs is 100.5"
