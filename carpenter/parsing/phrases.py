"""Phrases of the field looked up in folded text, word by word. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sms_text.text import fold_key


class Phrases:
    """A set of phrases, found in folded text as whole words. Far faster than a pattern of as many alternatives."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._keys = frozenset(fold_key(phrase) for phrase in phrases)
        self._longest = max((len(key.split()) for key in self._keys), default=0)
        self._last_words = frozenset(key.split()[-1] for key in self._keys)
        self._by_first_word: dict[str, list[str]] = {}
        for key in sorted(self._keys):
            self._by_first_word.setdefault(key.split()[0], []).append(key)

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def found_in(self, key: str) -> Iterator[str]:
        """The phrases that stand in a folded text, in its order."""
        padded = f" {key} "
        for word in key.split():
            for phrase in self._by_first_word.get(word, ()):
                if f" {phrase} " in padded:
                    yield phrase

    def stand_in(self, key: str) -> bool:
        """Does a folded text hold any of the phrases?"""
        if self._by_first_word.keys().isdisjoint(key.split()):
            return False
        return next(self.found_in(key), None) is not None

    def begin(self, key: str) -> bool:
        """Does a folded text begin with one of the phrases?"""
        words = key.split()
        if not words or words[0] not in self._by_first_word:
            return False
        return any(" ".join(words[:count]) in self._keys for count in range(1, min(self._longest, len(words)) + 1))

    def end(self, key: str, least: int = 1) -> bool:
        """Does a folded text end with one of the phrases, of at least so many words?"""
        words = key.split()
        if not words or words[-1] not in self._last_words:
            return False
        return any(" ".join(words[-count:]) in self._keys for count in range(least, min(self._longest, len(words)) + 1))
