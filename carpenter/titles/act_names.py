"""Reads the act's name in the text between two separators, apart from the annotations around it. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.vocabulary import any_of, vocabulary
from sms_text.text import fold_key


class ActName(NamedTuple):
    """The name in the text between two separators, with the meaning of the annotations around it."""

    name: str
    """Empty where the text is the title of a work, in quotes or stars."""
    key: str
    """The name, folded; empty where that is."""
    event_name: str
    """The text without brackets, occasion and "live": the event's name, if it is one."""
    origin: str | None = None
    """The town tag: "PDX"."""
    flags: frozenset[str] = frozenset()
    is_dj: bool = False
    is_possessive: bool = False
    """Is it somebody's release, anniversary or birthday: "Ada Fox's Album Release"?"""
    is_dated: bool = False
    """Did a year stand after the name?"""


_WORDS = vocabulary()
_EDGES = " ,;:|-–—*"
_TRIBUTE = frozenset({"tribute", "tributes", "homage"})
_TRIBUTE_ALONE = frozenset(
    {"tribute", "a tribute", "the tribute", "tribute act", "tribute band", "a tribute act", "a tribute band"}
)
"""In brackets after an act's name: another act, which plays its songs."""
_BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|[(\[][^()\[\]]*$")
_BRACKET_ANNOTATIONS = _WORDS.appearances | _WORDS.dj_sets
_BRACKET_ANNOTATION = re.compile(
    r"""(?:of|from|members?\s+of|ex-|aka|a\.k\.a\.|fka|formerly|feat\.?|ft\.?|featuring|with|lead\s+by|led\s+by
        |plays|playing|performing|celebrating|on\s+(?:drums|bass|guitar|vocals|piano|keys|sax))\b.+
    |w/.+|www\..+
    |[kw][a-z]{2,3}(?:\s+\d+(?:\.\d)?\s*(?:fm|am))?
    |['’]?\d\d(?:['’]?s)?\s*[-–]\s*['’]?\d\d['’]?s?
    |.*\b(?:tributes?|release|anniversary|birthday|b-?day|tour|sets?|debut|first\s+time)\b.*
    |\d+\s+(?:sets|nights|shows)!?
    |(?:partially\s+|fully\s+|limited\s+)?(?:seated|seating|standing)(?:\s+(?:show|only|room))?
    |\d{1,2}(?::\d\d)?\s?[ap]\.?m?\.?\s+(?:show|set|start)
    |(?:19|20)\d\d\s*[-–]\s*(?:(?:19|20)\d\d|now|today|present)\b.*""",
    re.X,
)
_TOWN = re.compile(r"[^\W\d_][^\d,]{1,30},\s*[a-z]{2}")
"""Town and state, in small letters: "Portland, OR"."""
_RELEASE = r"(?:(?:album|ep|lp|cd|record|vinyl|tape|cassette|single|video|book)\s+)*release"
_ALBUM_RELEASE = re.compile(r"\b(?:album|ep|lp|cd|record|vinyl|single|tape) release\b")
_OCCASION = re.compile(
    rf"""^(?P<name>.*?)\s*(?P<owner>['’]s?)?\s+
    (?:{_RELEASE}
        |(?P<birthday>(?:\d+(?:st|nd|rd|th)\s+)?(?:birthday|b-?day))
        |(?:\d+(?:st|nd|rd|th)\s+|\d+\s+years?\s+)(?:anniversary|annual)
        |end\s+of\s+(?:the\s+)?(?:year|season|summer)|reunion|farewell|homecoming)
    (?:\s+(?:show|shows|party|concert|celebration|bash|weekend|night|jam|event|performance|tour))*[!.]*$""",
    re.I | re.X,
)
_SHOW_OF_OCCASION = re.compile(
    rf"""^(?P<name>.*?\S)\s*(?P<owner>['’]s?)?\s+(?:(?:annual|\d+(?:st|nd|rd|th)(?:\s+annual)?)\s+)?
    (?:{any_of(_WORDS.occasions)}\s+)+(?:(?:dance|family)\s+)?{any_of(_WORDS.occasion_shows)}[!.]*$""",
    re.I | re.X,
)
"""A show that an act gives on a feast: "Ada Fox Holiday Show". A party or a market on that day is nobody's show."""
_PLAYS = re.compile(rf"^(?P<name>.*\S)\s+on\s+(?:{any_of(_WORDS.instruments)}(?:\s*[,/&+]\s*|\s+and\s+|\s+|$))+$", re.I)
_IN_PLACE = re.compile(rf"^(?P<name>.*\S)\s+(?:in|on)\s+the\s+{any_of(_WORDS.open_places)}$", re.I)
_WORD_ENDS = re.compile(r"[\s,/&+.-]+")
_JOINING = frozenset({"and", "on", "the", "n", ""})
_OPEN_QUOTE = re.compile(r"(?<!\w)['‘][^'’]*$")
_LEAD_IN = re.compile(rf"^[\"“]?{any_of(_WORDS.lead_ins)}[\"”]?[:\s]+(?=\S)", re.I)
_CALLING = re.compile(
    rf"^(?:{any_of(_WORDS.demonyms)}\s+)+(?:songstress|singer-songwriter|{any_of(_WORDS.instruments)})\s+"
    r"(?=[A-Z]\w+\s+[A-Z])",
    re.I,
)
"""A people and what somebody plays, before a full name: "Scottish Songstress Ada Fox"."""
_LIVE = re.compile(
    r"^(?P<name>.*?\S)[\s,]+(?:live!*|(?:live\s+)?in\s+concert!*|live\s+(?:in|at|on|from|@)\s+.+|unplugged)$", re.I
)
_OWN_SHOW = re.compile(rf"^(?P<name>.*\S)\s+{any_of(_WORDS.own_shows)}[!]*$", re.I)
_DJ = re.compile(rf"^{any_of(_WORDS.dj_names)}\s+\S", re.I)
_QUOTED = re.compile(r"^[\"“«*]+[^\"“”»*]*[\"”»*]+$|^[‘'][^‘’']*['’]$")
_AFTER_A_NAME = (
    # A title in quotes or stars: Alex "Magic".
    re.compile(r"^(?P<name>.*\S)\s+(?:[\"“][^\"“”]{2,}[\"”]|[‘'][^‘’']{3,}['’]|\*[^*]+\*)$"),
    # What is played.
    re.compile(rf"^(?P<name>.*?\S)\s+{any_of(_WORDS.performs)}\s+\S", re.I),
    # A further sentence.
    re.compile(r"^(?P<name>.{3,}?[!?])\s+(?:an?|come|join|don['’]t|bring|celebrat\w+|it['’]s|get|be)\b.+$", re.I),
    # The theme of an ensemble's show.
    re.compile(r"^(?P<name>.*\b(?:band|orchestra|trio|quartet|quintet|ensemble|choir|chorus))\s+\S.*\s+show$", re.I),
)
_YEAR = re.compile(r"\s+20[23]\d$")
_MARKING_SIGNS = frozenset('()[]"“”«»*!?')
_MARKING_WORDS = (
    frozenset(phrase.split()[0].rstrip(":.") for phrase in _WORDS.lead_ins)
    | {word for phrase in _WORDS.performs for word in phrase.split()}
    | {word for phrase in _WORDS.own_shows for word in phrase.split()}
    | _WORDS.dj_names
    | _TRIBUTE
    | {"release", "birthday", "bday", "b-day", "anniversary", "annual", "end", "reunion", "farewell", "homecoming"}
    | _WORDS.occasion_shows
    | {"live", "in", "songstress", "singer-songwriter", "unplugged", "on"}
)


@lru_cache(maxsize=16_384)  # saves 2.6 % of reading rows: acts play often
def read_act_name(text: str) -> ActName:
    """Reads the name in the text between two separators.

    Annotations are the act's town, its set, a tribute, a release, the work that it plays.
    """
    if not _may_have_annotations(text):
        name = text.strip(_EDGES)
        return ActName(name, fold_key(name), name)
    flags, origin, is_dj, name = _read_brackets(text)
    flags |= _flags_of(name.lower())
    name, is_possessive = _without_occasion(_CALLING.sub("", _LEAD_IN.sub("", name)))
    for played in (_OWN_SHOW, _PLAYS, _IN_PLACE):
        if match := played.match(name):
            name = match["name"]
    words = name.lower()
    if ("live" in words or "concert" in words or "unplugged" in words) and (match := _LIVE.match(name)):
        name = match["name"]
    event_name = _BRACKET.sub(" ", name).strip() if "(" in name or "[" in name else name.strip()
    for pattern in _AFTER_A_NAME:
        if match := pattern.match(name):
            name = match["name"]
    name = "" if _QUOTED.match(name) else name.strip(_EDGES)
    undated = _YEAR.sub("", name)
    return ActName(
        name=undated or name,
        key=fold_key(undated or name),
        event_name=event_name,
        origin=origin,
        flags=frozenset(flags),
        is_dj=is_dj or bool(_DJ.match(name)),
        is_possessive=is_possessive,
        is_dated=undated != name,
    )


def read_listed_name(name: str) -> ActName:
    """Reads a performer's name in a source's list, where annotations stand in brackets only."""
    flags, origin, is_dj, bare = _read_brackets(name) if "(" in name or "[" in name else (set(), None, False, name)
    bare = bare.strip(_EDGES) or name
    return ActName(bare, fold_key(bare), bare, origin, frozenset(flags), is_dj or _DJ.match(bare) is not None)


def is_show_of_occasion(text: str) -> bool:
    """Is a text an occasion with the word for a show, and nothing else: "Family Concert", "Holiday Show"?"""
    match = _SHOW_OF_OCCASION.match(f"x {text}")
    return match is not None and match["name"] == "x"


def is_occasion(text: str) -> bool:
    """Does a text end in an occasion: a release, an anniversary, a birthday or the like?"""
    return _OCCASION.match(f" {text}") is not None


def _may_have_annotations(text: str) -> bool:
    if not _MARKING_SIGNS.isdisjoint(text) or text[-1:] in {"'", "’"} or text[-4:].isdigit():
        return True
    return not _MARKING_WORDS.isdisjoint(text.lower().replace(":", " ").split())


def _read_brackets(text: str) -> tuple[set[str], str | None, bool, str]:
    """The flags, town and DJ set that brackets name, and the text without these brackets."""
    flags: set[str] = set()
    origins: list[str] = []
    dj_sets: list[str] = []
    is_tribute = False

    def read(match: re.Match[str]) -> str:
        inside = (match[1] or match[2] or "").strip(" .!*")
        nonlocal is_tribute
        words = inside.lower()
        is_tribute = is_tribute or words in _TRIBUTE_ALONE
        if words in _WORDS.origins or _TOWN.fullmatch(words):
            origins.append(inside)
        elif words in _WORDS.dj_sets:
            dj_sets.append(words)
        elif (
            words
            and words not in _BRACKET_ANNOTATIONS
            and not _BRACKET_ANNOTATION.fullmatch(words)
            and not _says_what_is_played(words)
        ):
            return match[0]
        flags.update(_flags_of(words))
        return " "

    name = " ".join((_BRACKET.sub(read, text) if "(" in text or "[" in text else text).split())
    if is_tribute and name and _TRIBUTE.isdisjoint(name.lower().split()):
        name = f"{name} Tribute"
    return flags, origins[0] if origins else None, bool(dj_sets), name


def without_brackets(text: str) -> str:
    """A name without what stands in brackets beside it, whatever that means."""
    return " ".join(_BRACKET.sub(" ", text).split()).strip(_EDGES)


def _says_what_is_played(words: str) -> bool:
    """Is a bracket made of instruments or kinds of music only: "(sax)", "(bass, vocals)", "(electronic)"?"""
    parts = [word for word in _WORD_ENDS.split(words) if word not in _JOINING]
    is_genre = all(word in _WORDS.genres for word in [words.strip(), *parts][1:])
    return bool(parts) and (is_genre or all(word in _WORDS.instruments for word in parts))


def _without_occasion(name: str) -> tuple[str, bool]:
    """The name before an occasion, and whether it is in the possessive; no name where it is somebody's birthday."""
    match = _OCCASION.match(name)
    if match is None and (match := _SHOW_OF_OCCASION.match(name)) is not None:
        is_owned = bool(match["owner"])
        return (match["name"], is_owned) if _is_acts_part(match["name"]) else (name, False)
    if match is None or match["name"].lower() == "the":
        return name, False
    if match["birthday"] and match["owner"]:
        return "", True
    if match["owner"] and _OPEN_QUOTE.search(match["name"]):
        return match["name"] + match["owner"], False
    return match["name"], bool(match["owner"])


def _is_acts_part(name: str) -> bool:
    """Can the text before an occasion be an act: has it a word that neither describes nor names a place?"""
    words = fold_key(name).split()
    return name.lower() not in _WORDS.origins and not all(
        word in _WORDS.filler or word in _WORDS.genres or word in _WORDS.origins or word in _WORDS.guest_placeholders
        for word in words
    )


def _flags_of(words: str) -> set[str]:
    flags = set() if _TRIBUTE.isdisjoint(re.split(r"\W+", words)) else {"tribute"}
    return flags | {"album_release"} if _ALBUM_RELEASE.search(words) else flags
