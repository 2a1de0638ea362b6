"""Ids as addresses have them: the first digits say enough. Pure functions."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

SHORT_ID = 12
"""Digits of an id in an address: among ten million events two share them once in six such catalogs."""

_DIGITS = 32
_HEXADECIMAL = re.compile(rf"[0-9a-f]{{{SHORT_ID}}}|[0-9a-f]{{{_DIGITS}}}")
_WHOLE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class IdRange:
    """The ids that begin with the same digits; both ends are included."""

    first: uuid.UUID
    last: uuid.UUID


def short_id(whole: uuid.UUID) -> str:
    """The digits of an id that addresses have."""
    return whole.hex[:SHORT_ID]


def ids_of_address(name: str) -> IdRange | None:
    """The ids that the last part of an address may mean: "2026-11-20-tin-lantern-0123456789ab", or a whole id; None
    where it ends in none.
    """
    if _WHOLE.fullmatch(name):
        return IdRange(uuid.UUID(name), uuid.UUID(name))
    digits = name.rpartition("-")[2]
    if not _HEXADECIMAL.fullmatch(digits):
        return None
    return IdRange(uuid.UUID(digits.ljust(_DIGITS, "0")), uuid.UUID(digits.ljust(_DIGITS, "f")))
