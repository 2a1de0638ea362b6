"""What stands in a title beside the names: status, ages, which show, the place, the presenter. Pure functions."""

from __future__ import annotations

import re
from calendar import day_name, month_abbr, month_name
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz

from carpenter.ages import read_min_age
from carpenter.patches import any_of, patches
from carpenter.text import fold_key

SAME_PLACE_NAME = 85.0
"""token_set_ratio from which the words after "at" are the room's name."""

_PHRASES = patches().title_notes
_MONTH = "|".join(["sept", *(name.lower() for name in (*month_name, *month_abbr) if name)])
_DATE = rf"""(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?
    (?:(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?
    |\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{4}}-\d\d-\d\d)"""
_HOUR = r"\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?"
_NOTE = re.compile(
    rf"""(?P<date>{_DATE})
    |(?P<rescheduled>(?:rescheduled|moved|postponed|originally|new\s+date)\b.*\d.*)
    |(?:{_HOUR}\s+)?(?P<phrase>{any_of(_PHRASES)})
    |(?P<age>(?:ages?\s+)?\d\d\s?\+.*|(?:ages?\s+)?\d\d\s+(?:&|and)\s+(?:over|up).*|all[\s-]ages.*)
    |(?P<package>(?:(?:one|two|three|four|\d)[\s-](?:day|night)|(?:early|late)\s+entry)\s+(?:pass|ticket|package)s?)
    |(?P<hour>{_HOUR}(?:\s+(?:show|set|doors|start))?)""",
    re.I | re.X,
)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|(?<!\w)\*+([^*]+)\*+(?!\w)")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_FIRST_WORDS = (
    frozenset(_MONTH.split("|"))
    | {word for day in day_name for word in (day.lower(), day[:3].lower())}
    | {"tues", "wednes", "thur", "thurs", "satur"}
    | {"rescheduled", "moved", "postponed", "originally", "new", "age", "ages", "all", "one", "two", "three", "four"}
    | {"early", "late"}
    | {word[0].lower() for phrase in _PHRASES if (word := _FIRST_WORD.match(phrase))}
)
"""Words that may begin a note; a digit may, too."""
_LOUD = r"SOLD[ -]OUT|CANCELL?ED|POSTPONED|RESCHEDULED"
_LAST = re.compile(r"^(?P<rest>.*\S)\s*(?:\s[-–—]+|[–—])\s*(?P<note>[^-–—|,:]{2,40})$")
_SHOW_HOUR = r"\d{1,2}:\d\d\s*[ap]\.?m\.?(?:\s+(?:show|set))?|\d{1,2}\s*[ap]\.?m\.?\s+(?:show|set)"
_FOR_SALE = re.compile(
    r"^(?P<rest>(?:the\s+)?(?!the\s)\S+\s+[^,/|•+;]*[^\s,/|•+;])\s+tickets(?:\s+on\s+\S+(?:\s+resale)?)?$", re.I
)
"""A seller's word after a name of two words or more, article aside; else, and in a list, it may be the name's own."""
_ASIDES = (
    (re.compile(r"^(?P<note>[^:!|–—*-]{2,40}?)\s*(?:[:|–—]|!+|\s-)\s*(?P<rest>\S.*)$"), frozenset(":!|–—-")),
    (_LAST, frozenset("-–—")),
    (re.compile(rf"^(?P<rest>.*?\S)\s+(?:at\s+)?(?P<note>{_SHOW_HOUR})[!.]*$", re.I), frozenset("mM")),
    (re.compile(r"^(?P<rest>.*\S)\s*(?P<listing>[,:|/~])\s*(?P<note>[^-–—|,:]{2,40})$"), frozenset(",:|/~")),
    (_LAST, frozenset("-–—")),
    (re.compile(rf"^(?P<note>{_LOUD})[!\s]+(?P<rest>\S.*)$"), frozenset("D")),
    (
        re.compile(rf"^(?P<rest>.*\S)\s+(?P<note>{_LOUD}|(?:21|18|16)\+|ALL AGES|All Ages)[!\s]*$"),
        frozenset("D+A"),
    ),
)
"""How a note stands at an end of a title, with the signs of which the title must have one for that."""
_SIGNS = frozenset().union(*[signs for _, signs in _ASIDES])
_MAY_HAVE_NOTES = re.compile(
    rf"[(\[*:!|–—-]|{_LOUD}|\d\+|\b(?i:ages|out|show|date|cancell?ed|postponed|tickets)\b|(?i:m\.? set)\b"
)
NOTE_WORDS = frozenset("ages out show date cancelled canceled postponed rescheduled tickets set".split())
"""Words of which one stands in every note that has no sign."""
_NO_NAMES = frozenset({"sold_out", "cancelled", "postponed", "rescheduled", "all_ages", "16+", "18+", "21+"})
"""Flags whose single word, as the last of a list, is no act's name; "Free" may be one."""


def may_have_notes(text: str) -> bool:
    """May there be a remark in a text? Most have none."""
    return _MAY_HAVE_NOTES.search(text) is not None


def lift_notes(text: str) -> tuple[str, set[str]]:
    """A title without the remarks in its brackets and at its ends, and the flags that they set.

    "date" among the flags says that a date was taken out.
    """
    flags: set[str] = set()
    if not may_have_notes(text):
        return text, flags

    def lift(match: re.Match[str]) -> str:
        found = _note_flags(match[match.lastindex or 0])
        if found is None:
            return match[0]
        flags.update(found)
        return " "

    if "(" in text or "[" in text or "*" in text:
        text = _BRACKETS.sub(lift, text)
    text = " ".join(text.split())
    if (found := _note_flags(text)) and found & _NO_NAMES:
        return "", flags | found
    printed = _SIGNS.intersection(text)
    for aside, signs in _ASIDES:
        if signs.isdisjoint(printed):
            continue
        match = aside.match(text)
        found = _note_flags(match["note"]) if match else None
        if match is None or found is None:
            continue
        if match.groupdict().get("listing") and " " not in match["note"] and not found & _NO_NAMES:
            continue
        flags |= found
        text = match["rest"]
    if text[-1:] in "sSeE" and (match := _FOR_SALE.match(text)):
        text = match["rest"]
    return text, flags


@lru_cache(maxsize=16_384)
def _note_flags(note: str) -> frozenset[str] | None:
    """The flags of a remark beside the names; None where it is no such remark. "date" marks a date."""
    note = note.strip(" .!*")
    if not note[:1].isdigit():
        first = _FIRST_WORD.match(note)
        if first is None or first[0].lower() not in _FIRST_WORDS:
            return None
    flags: set[str] = set()
    for part in [note] if _NOTE.fullmatch(note) else re.split(r"\s*[,;|/]\s+|\s+[-–—]\s+", note):
        match = _NOTE.fullmatch(part.strip(" .!*"))
        if match is None:
            return None
        kind = match.lastgroup
        if kind == "phrase":
            flags.add(_PHRASES[" ".join(match["phrase"].lower().split())])
        elif kind == "age":
            age = read_min_age(part)
            flags.add("" if age is None else f"{age}+" if age else "all_ages")
        else:
            flags.add(kind or "")
    return frozenset(flags - {"", "hour"})


_IN_BRACKETS = re.compile(r"\([^)]*\)")
PLACE_WORDS = frozenset({"at"})
_PLACE = re.compile(r"\s+(?:at|@)\s+|\s@(?=\w)", re.I)


def lift_place(text: str, venue_name: str | None, *, dated: bool) -> str:
    """Takes "at ROOM" off the end: where the room is the row's own, or where a date stood after it."""
    if "@" not in text and " at " not in text.lower():
        return text
    places = list(_PLACE.finditer(text)) if dated or venue_name else []
    if not places:
        return text
    venue = fold_key(_IN_BRACKETS.sub("", venue_name or "") or venue_name or "")
    own: list[tuple[float, int]] = []
    for match in places:
        place = fold_key(text[match.end() :])
        if venue and place and fuzz.token_set_ratio(place, venue) >= SAME_PLACE_NAME:
            own.append((fuzz.ratio(place, venue), match.start()))
    if own:
        return text[: max(own)[1]]
    return text[: places[-1].start()] if dated else text


_DAY_FIRST = re.compile(r"^(\d{1,2})/(\d{1,2})(?:/\d{2,4})?\s*[-–—:|]?\s+(?=\S)")
_ROOM_LAST = re.compile(r"\s+@\s+(?P<room>[^@]+)$")


def without_day_and_room(title: str, day: date, venue_name: str | None) -> str:
    """A title for showing beside its day and room, without those: "5/16 Nine Acre Radio @ FREMONT ABBEY".

    A day that is not the row's, and a room that is not, stay.
    """
    first, last = _DAY_FIRST.match(title), _ROOM_LAST.search(title)
    start = first.end() if first and (int(first[1]), int(first[2])) == (day.month, day.day) else 0
    is_own = (
        last and venue_name and fuzz.token_set_ratio(fold_key(last["room"]), fold_key(venue_name)) >= SAME_PLACE_NAME
    )
    return title[start : last.start() if last and is_own else None].strip() or title


PRESENTING_WORDS = frozenset({"present", "presents", "presented"})
_PRESENTS = re.compile(
    r"""^(?P<who>.{1,80}?(?:\s+presents(?=\s+presents))?)
    \s+(?:(?:proudly\s+)?presents?\s*:|presents\b)\s*:?\s*(?P<what>\S.*)$""",
    re.I | re.X,
)
_JOINTLY_PRESENT = re.compile(r"^(?P<who>.{1,60}?\s(?:and|&)\s.{1,40}?)\s+present\s+(?P<what>\S.*)$", re.I)
_PRESENTED_BY = re.compile(r"^(?P<what>.*?\S)\s*[-–—|(,]*\s*\bpresented\s+by:?\s+(?P<who>[^()|]{2,80}?)\)?$", re.I)


def lift_presenter(text: str) -> tuple[str, str | None]:
    """A title without "SOMEBODY presents", and who that is."""
    if "present" not in text.lower():
        return text, None
    for pattern in (_PRESENTED_BY, _PRESENTS, _JOINTLY_PRESENT):
        if (match := pattern.match(text)) and any(map(str.isalnum, match["who"])):
            return match["what"], match["who"].strip(" ,-–—|:\"'“”")
    return text, None
