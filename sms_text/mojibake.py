"""Text that was decoded by another character set than it was written in. Pure functions.

https://ftfy.readthedocs.io/
"""

from __future__ import annotations

import ftfy
from ftfy.badness import is_bad

_REPAIR = ftfy.TextFixerConfig(unescape_html=False, uncurl_quotes=False, fix_latin_ligatures=False)


def is_mojibake(line: str) -> bool:
    """Does a line hold characters that are hardly ever written beside each other?"""
    return bool(is_bad(line))


def repaired(text: str) -> str:
    """The text as it was written; quotes, ligatures and entities stay as they are. `text` has no lone surrogates."""
    return ftfy.fix_text(text, _REPAIR)
