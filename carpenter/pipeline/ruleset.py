"""What the catalog's rules are: a fingerprint of every module and data file that decides what the catalog says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

RULES: Sequence[str] = (
    "sms_text/calendar_words.py",
    "sms_text/local_hours.py",
    "sms_text/mojibake.py",
    "sms_text/text.py",
    "sms_text/unseen.py",
    "sms_text/urls.py",
    "sms_database/cities.toml",
    "sms_database/decisions.py",
    "sms_database/event_fields.py",
    "sms_database/ids.py",
    "sms_database/venues.py",
    "sms_database/venues.toml",
    "sms_database/vocabulary.py",
    "carpenter/artists",
    "carpenter/events",
    "carpenter/merge",
    "carpenter/model.py",
    "carpenter/nights",
    "carpenter/normalize",
    "carpenter/parsing",
    "carpenter/pipeline/artists.py",
    "carpenter/pipeline/block.py",
    "carpenter/pipeline/extract.py",
    "carpenter/pipeline/placement.py",
    "carpenter/pipeline/venues.py",
    "carpenter/rows.py",
    "carpenter/store/artists.py",
    "carpenter/store/enrichment.py",
    "carpenter/store/facts.py",
    "carpenter/store/gazetteer.py",
    "carpenter/store/housekeeping.py",
    "carpenter/store/inputs.py",
    "carpenter/store/mentions.py",
    "carpenter/store/placements.py",
    "carpenter/store/venues.py",
    "carpenter/titles",
    "carpenter/venues",
)
"""The packages and files that decide, by their paths; a package stands for every .py and .toml file below it.

Of carpenter/pipeline those that drive a stage, for the order of its steps decides too; of carpenter/store those whose
statements choose rows or count them.

Whatever they import of ours is among them (tests/carpenter/pipeline/test_ruleset.py).
"""


@cache
def rules_hash() -> str:
    """Fingerprint of the rules. A catalog built by other rules is built again, row by row, at the next run."""
    digest = hashlib.blake2b(digest_size=16)
    for path, file in rule_files():
        digest.update(path.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def rule_files() -> list[tuple[str, Traversable]]:
    """The files of the rules with their paths, in their order. Raises FileNotFoundError for one that is gone."""
    return sorted(
        (found for path in RULES for found in _below(path, files(path.split("/")[0]).joinpath(*path.split("/")[1:]))),
        key=lambda found: found[0],
    )


def _below(path: str, place: Traversable) -> Iterator[tuple[str, Traversable]]:
    if place.is_dir():
        for inner in place.iterdir():
            if inner.is_dir() or inner.name.endswith((".py", ".toml")):
                yield from _below(f"{path}/{inner.name}", inner)
    elif place.is_file():
        yield path, place
    else:
        raise FileNotFoundError(path)
