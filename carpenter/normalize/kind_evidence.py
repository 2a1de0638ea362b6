"""Is a row live music? What speaks for it and against it, in weights that add up. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from carpenter.model import Evidence
from carpenter.normalize.features import FEATURES, MUSIC_SCORE, OTHER_SCORE
from carpenter.normalize.kinds import GenreSense, kind_of, names_kind, sense_of_genres
from carpenter.parsing.vocabulary import Phrases, vocabulary
from carpenter.titles.name_types import is_dj, is_ensemble, is_sentence
from carpenter.titles.well_known import well_known_acts
from sms_database.venues import all_venue_facts
from sms_text.text import fold_key, fold_text

MAX_DESCRIPTION = 600
"""Characters of a description that are asked for words: further on it tells of tickets, parking and others."""

LONG_TITLE = 9
"""Words from which a title that is one text is seldom a name."""

_WORDS = vocabulary()
_OTHER_TITLES = Phrases(_WORDS.other_titles)
_BORROWED_TITLES = Phrases(_WORDS.borrowed_titles)
_STAGE_WORKS = Phrases(_WORDS.stage_works)
_MUSIC_WORDS = Phrases(_WORDS.music_words)
_OTHER_WORDS = Phrases(_WORDS.other_words)
_OTHER_ROOMS = _WORDS.other_rooms
_BILLING_WORDS = frozenset({"with", "w/", "feat.", "featuring", "plus", "and", "&", "+"})
_LISTING = re.compile(r"[,/|;•+]|\b(?:with|feat|featuring|plus)\b|\bw/", re.I)
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
    is_bill: bool
    """Does the title tell of a tour, an age, a guest, a release?"""
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
    kind = kind_of(clues.title, _who_plays(clues), clues.genres)
    if kind not in _DECIDED_BY_EVIDENCE:
        return JudgedKind(kind, False, ())
    evidence = tuple(_evidence(clues))
    judged = JudgedKind(kind, False, evidence)
    if judged.score >= MUSIC_SCORE:
        return judged
    return JudgedKind("other", judged.score > OTHER_SCORE, evidence)


def _who_plays(clues: Clues) -> Sequence[str]:
    """The names on the bill; nobody where the only one is the word for what is on, and no list or row knows it."""
    is_attested = clues.has_line_up or _known_act(clues) is not None
    return () if len(clues.acts) == 1 and not is_attested and names_kind(clues.acts[0]) else clues.acts


def _evidence(clues: Clues) -> Iterator[Evidence]:
    yield _LISTED
    room = _room_for_other(clues)
    if room is not None:
        yield room
    elif clues.is_own_calendar:
        yield _OWN_CALENDAR
    sense, genre = sense_of_genres(clues.genres)
    if sense is GenreSense.MUSIC:
        yield FEATURES["own music"].evidence(f"the source calls it {genre}")
    elif sense is GenreSense.OTHER:
        yield FEATURES["own other"].evidence(f"the source calls it {genre}")
    yield from _acts(clues)
    if not clues.has_line_up and sense is not GenreSense.MUSIC:
        yield from _title(clues)
        yield from _description(clues)


def _acts(clues: Clues) -> Iterator[Evidence]:
    if clues.has_line_up:
        yield FEATURES["line-up"].evidence(f"{clues.acts[0] if clues.acts else 'someone'} is listed as playing")
    elif (name := _known_act(clues)) is not None:
        yield FEATURES["known act"].evidence(f"{name} is known to play")
    elif (name := next((act for act in clues.acts if is_ensemble(act) or is_dj(act)), None)) is not None:
        yield FEATURES["ensemble"].evidence(f"{name} is called as ensembles and DJs are")
    elif clues.is_bill or _lists_acts(clues):
        yield FEATURES["bill"].evidence("the title is a bill")


def _lists_acts(clues: Clues) -> bool:
    """Does the title list several acts, by more than an "and", which names of events have too?"""
    return len(clues.acts) > 1 and _LISTING.search(clues.title) is not None


def _known_act(clues: Clues) -> str | None:
    well_known = (name for name in clues.acts if fold_key(name) in well_known_acts())
    return next(iter(clues.known_acts), next(well_known, None))


def _title(clues: Clues) -> Iterator[Evidence]:
    if _known_act(clues) is not None:
        return
    key = fold_key(clues.title)
    named = clues.acts[0] if len(clues.acts) == 1 else clues.title
    as_sentence = is_sentence(named) and _BILLING_WORDS.isdisjoint(named.split())
    if as_sentence:
        yield _SENTENCE
    elif len(clues.acts) == 1 and (count := len(clues.acts[0].split())) >= LONG_TITLE:
        yield FEATURES["long title"].evidence(f"{count} words are seldom a name")
    if (work := _stage_work(key)) is not None:
        yield FEATURES["stage work"].evidence(f"{work} is staged")
    elif not _lists_acts(clues) and (other := _other_title(key, as_sentence)) is not None:
        yield FEATURES["other title"].evidence(f"the title says {other}")
    if not clues.acts and (word := next(_MUSIC_WORDS.found_in(key), None)) is not None:
        yield FEATURES["music words"].evidence(f"the title says {word}")


def _other_title(key: str, as_sentence: bool) -> str | None:
    """What a folded title says to be on, where that is no music. One word says so at the end of it only."""
    for phrase in _OTHER_TITLES.found_in(key):
        if " " in phrase or as_sentence or key == phrase or key.endswith(f" {phrase}"):
            return phrase
    if key in _BORROWED_TITLES or as_sentence:
        return next(_BORROWED_TITLES.found_in(key), None)
    return None


def _description(clues: Clues) -> Iterator[Evidence]:
    told = fold_text((clues.description or "")[:MAX_DESCRIPTION])
    if (word := next(_MUSIC_WORDS.found_in(told), None)) is not None:
        yield FEATURES["music words"].evidence(f"the description says {word}")
    if (word := next(_OTHER_WORDS.found_in(told), None)) is not None:
        yield FEATURES["other words"].evidence(f"the description says {word}")


def _stage_work(key: str) -> str | None:
    """The play or musical that a folded title is, with its owner at most: "Disney's The Lion King"."""
    bare = key.removeprefix("disneys ").removeprefix("the ").removeprefix("musical ").removeprefix("movie ")
    return next((name for name in (key, bare, f"the {bare}") if fold_key(name) in _STAGE_WORKS), None)


def _room_for_other(clues: Clues) -> Evidence | None:
    """What speaks against music in the room."""
    described = all_venue_facts().get(clues.venue_key or "")
    if described is not None:
        is_mixed = described.programme == "mixed"
        return FEATURES["mixed room"].evidence(f"{described.name} has all kinds of evenings") if is_mixed else None
    words = fold_key(clues.venue_name or "").split()
    word = next((word for word in words if word in _OTHER_ROOMS), None)
    return FEATURES["other room"].evidence(f"a room that is called {word}") if word is not None else None
