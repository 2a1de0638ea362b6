"""What `make quality` measures: each a list of shares, of which more is better."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from bench.fresh_database import fresh_database
from bench.quality.accuracy import RECORDINGS, measured
from bench.quality.artists import demo_artists, precision
from bench.quality.labelled import OURS, Scores, found_by_us, load, score, truth_of, world_folder
from bench.quality.match import SCORER, scored_by_shared
from carpenter.pipeline.build import run
from tests.crawlers.shared_sources import SPIDER_OF_FOLDER
from tests.match.building import judge
from tests.match.scenarios import load_scenarios

ROOT = Path(__file__).parents[2]

FAMILIES = (
    "tests/cases",
    "tests/crawlers/calendars/test_calendar_cases.py",
    "tests/crawlers/reading/test_phrase_cases.py",
)
"""Tests of families of cases: the part of a test's name before the colon is the kind of its case."""


@dataclass(frozen=True)
class Share:
    """How much of something is right, from 0 to 1. `right` of `asked` where it is a count."""

    what: str
    value: float
    right: int | None = None
    asked: int | None = None

    @classmethod
    def of(cls, what: str, right: int, asked: int) -> Share:
        """A count; all is right of nothing."""
        return cls(what, right / asked if asked else 1.0, right, asked)


def cases() -> list[Share]:
    """The families of cases in the tests, by file: how many pass."""
    passed: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for name, is_right in _cases_run():
        told[name] += 1
        passed[name] += is_right
    return [Share.of(f"cases: {name}", passed[name], told[name]) for name in sorted(told)]


def _cases_run() -> Iterator[tuple[str, bool]]:
    with TemporaryDirectory() as directory:
        report = Path(directory) / "cases.xml"
        command = [sys.executable, "-m", "pytest", "-q", *FAMILIES, f"--junitxml={report}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):  # 1: some failed
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        for case in ElementTree.parse(report).iter("testcase"):
            module, test = case.attrib["classname"].rpartition(".")[2], case.attrib["name"].partition("[")[0]
            is_right = case.find("failure") is None and case.find("error") is None
            yield f"{module.removeprefix('test_')} {test.removeprefix('test_').replace('_', ' ')}", is_right


def labelled_pairs() -> list[Share]:
    """The pairs of tests/match that a careful reader has decided: how many the build decides so."""
    with fresh_database() as engine:
        verdicts = judge(engine, load_scenarios())
    return [Share.of("labelled pairs", sum(verdict.is_right for verdict in verdicts), len(verdicts))]


def recordings() -> list[Share]:
    """The real recordings against what a careful reader found, by field, and their artists; none where they are not."""
    if not RECORDINGS.is_dir():
        return []
    with fresh_database() as engine:
        found = measured(engine, sorted(SPIDER_OF_FOLDER))
    fields = [Share.of(f"recordings: {name}", *counts) for name, counts in found.shares().items()]
    return [*fields, *_acts("recordings", found.acts)]


def demo() -> list[Share]:
    """The artists of the project's own recordings."""
    with fresh_database() as engine:
        return _acts("demo", demo_artists(engine))


def _acts(catalog: str, names: set[str]) -> list[Share]:
    said = precision(catalog, names)
    return [
        Share.of(f"{catalog}: artists that a person has read", said.read, len(names)),
        Share.of(f"{catalog}: artists that are acts", said.read - len(said.no_acts), said.read),
    ]


def world(named: str) -> list[Share]:
    """A labelled world, `ours:N` or a folder that ../shared/match/score.py scores."""
    with world_folder(named) as folder, fresh_database() as engine:
        load(engine, folder)
        run(engine, clock=lambda: datetime.now(UTC))
        found = found_by_us(engine, folder)
        if named.partition(":")[0] == OURS:
            return _of_ours(named, score(truth_of(folder), found))
        scores = scored_by_shared(folder, found)
    name, (merged, pairs) = Path(named).name, scores["hard_event_total"]
    return [
        Share(f"{name}: events", scores["events"]["pair_f1"]),
        Share(f"{name}: rooms", scores["venues"]["pair_f1"]),
        Share(f"{name}: line-ups", scores["lineup"]["f1"]),
        Share.of(f"{name}: hard pairs kept apart", pairs - merged, pairs),
    ]


def _of_ours(named: str, scores: Scores) -> list[Share]:
    return [
        Share(f"{named}: events", scores.events.f1),
        Share(f"{named}: rooms", scores.rooms.f1),
        Share(f"{named}: line-ups", scores.line_ups.f1),
    ]


def can_score_folders() -> bool:
    """Is the scorer of labelled worlds beside this checkout?"""
    return SCORER.is_file()
