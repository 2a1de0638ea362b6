"""How right the catalog is: against labelled worlds, careful readers, other matchers, and its own rebuild."""
