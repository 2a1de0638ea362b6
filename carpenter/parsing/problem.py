"""The reason why a field could not be read."""

from __future__ import annotations


class Problem(str):
    """Why something could not be read, in words for the audit."""

    __slots__ = ()
