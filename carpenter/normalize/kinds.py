"""The kind of event that a row announces. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from carpenter.parsing.vocabulary import Phrases, any_of, vocabulary
from carpenter.titles.name_types import add_on_kind, is_dj
from sms_database.vocabulary import MUSIC_KINDS
from sms_text.text import fold_key

ADD_ON_KINDS = frozenset({"package", "parking"})
"""Kinds of listings that sell an add-on to a show: a pass for several, an upgrade, a parking space."""

FESTIVAL_BILL = 5
"""Acts on a bill from which a title that ends in "fest" names a festival and not an event of one night."""

_WORDS = vocabulary()
_PHRASES = {kind: Phrases(phrases) for kind, phrases in _WORDS.kinds.items()}
_FESTIVAL_WORDS = _WORDS.festival_words | _WORDS.festival_endings
_ANY_PHRASE = Phrases(phrase for phrases in _WORDS.kinds.values() for phrase in phrases)
_NO_MUSIC = frozenset(
    fold_key(phrase) for kind, phrases in _WORDS.kinds.items() if kind not in MUSIC_KINDS for phrase in phrases
)
_FIRST_WORDS = frozenset(fold_key(phrase).split()[0] for phrases in _WORDS.kinds.values() for phrase in phrases)
_FESTIVAL_HINTS = tuple(w for w in _FESTIVAL_WORDS if not any(other in w for other in _FESTIVAL_WORDS - {w}))
"""The words of festivals without those that contain another of them."""
_WEAK_PHRASES = frozenset(map(fold_key, _WORDS.weak_kind_phrases))
_FESTIVAL = re.compile(any_of(_WORDS.festival_words))
_FEST = re.compile(rf"\w(?:{'|'.join(_WORDS.festival_endings)})(?!\w)|{any_of(_WORDS.festival_endings)}")
_MAY_BE_ADD_ON = Phrases(phrase.split()[-1] for phrases in _WORDS.add_ons.values() for phrase in phrases)
_FIRST_WORDS_OF_ADD_ONS = frozenset(
    fold_key(phrase.split()[-1]).split()[0] for phrases in _WORDS.add_ons.values() for phrase in phrases
)
"""A title without one of these words names no add-on."""
_PARTS = re.compile(r"\s*:\s+|\s+[-–—|]\s+|[()\[\]]")
_WITH = re.compile(r"\s(?:\+|&|with|w/|plus|and)\s+", re.I)
_FOR_HOLDERS = frozenset({"upgrade", "upgrades", "only", "not", "rental", "rentals", "extras"})
_GENRE_WORDS = re.compile(r"[\s/,&]+")
_AFTER_A_BAND = frozenset({"karaoke", "trivia", "bingo", "open_mic", "open_jam", "craft_night", "dance"})
"""Kinds of what may follow a band on its evening."""
_FOLLOWING = frozenset({",", "n", "and", "by", "then", "plus", "with", "after", "w"})
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\w)(?:day|night|weekend) (?:\d|one|two|three)(?!\w)")


def kind_of(title: str | None, acts: Sequence[str], genres: Sequence[str]) -> str:
    """The kind of a row: one of the kinds of vocabulary.toml, festival or show.

    `acts` are the names on its bill, whose words do not count: an act may be called "Trivia". A genre or a part of the
    title that names an add-on counts whoever is billed. A row whose words name no kind is a show.
    """
    for genre in genres:
        if (kind := _WORDS.source_kinds.get(genre.strip().lower())) in ADD_ON_KINDS:
            return kind
    text = fold_key(title or "")
    words = text.split()
    if title and not _FIRST_WORDS_OF_ADD_ONS.isdisjoint(words) and (kind := _add_on_kind(title, acts)) is not None:
        return kind
    may_be_festival = any(map(text.__contains__, _FESTIVAL_HINTS))
    has_band = not all(map(is_dj, acts))
    if may_be_festival or (not _FIRST_WORDS.isdisjoint(words) and _ANY_PHRASE.stand_in(text)):
        text = _without_acts(text, acts)
        if (kind := _kind_by_phrase(text, has_acts=bool(acts), has_band=has_band)) is not None:
            own = _kind_by_genres(genres) if kind in MUSIC_KINDS else None
            return own or kind
    if (kind := _kind_by_genres(genres)) is not None:
        return kind
    if may_be_festival and _names_festival(text, len(acts)):
        return "festival"
    return "dj_night" if acts and not has_band else "show"


def names_kind(name: str) -> bool:
    """Is a name the phrase for a kind that is no music: "Yoga", "Volunteer"?"""
    return fold_key(name) in _NO_MUSIC


def _add_on_kind(title: str, acts: Sequence[str]) -> str | None:
    """The kind of add-on that a part of the title names: "E-Z Out Parking: ACT", "ACT - VIP Upgrade"."""
    if not _MAY_BE_ADD_ON.stand_in(fold_key(title)):
        return None
    billed = frozenset(map(fold_key, acts))
    parts = [fold_key(part) for part in _PARTS.split(title) if part.strip()]
    kind = next(
        (kind for key in parts if key not in billed and (kind := add_on_kind(key.removesuffix(" only"))) is not None),
        None,
    )
    return None if kind is not None and any(map(_includes_the_show, _PARTS.split(title))) else kind


def _includes_the_show(part: str) -> bool:
    """Is a part of a title the show with something added: "ACT + Meet & Greet", "ACT with lounge access"?

    What is sold to those who have a ticket is none: an upgrade, "parking only", "ticket not included".
    """
    for joined in _WITH.finditer(part):
        before, added = fold_key(part[: joined.start()]), fold_key(part[joined.end() :])
        if before and add_on_kind(before) is None and add_on_kind(added) is not None:
            return _FOR_HOLDERS.isdisjoint(added.split())
    return False


def _without_acts(text: str, acts: Sequence[str]) -> str:
    text = f" {text} "
    for key in sorted(map(fold_key, acts), key=len, reverse=True):
        text = text.replace(f" {key} ", " , ")
    return text.strip()


def _names_festival(text: str, act_count: int) -> bool:
    if _FESTIVAL.search(text):
        return True
    return _FEST.search(text) is not None and (act_count >= FESTIVAL_BILL or _DATED.search(text) is not None)


def _kind_by_phrase(text: str, *, has_acts: bool, has_band: bool) -> str | None:
    if not _ANY_PHRASE.stand_in(text):
        return None
    for kind, phrases in _PHRASES.items():
        if has_band and kind in _WORDS.weak_kinds:
            continue
        for phrase in phrases.found_in(text):
            if has_band and kind in _AFTER_A_BAND and _comes_after_a_band(text, phrase):
                continue
            is_weak = has_acts and phrase in _WEAK_PHRASES
            is_name = phrase == text and phrase in _WORDS.names_when_alone
            if not (is_weak or is_name):
                return kind
    return None


def _comes_after_a_band(text: str, phrase: str) -> bool:
    """Is a phrase what follows a band, or goes before: "Ada Fox followed by karaoke", "Trivia followed by Ada Fox"?

    The band's name stands in the text as a comma.
    """
    before, _, after = f" {text} ".partition(f" {phrase} ")
    ahead, behind = before.split(), after.split()
    if not ahead and behind[:1] in (["followed"], ["then"]):
        return "," in behind[:3]
    return "," in ahead and ahead[0] == "," and ahead[-1] in _FOLLOWING


class GenreSense(Enum):
    """What a source's own words for a row say."""

    MUSIC = auto()
    OTHER = auto()
    NOTHING = auto()


def sense_of_genres(genres: Sequence[str]) -> tuple[GenreSense, str]:
    """Whether any genre is music, else whether any is something else, and which; words of no list say nothing."""
    other = ""
    for genre in genres:
        name = genre.strip().lower()
        kind = _WORDS.source_kinds.get(name)
        if kind in MUSIC_KINDS or (kind is None and not _WORDS.genres.isdisjoint(_GENRE_WORDS.split(name))):
            return GenreSense.MUSIC, genre
        if kind is not None and kind not in ADD_ON_KINDS and not other:
            other = genre
    return (GenreSense.OTHER, other) if other else (GenreSense.NOTHING, "")


def may_have_bill(kind: str, genres: Sequence[str]) -> bool:
    """May a row of this kind say who plays? What is sold beside a show may, unless the source calls it no music."""
    if kind in ADD_ON_KINDS:
        return sense_of_genres(genres)[0] is not GenreSense.OTHER
    return kind in MUSIC_KINDS


def _kind_by_genres(genres: Sequence[str]) -> str | None:
    """The kind that a source's own words name; None where one of them is music, or none says anything."""
    sense, _ = sense_of_genres(genres) if genres else (GenreSense.NOTHING, "")
    if sense is not GenreSense.OTHER:
        return None
    kinds = {_WORDS.source_kinds.get(genre.strip().lower(), "") for genre in genres} - {""}
    return kinds.pop() if len(kinds) == 1 else "other"
