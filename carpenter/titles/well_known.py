"""Well-known acts whose names a rule would misread: well_known_acts.toml, folded. Pure functions."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from sms_text.text import fold_key


class WellKnownActsError(ValueError):
    """well_known_acts.toml is not of the form that the code reads."""


@cache
def well_known_acts() -> frozenset[str]:
    """The folded names of well_known_acts.toml. Raises WellKnownActsError, which names the wrong entry."""
    return read_well_known_acts(
        resources.files("carpenter.titles").joinpath("well_known_acts.toml").read_text(encoding="utf-8")
    )


def read_well_known_acts(text: str) -> frozenset[str]:
    """Reads lists of names: each entry a name with a letter, no name twice. Raises WellKnownActsError."""
    keys: set[str] = set()
    for listed, names in tomllib.loads(text).items():
        for name in names:
            key = fold_key(name) if isinstance(name, str) else ""
            if not any(map(str.isalnum, key)) or name != name.strip():
                raise WellKnownActsError(f"well_known_acts.toml: {listed} has an entry that is no name: {name!r}")
            if key in keys:
                raise WellKnownActsError(f"well_known_acts.toml: {name!r} stands there twice")
            keys.add(key)
    return frozenset(keys)
