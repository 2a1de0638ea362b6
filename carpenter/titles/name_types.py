"""Tells acts from events, tours, works, venues and placeholders by the words of a name. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.vocabulary import Phrases, vocabulary
from carpenter.titles.act_names import is_occasion, read_act_name
from carpenter.titles.annotations import is_annotation_with_figure
from sms_text.calendar_words import MONTH_NUMBERS, WEEKDAY_ABBREVIATIONS, WEEKDAYS
from sms_text.text import fold_key

EVENT_TYPES = ("private", "closed", "comedy", "trivia", "bingo", "karaoke", "open_mic", "open_jam", "dj_night")
"""Kinds whose phrases of several words name an event, even where a source lists them as a performer: "Emo Night"."""

LONGEST_NAME = 12
"""Words in the longest name that is taken for an act's without another row that attests it."""

ACTIVITIES = (
    *("private", "closed", "comedy", "drag", "trivia", "bingo", "karaoke"),
    *("film", "craft_night", "workshop", "open_mic", "other"),
)
"""Kinds of events whose title names hosts and not acts."""

_WORDS = vocabulary()
_CALENDAR = {*MONTH_NUMBERS, *WEEKDAY_ABBREVIATIONS, *map(str.lower, WEEKDAYS)}
_FILLER = _WORDS.guest_placeholders | _WORDS.filler | _WORDS.genres | _WORDS.instruments | _CALENDAR
_PLACEHOLDER_BEGINNINGS = frozenset(placeholder.split()[0].strip(" .!") for placeholder in _WORDS.placeholders)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNT = re.compile(r"^\d+\s+(?=(?:more|others)\b)", re.I)
_OTHER_LANGUAGES = frozenset(
    "le la les un une des du de el los las y e i o och der die das und il lo gli di da dos".split()
)
_TRADE = frozenset({"music", "concert", "concerts", "show", "shows", "artists", "musicians", "jazz", "opera"})
_NOT_A_WORD = re.compile(r"[^\w&'’-]")
_NUMBERING = re.compile(
    r"""(?:\s|^)(?:\#\s?\d+|(?:19|20)\d\d|[ivx]{2,5}|\d{1,2}
    |(?:day|night|vol\.?|volume|part|pt\.?|episode|ed\.?|edition|round|week)\s*(?:\d+|[ivx]+))$""",
    re.I | re.X,
)
_ROMAN = frozenset("ivx")
_COUNTED = re.compile(r"(?:two|three|four|five|six|seven|\d+) (?:days|nights|evenings|weekends|hours) of ")
_LABEL_BEGINNINGS = tuple(f"{beginning} " for beginning in sorted(_WORDS.label_beginnings))
_ALONE = (_WORDS.ensembles - {"band", "bands"}) | {"caroling", "carols", "carolers", "rehearsal", "recital", "concerts"}
"""One word that tells what is on, and names nobody."""
_BACKING_OF = re.compile(rf"\w+['’]s\s+(?:own\s+)?(?:{'|'.join(sorted(_WORDS.backing_endings))})")
"""A group that is called by its leader only: "backed by Greta's trio". With a capital it would be a name."""
_SPONSOR = re.compile(r"(?:co-?sponsor(?:ed|s)?|sponsored by|in partnership with|benefit(?:ing|ting)|proceeds)\b", re.I)
_DAY_OF = re.compile(r"(?:inter)?national .* day$|world .* day$")
_ANNUAL = re.compile(r"\b\d+(?:st|nd|rd|th) annual\b")
_EVENT_PHRASES = Phrases(_WORDS.event_phrases)
_EVENT_ENDINGS = Phrases(_WORDS.event_endings)
_FEST_ENDINGS = (*_WORDS.festival_endings, "palooza")
_WORKS = Phrases(_WORDS.works)
_SERIES = Phrases(_WORDS.series)
_SERIES_BEGINNINGS = frozenset(fold_key(phrase).partition(" ")[0] for phrase in _WORDS.series)
_ACTIVITY = Phrases(phrase for kind in ACTIVITIES for phrase in _WORDS.kinds[kind] - _WORDS.weak_kind_phrases)
_ADD_ONS = {kind: Phrases(phrases) for kind, phrases in _WORDS.add_ons.items()}
_ANY_ADD_ON = Phrases(phrase for phrases in _WORDS.add_ons.values() for phrase in phrases)
_EVENT_TYPES = frozenset(
    key
    for kind in EVENT_TYPES
    for key in map(fold_key, _WORDS.kinds[kind] - _WORDS.weak_kind_phrases)
    if " " in key or kind in ("trivia", "bingo", "karaoke")
)


def is_guest_placeholder(name: str) -> bool:
    """Is a name in a list of performers none: "special guests", "TBA"?"""
    if _begins_otherwise(name, _WORDS.guest_placeholders):
        return False
    name = _COUNT.sub("", name)
    return name.lower().strip(" .!") in _WORDS.placeholders or all(
        word in _WORDS.guest_placeholders for word in _words(name)
    )


def is_placeholder(name: str) -> bool:
    """Is a part of a title no act: "live music", a weekday, a date, a genre, "VIP upgrade"?"""
    if (
        add_on_kind(fold_key(name)) is not None
        or is_annotation_with_figure(name)
        or _SPONSOR.match(name)
        or _BACKING_OF.fullmatch(name)
    ):
        return True
    if _begins_otherwise(name, _FILLER):
        return is_description(name)
    return is_guest_placeholder(name) or all(_is_filler(word) for word in _words(name)) or is_description(name)


def is_sentence(text: str) -> bool:
    """Is a text printed as a sentence is, and not as a name: "Antique dolls", "Wine fun run"?

    Its first word has a capital and its last has none, nor any sign of another language than English.
    """
    words = text.replace("/", " ").split()
    return (
        len(words) > 1
        and text.isascii()
        and words[0][:1].isupper()
        and (words[0][1:].islower() or len(words[0]) == 1)
        and words[-1].isalpha()
        and words[-1].islower()
        and _OTHER_LANGUAGES.isdisjoint(words[1:])
        and all(word.replace("'", "").replace("-", "").isalpha() or not word.isalnum() for word in words)
    )


@lru_cache(maxsize=16_384)
def is_description(text: str) -> bool:
    """Do the words describe what is played and name nobody: "Family music", "South African singers"?

    What begins with "The" or "DJ" names somebody, and so does an ensemble with a place before it, unless it is
    printed as a sentence.
    """
    words = _words(text)
    if len(words) == 1:
        return words[0] in _ALONE
    as_sentence = is_sentence(text)
    if words[0] in _WORDS.dj_names or (words[0] == "the" and not as_sentence):
        return False
    described = [word in _WORDS.describing or word in _WORDS.ensembles or _is_filler(word) for word in words]
    if all(described):
        return not _WORDS.describing.isdisjoint(words) or not _WORDS.ensembles.isdisjoint(words)
    of_place = [word in _WORDS.demonyms or word in _WORDS.origins for word in words]
    if all(map(any, zip(described, of_place, strict=True))):
        return any(described) and (as_sentence or _WORDS.ensembles.isdisjoint(words))
    return as_sentence and any(
        word in _WORDS.describing or word in _WORDS.ensembles or word in _TRADE for word in words
    )


def add_on_kind(key: str) -> str | None:
    """The kind of add-on that a folded part of a title names: "e z out parking", "vip upgrade"; None for none."""
    if not _ANY_ADD_ON.end(key):
        return None
    for kind, phrases in _ADD_ONS.items():
        if key in phrases or phrases.end(key, least=2):
            return kind
    return None


def is_venue_name(name: str, key: str, venue_words: frozenset[str]) -> bool:
    """Is a name made of the venue's words and of filler: "Copper Hall", "Copper Hall Reggae"? `key` is it folded."""
    if venue_words.isdisjoint(key.split()):
        return False
    return all(_is_filler(word) or fold_key(word) in venue_words for word in _words(name)) and not is_placeholder(name)


def _begins_otherwise(name: str, words: frozenset[str]) -> bool:
    """Is a name's first word neither one of these nor the first of a placeholder? A quick test that most names pass."""
    first = name.lower().partition(" ")[0]
    return first.isalpha() and first not in words and first not in _PLACEHOLDER_BEGINNINGS


def _is_filler(word: str) -> bool:
    return word in _FILLER or _YEAR.fullmatch(word) is not None


def _words(name: str) -> list[str]:
    words = [word for word in _NOT_A_WORD.sub(" ", name.lower()).split() if word != "&"]
    return words or ([name] if fold_key(name) else [])


@lru_cache(maxsize=16_384)  # saves 0.4 % of reading rows: parts of titles are asked about twice
def is_event(name: str) -> bool:
    """Is it the name of an event and not of an act? An act that other rows attest may have such a name all the same."""
    key = fold_key(name)
    if (
        _EVENT_PHRASES.stand_in(key)
        or _WORKS.begin(key)
        or ("annual" in key and _ANNUAL.search(key))
        or _DAY_OF.match(key)
        or _COUNTED.match(key)
    ):
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


def is_certainly_event(name: str) -> bool:
    """Is it an event's name wherever it stands in a title: "Tribute Dance Party", "Benefit for …", "A Bad Night"?"""
    key = fold_key(name)
    return _EVENT_PHRASES.stand_in(key) or (key.startswith(("a ", "an ")) and _ends_as_event(key))


class NameTypes(NamedTuple):
    """What a name in a title may be other than an act's."""

    is_tour: bool
    is_work: bool
    is_certainly_event: bool
    is_event: bool
    is_placeholder: bool


@lru_cache(maxsize=65_536)  # saves 2.1 % of reading rows: acts play often
def types_of(name: str) -> NameTypes:
    """All types that the words of a name allow."""
    return NameTypes(is_tour(name), is_work(name), is_certainly_event(name), is_event(name), is_placeholder(name))


def is_series(key: str) -> bool:
    """Is a folded name that of a concert series whose titles name the music and not the players: "Candlelight"?"""
    return key in _SERIES


def begins_as_series(key: str) -> bool:
    """Does a folded text have the first word of a series, so that the text after it may complete the name?"""
    return key.partition(" ")[0] in _SERIES_BEGINNINGS


def is_work(name: str) -> bool:
    """Is it the work that is performed: "The Music of …"?"""
    return _WORKS.begin(fold_key(name))


def is_event_type(key: str) -> bool:
    """Is a folded name a type of event, and so never an act's, even in a list of performers: "Karaoke", "Emo Night"?"""
    return key in _EVENT_TYPES


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
    """Is it the theme of an act's show: a tour, a work, a release, an anniversary?"""
    if is_certainly_event(text):
        return False
    if is_tour(text) or is_work(text):
        return True
    act_name = read_act_name(text)
    return not act_name.is_possessive and (not act_name.name or is_occasion(text) or "tribute" in act_name.flags)


def is_listening(key: str) -> bool:
    """Is it a session at which records are heard? Who made them does not play."""
    return key.endswith(("listening session", "listening party", "listening room", "listening event", "album playback"))


def is_label(text: str) -> bool:
    """Does the text before a colon say what kind of show it is: "In-Store", "First Show in 10 Years"?

    "The Harbor Show" is a name.
    """
    words = text.lower().strip(" .!*").split()
    label = " ".join(words)
    if label in _WORDS.labels or label.startswith(_LABEL_BEGINNINGS) or words[-1:] in (["late"], ["early"]):
        return True
    return words[:1] != ["the"] and not _WORDS.label_words.isdisjoint(word.strip(".,!") for word in words)


def is_activity(key: str) -> bool:
    """Does a folded text name one of ACTIVITIES: an open mic, trivia, a private party?"""
    return _ACTIVITY.stand_in(key)


def is_dj(name: str) -> bool:
    """Is it a DJ's name: "DJ Ash"?"""
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
