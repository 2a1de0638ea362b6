"""Is a row live music? What speaks for it and against it, in weights that add up. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from carpenter.model import Evidence
from carpenter.normalize.kind_features import FEATURES, MUSIC_SCORE, OTHER_SCORE
from carpenter.normalize.kinds import GenreSense, kind_of, sense_of_genres
from carpenter.parsing.vocabulary import Phrases, vocabulary
from carpenter.titles.name_types import is_dj, is_ensemble, is_sentence
from carpenter.titles.well_known import well_known_acts
from sms_database.venues import all_venue_facts
from sms_text.text import fold_key, fold_text

MAX_DESCRIPTION = 600
"""Characters of a description that are asked for words: further on it tells of tickets, parking and others."""

_WORDS = vocabulary()
_OTHER_TITLES = Phrases(_WORDS.other_titles)
_STAGE_WORKS = Phrases(_WORDS.stage_works)
_MUSIC_WORDS = Phrases(_WORDS.music_words)
_OTHER_WORDS = Phrases(_WORDS.other_words)
_OTHER_ROOMS = frozenset(_WORDS.other_rooms)
_OWNER = re.compile(r"^\w+['’]s\s+")
_LISTED = FEATURES["listed"].evidence("a calendar that is read for live music")
_OWN_CALENDAR = FEATURES["own calendar"].evidence("the own calendar of a room for music")
_SENTENCE = FEATURES["sentence"].evidence("the title is printed as a sentence")
_DECIDED_BY_EVIDENCE = frozenset({"show", "festival"})


class Clues(NamedTuple):
    """What a row gives to tell its kind by."""

    title: str
    acts: Sequence[str]
    """The names on its bill."""
    genres: Sequence[str]
    has_line_up: bool
    """Does the source list performers apart from the title?"""
    known_acts: Sequence[str]
    """Names of the title that other rows attest."""
    description: str | None
    """As plain text."""
    venue_name: str | None
    venue_key: str | None
    """Its key in venues.toml, where it is described there."""
    is_own_calendar: bool
    """Is the source the own publication of one room?"""


class JudgedKind(NamedTuple):
    """The kind of a row, and why."""

    kind: str
    is_doubtful: bool
    """Is it taken for no music because nothing tells that it is?"""
    evidence: tuple[Evidence, ...]
    """Empty where words of the title or the source's own word name the kind by themselves."""

    @property
    def score(self) -> float:
        """The sum of its evidence."""
        return round(sum(each.weight for each in self.evidence), 3)


def judge_kind(clues: Clues) -> JudgedKind:
    """The kind of a row. What is doubtful is "other" until other rows or a person say what it is."""
    kind = kind_of(clues.title, clues.acts, clues.genres)
    if kind not in _DECIDED_BY_EVIDENCE:
        return JudgedKind(kind, False, ())
    evidence = tuple(_evidence(clues))
    judged = JudgedKind(kind, False, evidence)
    if judged.score >= MUSIC_SCORE:
        return judged
    return JudgedKind("other", judged.score > OTHER_SCORE, evidence)


def _evidence(clues: Clues) -> Iterator[Evidence]:
    yield _LISTED
    is_mixed = _room_for_other(clues)
    if clues.is_own_calendar and is_mixed is None:
        yield _OWN_CALENDAR
    elif is_mixed is not None:
        yield FEATURES["mixed room"].evidence(is_mixed)
    sense, genre = sense_of_genres(clues.genres)
    if sense is GenreSense.MUSIC:
        yield FEATURES["own music"].evidence(f"the source calls it {genre}")
    elif sense is GenreSense.OTHER:
        yield FEATURES["own other"].evidence(f"the source calls it {genre}")
    yield from _acts(clues)
    if clues.has_line_up or sense is GenreSense.MUSIC:
        return
    yield from _words(clues)


def _acts(clues: Clues) -> Iterator[Evidence]:
    if clues.has_line_up:
        yield FEATURES["line-up"].evidence(f"{clues.acts[0] if clues.acts else 'someone'} is listed as playing")
        return
    known = next((name for name in clues.acts if fold_key(name) in well_known_acts()), None)
    if (name := next(iter(clues.known_acts), known)) is not None:
        yield FEATURES["known act"].evidence(f"{name} is known to play")
    elif (name := next((act for act in clues.acts if is_ensemble(act) or is_dj(act)), None)) is not None:
        yield FEATURES["ensemble"].evidence(f"{name} is called as ensembles are")


def _words(clues: Clues) -> Iterator[Evidence]:
    key = fold_key(clues.title)
    names = {fold_key(name) for name in clues.acts}
    is_known = bool(clues.known_acts) or not well_known_acts().isdisjoint(names)
    if not is_known and is_sentence(clues.title):
        yield _SENTENCE
    if not is_known and (work := _stage_work(key)) is not None:
        yield FEATURES["stage work"].evidence(f"{work} is staged")
    elif not is_known and (other := next(_OTHER_TITLES.found_in(key), None)) is not None:
        yield FEATURES["other title"].evidence(f"the title says {other}")
    told = fold_text((clues.description or "")[:MAX_DESCRIPTION])
    described = key if clues.acts == () or not clues.acts else ""
    if (word := next(_MUSIC_WORDS.found_in(f"{described} {told}".strip()), None)) is not None:
        yield FEATURES["music words"].evidence(f"it says {word}")
    if (word := next(_OTHER_WORDS.found_in(told), None)) is not None:
        yield FEATURES["other words"].evidence(f"the description says {word}")


def _stage_work(key: str) -> str | None:
    """The play or musical that a folded title is, with its owner at most: "Disney's The Lion King"."""
    bare = key.removeprefix("disneys ").removeprefix("the ").removeprefix("musical ").removeprefix("movie ")
    return next((name for name in (key, bare, f"the {bare}") if fold_key(name) in _STAGE_WORKS), None)


def _room_for_other(clues: Clues) -> str | None:
    """Why the room is none for music first of all; None where it may be."""
    described = all_venue_facts().get(clues.venue_key or "")
    if described is not None:
        return f"{described.name} has all kinds of evenings" if described.programme == "mixed" else None
    words = fold_key(clues.venue_name or "").split()
    word = next((word for word in words if word in _OTHER_ROOMS), None)
    return f"a room that is called {word}" if word is not None else None
