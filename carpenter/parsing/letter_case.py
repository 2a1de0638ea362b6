"""Names in capitals, and their usual spelling. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache

from carpenter.parsing.vocabulary import vocabulary

SHOUTED_WORDS = 3
"""Words in capitals from which a line counts as printed in capitals throughout."""


def is_shouting(text: str) -> bool:
    """Is a line printed in capitals throughout? One or two words in capitals may be how a name is spelled."""
    return text.isupper() and sum(any(map(str.isalpha, word)) for word in text.split()) >= SHOUTED_WORDS


def display_case(name: str) -> str:
    """A name in capitals in its usual spelling: "THE PAPER LANTERNS" is "The Paper Lanterns".

    For names from lines that `is_shouting`; any other name is left as printed.
    """
    words = name.split(" ")
    return " ".join(_display_word(word, inner=0 < i < len(words)) for i, word in enumerate(words))


_ROMAN = re.compile(r"(?=..)(?:X{0,3})(?:IX|IV|V?I{0,3})\W*")


_ABBREVIATION = re.compile(r"\W*(?:(?:\w\.){2,}\w?|[^AEIOUY\W\d_]{2,5}|\w+\.\w+|\w*\d\w*)\W*")


_SPELLINGS = {word.casefold(): word for word in vocabulary().spellings}


@lru_cache(maxsize=16_384)
def _display_word(word: str, *, inner: bool) -> str:
    bare = word.strip(".,!?:;()[]\"'’“”*").casefold()
    if bare in _SPELLINGS:
        return word.upper().replace(bare.upper(), _SPELLINGS[bare])
    if inner and bare in vocabulary().small_words:
        return word.lower()
    if "-" in word.strip("-"):
        return "-".join(_display_word(part, inner=False) for part in word.split("-"))
    if _ROMAN.fullmatch(word) or _ABBREVIATION.fullmatch(word):
        return word
    titled = re.sub(r"[^\W\d_]", lambda match: match[0].upper(), word.lower(), count=1)
    titled = re.sub(r"^(\W*(?:O|D|L)['’])(\w)(?=\w)", lambda match: match[1] + match[2].upper(), titled)
    return re.sub(r"^(\W*Mc)(\w)(?=\w{2})", lambda match: match[1] + match[2].upper(), titled)
