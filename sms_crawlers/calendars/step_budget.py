"""A budget of counted work, so that what a calendar may cost is the same on every machine."""

from __future__ import annotations


class BudgetSpent(Exception):
    """Raised by work that needs more steps than its budget has."""

    def __init__(self, budget: StepBudget) -> None:
        super().__init__(f"more than {budget.limit:,} steps")
        self.budget = budget


class StepBudget:
    """How many steps some work may take: a step is about a microsecond's, such as a look at one day.

    A budget may be part of another: its steps count in both, and either may end the work.
    """

    def __init__(self, limit: int, within: StepBudget | None = None) -> None:
        self.limit = limit
        self.taken = 0
        self._within = within

    def spend(self, steps: int) -> None:
        """Count steps that are about to be taken. Raises BudgetSpent, of this budget or the one it is part of."""
        self.taken += steps
        if self._within is not None:
            self._within.spend(steps)
        if self.taken > self.limit:
            raise BudgetSpent(self)
