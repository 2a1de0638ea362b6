"""From which similarity two folded names are spellings of one: every such threshold of the build. Pure.

All are percentages as rapidfuzz gives them. `fuzz.ratio` compares letter by letter; `fuzz.token_set_ratio` compares the
words that both have, so that a name within a longer one is the same.
"""

from __future__ import annotations

SAME_ACT = 86.0
"""Ratio of two names of acts."""

SAME_TITLE = 88.0
"""Token set ratio of two titles of shows."""

SAME_VENUE = 88.0
"""Ratio of two names of venues of which nothing else is known."""

SAME_VENUE_AT_PLACE = 85.0
"""Token set ratio of two names of venues where something else says already that they are one: the place, or the words
"at VENUE" in the title of a row of the other."""
