"""Characters of a text that a page shows nothing of."""

from __future__ import annotations

import re

UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Control and format characters of no script, and lone surrogates."""
