"""The labelled set: scenarios of raw rows with pairs that a reader has decided, read from the TOML files beside this.

A file is one habit of the field. A scenario of it is a handful of rows in exchange form, with `at` as the defaults of
each row, and pairs of row ids with `same` and the `reason`. A pair asks whether both rows are one event; with
`rooms = true` it asks whether both are in one room.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

FETCHED = "2026-03-02T09:00:00Z"
"""When a row was fetched, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows, by their ids within the scenario, and what a careful reader says of them."""

    left: str
    right: str
    same: bool
    reason: str
    rooms: bool = False
    """The question is whether both are in one room, rather than one event."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Rows that can be judged by themselves, and the judgements."""

    habit: str
    name: str
    rows: Mapping[str, Mapping[str, Any]]
    """In exchange form by id. Its sources and their ids are the scenario's own."""
    pairs: tuple[Pair, ...]

    def source_key(self, row_id: str) -> tuple[str, str]:
        """(source, source_event_id) of a row."""
        row = self.rows[row_id]
        return row["source"], row["source_event_id"]


def load_scenarios() -> list[Scenario]:
    """Every scenario, in the order of files. Raises ValueError, with file and scenario, where one is malformed."""
    return [
        scenario for path in sorted(HERE.glob("*.toml")) for scenario in read_scenarios(path.name, path.read_text())
    ]


def read_scenarios(file: str, toml: str) -> list[Scenario]:
    """The scenarios of one file's text."""
    content = tomllib.loads(toml)
    return [_scenario(file, content["habit"], given) for given in content["scenarios"]]


def _scenario(file: str, habit: str, given: Mapping[str, Any]) -> Scenario:
    name = given["name"]
    rows: dict[str, Mapping[str, Any]] = {}
    for row in given["rows"]:
        if row["id"] in rows:
            raise ValueError(f"{file}: {name}: two rows are called {row['id']}")
        rows[row["id"]] = _row(name, given.get("at", {}) | row)
    pairs = tuple(_pair(f"{file}: {name}", rows, pair) for pair in given["pairs"])
    return Scenario(habit=habit, name=name, rows=rows, pairs=pairs)


def _row(scenario: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    row = {"fetched_at": FETCHED, **given}
    row["source_event_id"] = row.pop("id")
    row["source"] = f"{scenario}.{row['source']}"
    row["source_url"] = f"https://{row['source']}.example/{row['source_event_id']}"
    return row


def _pair(where: str, rows: Iterable[str], given: Mapping[str, Any]) -> Pair:
    left, right = given["of"]
    if unknown := {left, right} - set(rows):
        raise ValueError(f"{where}: a pair names rows that are not there: {', '.join(sorted(unknown))}")
    return Pair(left, right, given["same"], given["reason"], given.get("rooms", False))
