"""What a name in a title can be: an act's, an event's, a tour's, or nobody's. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.phrases import Phrases
from carpenter.parsing.vocabulary import patches
from carpenter.titles.act_names import is_occasion, read_piece
from carpenter.titles.annotations import is_remark_with_figure
from sms_text.calendar_words import MONTH_NUMBERS, WEEKDAY_ABBREVIATIONS, WEEKDAYS
from sms_text.text import fold_key

EVENINGS = ("private", "closed", "comedy", "trivia", "bingo", "karaoke", "open_mic", "open_jam", "dj_night")
"""Kinds whose phrases of several words name the evening, even where a source lists them as a performer: "Emo Night"."""

LONGEST_NAME = 12
"""Words in the longest name of an act that is taken on trust."""

ACTIVITIES = (
    *("private", "closed", "comedy", "drag", "trivia", "bingo", "karaoke"),
    *("film", "craft_night", "workshop", "open_mic", "other"),
)
"""Kinds at which the people named run the evening and are not its acts."""

_WORDS = patches()
_CALENDAR = {*MONTH_NUMBERS, *WEEKDAY_ABBREVIATIONS, *map(str.lower, WEEKDAYS)}
_FILLER = _WORDS.stand_ins | _WORDS.filler | _WORDS.genres | _CALENDAR
_PLACEHOLDER_BEGINNINGS = frozenset(placeholder.split()[0].strip(" .!") for placeholder in _WORDS.placeholders)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNT = re.compile(r"^\d+\s+(?=(?:more|others)\b)", re.I)
_NOT_A_WORD = re.compile(r"[^\w&'’-]")
_NUMBERING = re.compile(
    r"""(?:\s|^)(?:\#\s?\d+|(?:19|20)\d\d|[ivx]{2,5}|\d{1,2}
    |(?:day|night|vol\.?|volume|part|pt\.?|episode|ed\.?|edition|round|week)\s*(?:\d+|[ivx]+))$""",
    re.I | re.X,
)
_ROMAN = frozenset("ivx")
_ANNUAL = re.compile(r"\b\d+(?:st|nd|rd|th) annual\b")
_EVENT_PHRASES = Phrases(_WORDS.event_phrases)
_EVENT_ENDINGS = Phrases(_WORDS.event_endings)
_FEST_ENDINGS = (*_WORDS.festival_endings, "palooza")
_WORKS = Phrases(_WORDS.works)
_SERIES = Phrases(_WORDS.series)
_SERIES_BEGINNINGS = frozenset(fold_key(phrase).partition(" ")[0] for phrase in _WORDS.series)
_ACTIVITY = Phrases(phrase for kind in ACTIVITIES for phrase in _WORDS.kinds[kind] - _WORDS.weak_kind_phrases)
_SOLD_BESIDE = {kind: Phrases(phrases) for kind, phrases in _WORDS.sold_beside.items()}
_ANY_SOLD_BESIDE = Phrases(phrase for phrases in _WORDS.sold_beside.values() for phrase in phrases)
_EVENINGS = frozenset(
    key
    for kind in EVENINGS
    for key in map(fold_key, _WORDS.kinds[kind] - _WORDS.weak_kind_phrases)
    if " " in key or kind in ("trivia", "bingo", "karaoke")
)


@lru_cache(maxsize=65_536)
def is_stand_in(name: str) -> bool:
    """Does a name in a list of performers stand for nobody: "special guests", "TBA"?"""
    if _begins_otherwise(name, _WORDS.stand_ins):
        return False
    name = _COUNT.sub("", name)
    return name.lower().strip(" .!") in _WORDS.placeholders or all(word in _WORDS.stand_ins for word in _words(name))


@lru_cache(maxsize=16_384)
def is_nobody(name: str) -> bool:
    """Does a piece of a title stand for no act: "live music", a weekday, a date, a genre, "VIP upgrade"?"""
    if sold_beside(fold_key(name)) is not None or is_remark_with_figure(name):
        return True
    if _begins_otherwise(name, _FILLER):
        return False
    return is_stand_in(name) or all(_is_filler(word) for word in _words(name))


def sold_beside(key: str) -> str | None:
    """The kind of what a folded part of a title says is sold beside a show: "e z out parking", "vip upgrade"."""
    if not _ANY_SOLD_BESIDE.end(key):
        return None
    for kind, phrases in _SOLD_BESIDE.items():
        if key in phrases or phrases.end(key, least=2):
            return kind
    return None


def is_the_room(name: str, key: str, venue_words: frozenset[str]) -> bool:
    """Is a name made of the room's own words and of such as stand for no act: "Copper Hall", "Copper Hall Reggae"?

    `key` is the name, folded.
    """
    if venue_words.isdisjoint(key.split()):
        return False
    return all(_is_filler(word) or fold_key(word) in venue_words for word in _words(name)) and not is_nobody(name)


def _begins_otherwise(name: str, words: frozenset[str]) -> bool:
    """Is the first word of a name none of these, nor the first of a placeholder? Most names are told by that."""
    first = name.lower().partition(" ")[0]
    return first.isalpha() and first not in words and first not in _PLACEHOLDER_BEGINNINGS


def _is_filler(word: str) -> bool:
    return word in _FILLER or _YEAR.fullmatch(word) is not None


def _words(name: str) -> list[str]:
    words = [word for word in _NOT_A_WORD.sub(" ", name.lower()).split() if word != "&"]
    return words or ([name] if fold_key(name) else [])


@lru_cache(maxsize=16_384)
def is_event(name: str) -> bool:
    """Is it the name of a night or a festival and not of an act?"""
    key = fold_key(name)
    if _EVENT_PHRASES.stand_in(key) or _WORKS.begin(key) or ("annual" in key and _ANNUAL.search(key)):
        return True
    if not name[-1:].isdigit() and name[-1:].lower() not in _ROMAN:
        return _ends_as_event(key)
    bare = name
    while bare != (shorter := _NUMBERING.sub("", bare)):
        if bare.rpartition("#")[1] and not shorter.endswith("#"):
            return True
        bare = shorter
    return _ends_as_event(fold_key(bare))


def _ends_as_event(key: str) -> bool:
    return _EVENT_ENDINGS.end(key) or (key.endswith(_FEST_ENDINGS) and key not in _FEST_ENDINGS)


def names_a_night(name: str) -> bool:
    """Does it name a night beyond doubt, wherever it stands: "Tribute Dance Party", "Benefit for …", "A Bad Night"?"""
    key = fold_key(name)
    return _EVENT_PHRASES.stand_in(key) or (key.startswith(("a ", "an ")) and _ends_as_event(key))


class Naming(NamedTuple):
    """What a name in a title may be instead of an act's."""

    is_tour: bool
    is_work: bool
    names_a_night: bool
    is_event: bool
    is_nobody: bool


@lru_cache(maxsize=65_536)
def naming(name: str) -> Naming:
    """All that a name says by itself, read once for each name."""
    return Naming(is_tour(name), is_work(name), names_a_night(name), is_event(name), is_nobody(name))


def is_series(key: str) -> bool:
    """Is a folded name that of a series whose titles name the music and not the players?"""
    return key in _SERIES


def begins_as_series(key: str) -> bool:
    """Does a folded text begin like a series' name, which what stands after it may complete?"""
    return key.partition(" ")[0] in _SERIES_BEGINNINGS


def is_work(name: str) -> bool:
    """Is it what is performed: "The Music of …"?"""
    return _WORKS.begin(fold_key(name))


def is_evening(key: str) -> bool:
    """Is a folded name that of a kind of evening, and so no act's, whoever lists it: "Karaoke", "Emo Night"?"""
    return key in _EVENINGS


def is_tour(name: str) -> bool:
    """Is it the name of a tour?"""
    key = fold_key(name)
    if "tour" not in key:
        return False
    words = key.replace("_", " ").split()
    while words and _YEAR.fullmatch(words[-1]):
        words.pop()
    return bool(words) and (words[-1] in {"tour", "tours"} or words[0] == "tour")


def is_theme(text: str) -> bool:
    """Does it say what an act's show is about: a tour, a work, a release, an anniversary?"""
    if names_a_night(text):
        return False
    if is_tour(text) or is_work(text):
        return True
    piece = read_piece(text)
    return not piece.owns and (not piece.name or is_occasion(text) or "tribute" in piece.flags)


def is_activity(key: str) -> bool:
    """Does a folded text name an evening of another kind than a show: an open mic, trivia, a private party?"""
    return _ACTIVITY.stand_in(key)


def is_dj(name: str) -> bool:
    """Does the name say that it is a DJ's?"""
    words = name.lower().split()
    return len(words) > 1 and words[0] in _WORDS.dj_names


def is_backing(name: str) -> bool:
    """Does it begin like the second half of one act's name: "the Paper Lanterns", "Friends", "his Band"?"""
    words = name.lower().split()
    return bool(words) and words[0].strip("!.,") in _WORDS.backing


def is_ensemble(name: str) -> bool:
    """Does it end like the name of a band that may back one player: "Copper Kettle Band"?"""
    words = fold_key(name).split()
    return bool(words) and words[-1] in _WORDS.backing_endings
