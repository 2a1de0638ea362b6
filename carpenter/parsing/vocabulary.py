"""The words of the live-music field: vocabulary.toml, checked as it is read, and look-ups of its phrases in a text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from sms_text.text import fold_key

SPELLED_AS_PRINTED = frozenset({"spellings"})
"""Lists whose entries keep their capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The lists of vocabulary.toml, by their names there; comments in the file say what each is for."""

    guest_placeholders: frozenset[str]
    filler: frozenset[str]
    placeholders: frozenset[str]
    genres: frozenset[str]
    event_endings: frozenset[str]
    event_phrases: frozenset[str]
    works: frozenset[str]
    series: frozenset[str]
    performs: frozenset[str]
    lead_ins: frozenset[str]
    appearances: frozenset[str]
    own_shows: frozenset[str]
    instruments: frozenset[str]
    open_places: frozenset[str]
    occasions: frozenset[str]
    occasion_shows: frozenset[str]
    describing: frozenset[str]
    ensembles: frozenset[str]
    demonyms: frozenset[str]
    other_titles: frozenset[str]
    borrowed_titles: frozenset[str]
    stage_works: frozenset[str]
    music_words: frozenset[str]
    other_words: frozenset[str]
    other_rooms: frozenset[str]
    labels: frozenset[str]
    label_words: frozenset[str]
    label_beginnings: frozenset[str]
    dj_names: frozenset[str]
    dj_sets: frozenset[str]
    backing: frozenset[str]
    backing_endings: frozenset[str]
    comma_suffixes: frozenset[str]
    presenters: frozenset[str]
    spellings: frozenset[str]
    small_words: frozenset[str]
    origins: frozenset[str]
    weak_kind_phrases: frozenset[str]
    weak_kinds: frozenset[str]
    names_when_alone: frozenset[str]
    festival_words: frozenset[str]
    festival_endings: frozenset[str]
    free_words: frozenset[str]
    donation_words: frozenset[str]
    pay_what_you_can_words: frozenset[str]
    free_of: frozenset[str]
    not_tickets: frozenset[str]
    all_ages: frozenset[str]
    generic_venues: frozenset[str]
    annotations: Mapping[str, str]
    source_kinds: Mapping[str, str]
    add_ons: Mapping[str, frozenset[str]]
    kinds: Mapping[str, frozenset[str]]
    """In order of precedence, which is the order of the file."""
    happenings: Mapping[str, frozenset[str]]
    statuses: Mapping[str, frozenset[str]]


class VocabularyError(ValueError):
    """vocabulary.toml is not of the form that the code reads."""


@cache
def vocabulary() -> Vocabulary:
    """The words of vocabulary.toml. Raises VocabularyError, which names the wrong entry."""
    return read_vocabulary(resources.files("carpenter.parsing").joinpath("vocabulary.toml").read_text(encoding="utf-8"))


def read_vocabulary(text: str) -> Vocabulary:
    """Reads and checks a vocabulary: all lists and no others, entries in small letters, none empty and none twice.

    Raises VocabularyError, which names the wrong entry.
    """
    document = tomllib.loads(text)
    names = {field.name for field in fields(Vocabulary)}
    if wrong := names.symmetric_difference(document):
        raise VocabularyError(f"vocabulary.toml: missing or unknown: {', '.join(sorted(wrong))}")
    return Vocabulary(**{name: _read_entry(name, value) for name, value in document.items()})


def _read_entry(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return _read_words(name, value)
    if not isinstance(value, dict):
        raise VocabularyError(f"vocabulary.toml: {name} is neither a list nor a table")
    _read_words(name, list(value))
    return MappingProxyType(
        {key: _read_words(f"{name}.{key}", entry) if isinstance(entry, list) else entry for key, entry in value.items()}
    )


def _read_words(name: str, words: list[Any]) -> frozenset[str]:
    for word in words:
        if not isinstance(word, str) or not word.strip() or word != word.strip():
            raise VocabularyError(f"vocabulary.toml: {name} has an entry that is no word: {word!r}")
        if word != word.lower() and name not in SPELLED_AS_PRINTED:
            raise VocabularyError(f"vocabulary.toml: {name} has capitals in {word!r}")
    if len(set(words)) != len(words):
        twice = sorted({word for word in words if words.count(word) > 1})
        raise VocabularyError(f"vocabulary.toml: {name} names twice: {', '.join(twice)}")
    return frozenset(words)


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for any of these phrases as whole words, the longest first; a blank matches any white space."""
    escaped = (re.escape(phrase).replace(r"\ ", r"\s+") for phrase in sorted(phrases, key=lambda p: (-len(p), p)))
    return rf"(?<!\w)(?:{'|'.join(escaped)})(?!\w)"


class Phrases:
    """A set of phrases, looked up in folded text as whole words. Far faster than a pattern of as many alternatives."""

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
        """The phrases in a folded text, in the order of the text."""
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
