"""Link listings with Splink, as its documentation says, in a Python of its own; started by `bench.quality.splink`.

python -I bench/quality/splink_link.py FEATURES GROUPS

FEATURES has one listing a line: `unique_id`, `title`, `words`, `first_words`, `venue`, `city`, `night`, `minutes`,
`latitude`, `longitude`. GROUPS gets one JSON object: for each threshold the group of every listing, and the cost of
linking at the first one.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time

import pyarrow
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.95, 0.5, 0.8, 0.99)
"""The first is that of Splink's introduction."""


def _shared(part: float) -> dict[str, str]:
    """A level: so many of the words of the shorter title and its acts are in the other too."""
    common = "len(list_intersect(words_l, words_r))"
    return {
        "sql_condition": f"{common} >= 1 AND {common} >= {part} * least(len(words_l), len(words_r))",
        "label_for_charts": f"shares {part:.0%} of the words",
    }


COMPARISONS = [
    comparisons.CustomComparison(
        output_column_name="title",
        comparison_levels=[
            levels.NullLevel("title"),
            levels.ExactMatchLevel("title"),
            levels.JaroWinklerLevel("title", 0.92),
            _shared(0.8),
            _shared(0.5),
            _shared(0.0),
            levels.ElseLevel(),
        ],
    ),
    comparisons.JaroWinklerAtThresholds("venue", [0.95, 0.88]).configure(term_frequency_adjustments=True),
    comparisons.ExactMatch("night"),
    comparisons.DistanceInKMAtThresholds("latitude", "longitude", [0.15, 1, 20]),
    comparisons.CustomComparison(
        output_column_name="minutes",
        comparison_levels=[
            levels.NullLevel("minutes"),
            levels.ExactMatchLevel("minutes"),
            levels.AbsoluteDifferenceLevel("minutes", difference_threshold=60),
            levels.AbsoluteDifferenceLevel("minutes", difference_threshold=120),
            levels.ElseLevel(),
        ],
    ),
]
"""Words and title are one comparison, since the model takes comparisons to be independent, and these would count twice.
The city is not compared: it says little beyond room and place, and made results worse.
"""

BLOCKS = [
    block_on("night", "venue"),
    block_on("night", "first_words"),
    block_on("night", "round(latitude, 3)", "round(longitude, 3)"),
    block_on("night", "city"),
]
"""Which pairs are looked at."""


def main() -> None:
    """Read, link, write."""
    features, groups = sys.argv[1:]
    logging.getLogger("splink").setLevel(logging.ERROR)
    began, cpu = time.perf_counter(), time.process_time()
    with open(features, encoding="utf-8") as file:
        rows = list(map(json.loads, file))
    linker = linker_of(rows)
    pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    found = {}
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
        table = clusters.as_pyarrow_table()
        ids, names = table["unique_id"].to_pylist(), table["cluster_id"].to_pylist()
        found[str(threshold)] = dict(zip(ids, names, strict=True))
        if threshold == THRESHOLDS[0]:
            seconds, used = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with open(groups, "w", encoding="utf-8") as file:
        json.dump({"groups": found, "seconds": seconds, "cpu": used, "peak_mb": peak}, file)


def linker_of(rows: list[dict[str, object]]) -> Linker:
    """A trained model of the rows: u by random sampling, m by expectation maximisation in three sessions.

    A session teaches nothing of what it blocks on; the three leave no comparison out.
    """
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=COMPARISONS, blocking_rules_to_generate_predictions=BLOCKS
    )
    linker = Linker(DuckDBAPI().register(pyarrow.Table.from_pylist(rows)), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("night", "venue", "first_words")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("night", "venue"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("night", "first_words"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("title", "venue"))
    return linker


if __name__ == "__main__":
    main()
