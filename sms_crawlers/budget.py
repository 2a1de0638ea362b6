"""How many requests a source lets one key make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The requests that a source's terms allow, counted over all runs of a period. `BudgetMiddleware` keeps it."""

    requests: int
    per: Literal["day", "month"]
    """Of UTC."""
    requests_per_second: float

    def period_start(self, now: datetime) -> datetime:
        """The UTC instant at which the period of `now`, an instant with a zone, began."""
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight if self.per == "day" else midnight.replace(day=1)
