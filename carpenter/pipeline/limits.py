"""How much a build takes at once."""

from __future__ import annotations

from dataclasses import dataclass

from carpenter.venues.blocking import MAX_BLOCK_MENTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildLimits:
    """What one transaction takes at most, roughly. Only the last of them changes what the catalog says."""

    first_pass_rows: int = 2_000
    mentions: int = 2_000
    """Resolved and written at a time; a component is never cut."""
    assigned_rows: int = 10_000
    """Assigned to blocks; as many nights are looked at again at a time."""
    built_rows: int = 2_000
    """Dirty rows, and so roughly rows, that are built; a block is never cut."""
    artists: int = 5_000
    """Artists named, or look-ups read."""
    block_mentions: int = MAX_BLOCK_MENTIONS
    """Mentions that one block compares with each other."""


DEFAULT_LIMITS = BuildLimits()
