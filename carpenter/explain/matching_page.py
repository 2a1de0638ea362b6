"""The tables of docs/matching.md, made from what the stages declare.

python -m carpenter.explain.matching_page docs/matching.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from carpenter.artists import features as artists
from carpenter.events import features as events
from carpenter.model import Feature, Threshold
from carpenter.normalize import features as kinds
from carpenter.venues import features as venues

STAGES = {"normalize": kinds, "venues": venues, "events": events, "artists": artists}
"""The modules that declare FEATURES and THRESHOLDS, by the name of their section."""

_SECTION = re.compile(r"(<!-- features: (\w+) -->\n).*?(<!-- end of features -->)", re.DOTALL)


def with_tables(page: str) -> str:
    """The page with the tables of its marked sections as they are declared now.

    A section is "<!-- features: STAGE -->", its tables, "<!-- end of features -->". Raises KeyError for a stage that
    declares none.
    """
    return _SECTION.sub(lambda section: f"{section[1]}{_tables(section[2])}\n{section[3]}", page)


def _tables(stage: str) -> str:
    declared = STAGES[stage]
    return "\n".join(["", *_features(declared.FEATURES), "", *_thresholds(declared.THRESHOLDS), ""])


def _features(features: Mapping[str, Feature]) -> Iterator[str]:
    yield "| evidence | weight | when |"
    yield "| --- | --- | --- |"
    for feature in features.values():
        yield f"| {feature.name} | {feature.weight:g} | {feature.sentence} |"


def _thresholds(thresholds: Mapping[str, Threshold]) -> Iterator[str]:
    yield "| number | what it decides |"
    yield "| --- | --- |"
    for threshold in thresholds.values():
        yield f"| {threshold.value:g} | {threshold.sentence} |"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_tables(page.read_text("utf-8")), "utf-8")
