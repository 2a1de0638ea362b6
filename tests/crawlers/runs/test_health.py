"""How runs are judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sms_crawlers.runs.profile import Oddity
from sms_crawlers.runs.verdict import Absence, RunFacts, judge

GOOD = RunFacts(finish_reason="finished", items=100, lists_all=True, absence=Absence(listed=100, missed=1))


def missing(missed: int, listed: int, *, items: int | None = None, gap: int = 1, at_the_end: int = 0) -> RunFacts:
    """A run of a complete listing that misses some rows of those that its source lists."""
    absence = Absence(listed=listed, missed=missed, gap=gap, at_the_end=at_the_end)
    return replace(GOOD, items=listed - missed if items is None else items, absence=absence, may_be_empty=True)


def test_a_run_that_read_what_it_usually_reads_is_ok() -> None:
    judged = judge(GOOD)
    assert (judged.verdict, judged.cause, judged.message) == ("ok", None, "")


@pytest.mark.trust(6)
@pytest.mark.parametrize(
    ("facts", "verdict", "cause"),
    [
        (replace(GOOD, failures=(("unreachable", "no answer"),)), "failed", "unreachable"),
        (replace(GOOD, failures=(("refused", "HTTP 403"),)), "failed", "refused"),
        (RunFacts(finish_reason="finished"), "failed", "empty"),
        (replace(GOOD, failures=(("layout_changed", "no calendar"),)), "failed", "layout_changed"),
        (replace(GOOD, quarantined=20), "suspect", "layout_changed"),
        (missing(60, 100), "suspect", "incomplete"),
        (replace(GOOD, cut="the gzip stream ends early"), "suspect", "incomplete"),
        (RunFacts(finish_reason="finished", may_be_empty=True), "ok", "quiet"),
    ],
)
def test_each_state_has_a_cause_of_its_own(facts: RunFacts, verdict: str, cause: str) -> None:
    judged = judge(facts)
    assert (judged.verdict, judged.cause) == (verdict, cause)


@pytest.mark.parametrize("reason", ["shutdown", "database_lost", "start_error", "closespider_timeout"])
def test_a_run_that_ended_before_its_time_has_failed(reason: str) -> None:
    verdict = judge(replace(GOOD, finish_reason=reason))
    assert (verdict.verdict, verdict.cause) == ("failed", "stopped")
    assert reason in verdict.message


def test_a_failure_is_named_however_much_was_read() -> None:
    verdict = judge(replace(GOOD, failures=(("unreachable", "HTTP 503 from https://a.test/2"), ("refused", "b.test"))))
    assert verdict.verdict == "failed"
    assert verdict.message == "HTTP 503 from https://a.test/2 (and 1 more)"


def test_an_empty_crawl_has_failed_unless_the_source_may_be_empty() -> None:
    empty = RunFacts(finish_reason="finished")
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


@pytest.mark.trust(3)
@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (missing(60, 100), "suspect"),
        (missing(6, 100), "suspect"),
        (missing(5, 100), "ok"),
        (missing(3, 20), "suspect"),
        (missing(2, 20), "ok"),
        (missing(2, 4), "suspect"),
        (missing(1, 2), "ok"),
        (missing(1, 1), "suspect"),
        (missing(1, 1, items=1), "ok"),
        (missing(20, 20, items=20), "suspect"),
        (missing(5, 100, gap=5), "suspect"),
        (missing(5, 100, gap=4), "ok"),
        (missing(3, 100, gap=3, at_the_end=3), "suspect"),
        (missing(3, 100, gap=2, at_the_end=2), "ok"),
        (missing(0, 0, items=3), "ok"),
    ],
    ids=[
        "60 % gone",
        "more than a twentieth",
        "a twentieth of a long listing",
        "three of twenty",
        "two of twenty",
        "half of a few",
        "one of two",
        "all gone",
        "the only one replaced",
        "as many, but others",
        "a page of it",
        "a tour",
        "the end",
        "two of the latest",
        "nothing listed before",
    ],
)
def test_more_missing_than_may_vanish_between_two_runs_is_suspect(facts: RunFacts, verdict: str) -> None:
    assert judge(facts).verdict == verdict


@pytest.mark.parametrize(("missed", "verdict"), [(60, "ok"), (61, "suspect")])
def test_of_a_source_that_is_read_in_part_much_may_be_gone(missed: int, verdict: str) -> None:
    assert judge(replace(missing(missed, 100), lists_all=False)).verdict == verdict


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (missing(60, 100), "60 of the 100 that it lists for the days ahead were not seen"),
        (missing(5, 100, gap=5), "5 of the 100 that it lists for the days ahead were not seen, one after the other"),
        (missing(3, 100, at_the_end=3), "the last 3 of the 100 that it lists for the days ahead were not seen"),
        (missing(3, 3), "nothing was read, where 3 are listed for the days ahead"),
        (missing(9, 9, items=8), "none of the 9 that it lists for the days ahead was seen, but 8 others"),
    ],
)
def test_the_doubt_tells_the_numbers(facts: RunFacts, line: str) -> None:
    assert line in judge(facts).message


def test_what_a_person_has_looked_at_is_ok_and_says_what_was_doubted() -> None:
    accepted = judge(replace(missing(60, 100), accepted=True))
    assert accepted.verdict == "ok"
    assert accepted.message.startswith("accepted: 60 of the 100")
    assert judge(replace(GOOD, accepted=True, failures=(("unreachable", "down"),))).verdict == "failed"


def test_an_oddity_that_is_no_doubt_is_told_and_does_no_harm() -> None:
    judged = judge(replace(GOOD, oddities=[Oddity("image_url is filled in 0 of 100 items", False)]))
    assert (judged.verdict, judged.cause, judged.message) == (
        "ok",
        "layout_changed",
        "image_url is filled in 0 of 100 items",
    )


def test_a_run_that_reads_only_a_part_says_so() -> None:
    judged = judge(replace(GOOD, in_part="80 pages, of which 20 are asked for"))
    assert (judged.verdict, judged.cause, judged.message) == (
        "ok",
        "incomplete",
        "80 pages, of which 20 are asked for",
    )
