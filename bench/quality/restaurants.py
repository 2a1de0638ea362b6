"""Rooms by name and place alone: the Fodors-Zagats restaurants, a public labelled set that looks like rooms.

864 rows of name, address and city, of which 112 pairs are one house; the telephone is left out. There are no nights
here, so names and addresses have to tell. Used by `python -m bench.quality.match --rooms FILE`.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from carpenter.venues.blocking import MentionRows, block_keys, block_pairs, components
from carpenter.venues.clustering import resolve
from carpenter.venues.geography import Scenes
from carpenter.venues.mention import Mention, named_room, read_mention


def labels(path: Path) -> tuple[list[str], list[int]]:
    """The true house of each row, and the one that we find."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    mentions: list[Mention] = []
    scenes = Scenes({})
    for number, row in enumerate(rows):
        data = {"venue_name": row["name"], "venue_address": row["addr"], "venue_city": row["city"]}
        room = named_room(data, f"row {number}", scenes.city_of(data, None, None))
        assert room is not None, "every restaurant has a name"
        mentions.append(read_mention(room, None))
    keys = {mention.id: block_keys(mention) for mention in mentions}
    said = {mention.id: MentionRows(1, datetime(2026, 1, 1, tzinfo=UTC)) for mention in mentions}
    position = {mention.id: number for number, mention in enumerate(mentions)}
    found = [0] * len(rows)
    houses = 0
    for component in components(mentions, block_pairs(mentions, keys), said):
        for room_found in resolve(component, block_pairs(component, keys), said):
            houses += 1
            for mention in room_found.members:
                found[position[mention.id]] = houses
    return ["".join(filter(str.isdigit, row["class"])) for row in rows], found


def pair_scores(true: list[str], found: list[int]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of rows."""
    both = _pairs(Counter(zip(true, found, strict=True)))
    precision, recall = both / _pairs(Counter(found)), both / _pairs(Counter(true))
    return precision, recall, 2 * precision * recall / (precision + recall)


def _pairs(groups: Counter[tuple[str, int]] | Counter[str] | Counter[int]) -> int:
    return sum(size * (size - 1) // 2 for size in groups.values())
