"""What the carpenter goes by: its own code and data, and the facts of cities and venues."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def rules_hash() -> str:
    """Fingerprint of the rules. A catalog built by other rules is built again, row by row, at the next run."""
    digest = hashlib.blake2b(digest_size=16)
    for file in _rule_files():
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _rule_files() -> list[Traversable]:
    own = [f for f in files("carpenter").iterdir() if f.name.endswith((".py", ".toml"))]
    facts = [files("sms_database") / name for name in ("venues.toml", "cities.toml", "venues.py")]
    return sorted([*own, *facts], key=lambda file: file.name)
