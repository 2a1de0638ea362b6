"""The words of a text as the search index holds them: lower-case letters and figures of ASCII. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from anyascii import anyascii

from sms_text.text import fold_text

LONGEST_WORD = 40
"""Characters of a word that are kept."""

SHORTEST_SPELLED = 3
"""Letters of the shortest word in which a slip is forgiven."""

_KEYED = 8
"""First letters of a word in which a slip is looked for."""

_TWO_SLIPS = 8
"""Letters of a word in which two slips are forgiven."""


def words_of(texts: Iterable[str]) -> list[str]:
    """The words of these texts, each once, in order; other scripts in Latin letters."""
    return list(dict.fromkeys(word for text in texts for word in _words(text)))


def _words(text: str) -> Iterator[str]:
    for word in fold_text(text).split():
        if plain := word if word.isascii() else _in_latin(word):
            yield plain[:LONGEST_WORD]


@lru_cache(maxsize=16_384)
def _in_latin(word: str) -> str:
    return "".join(letter for letter in anyascii(word).lower() if letter.isascii() and letter.isalnum())


def is_spelled(word: str) -> bool:
    """Are slips in it forgiven? A word with figures is another one with others."""
    return len(word) >= SHORTEST_SPELLED and word.isalpha()


def spelling_keys(word: str) -> set[str]:
    """The keys of which two words share one if they differ by one slip: the first letters, and each left out."""
    first = word[:_KEYED]
    return {first, *(first[:n] + first[n + 1 :] for n in range(len(first)))}


def slips(asked: str, word: str) -> int | None:
    """How many letters are wrong, missing, too many or swapped; None for more than may be forgiven."""
    from rapidfuzz.distance import OSA  # 4 MB, for searches that find nothing as they are spelled

    most = 2 if min(len(asked), len(word)) >= _TWO_SLIPS else 1
    distance = OSA.distance(asked, word, score_cutoff=most)
    return distance if distance <= most else None
