"""The error that every reader raises."""

from __future__ import annotations


class UnreadableField(ValueError):
    """Raised by a reader for a record that cannot become an item: which field, and what was met."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
