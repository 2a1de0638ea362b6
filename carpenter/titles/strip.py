"""Strips from a title all that is not names: annotations, the venue, the presenter. Pure functions."""

from __future__ import annotations

import re
from datetime import date

from rapidfuzz import fuzz

from carpenter.parsing.similarity import SAME_VENUE_AT_PLACE
from carpenter.titles.annotations import (
    DATE,
    DOORS,
    HOUR,
    HOURS,
    NOT_ON,
    PASS,
    PRICE,
    SHOWS_AND_HOURS,
    SOLD_BESIDE,
    UNAMBIGUOUS_FLAGS,
    annotation_flags,
)
from sms_text.text import fold_key

_BRACKETS = re.compile(
    r"""\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}|<([^<>]*)>|(?<!\w)\*+([^*]+)\*+(?!\w)|(?<!\w)~+([^~]+)~+(?!\w)"""
)
_LOUD = r"SOLD[ -]?OUT|CANCELL?ED|POSTPONED|RESCHEDULED"
_OLD_ENOUGH = (
    r"(?i:(?:ages\s+)?(?:21|19|18|16)(?:\+|\s+(?:&|and|or)\s+(?:over|up|older))"
    r"(?:\s+(?:only|(?:w/|with)\s*(?:valid\s+)?(?:photo\s+)?id))*)"
)
_CALLED_OFF = (
    r"(?i:(?:has|have|is|was)\s+(?:(?:been|now|officially|unfortunately)\s+)*"
    rf"(?:cancell?ed|called\s+off|postponed|rescheduled|sold\s+out)|{NOT_ON}|is\s+now\s+(?:at|@)\s+[^\W\d].*)"
)
_LAST = re.compile(r"^(?P<rest>.*\S)\s*(?:\s[-–—]+|[–—])\s*(?P<annotation>[^-–—|,:]{2,40})$")
_SHOW_HOUR = (
    r"(?i:\d{1,2}:\d\d\s*[ap]\.?m\.?(?:\s+(?:show|set))?|\d{1,2}\s*[ap]\.?m\.?\s+(?:show|set))"
    r"|\d{1,2}\s*[ap]\.?m\.?"
)
"""At the end of a title without a sign before it. "2PM" and "4 AM" may be of a name, "9pm" is an hour."""
_DAY_BEFORE = r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?:/\d{2,4})?|\d{4}-\d\d-\d\d"
_FOR_SALE = re.compile(
    r"^(?P<rest>(?:the\s+)?(?!the\s)\S+\s+[^,/|•+;]*[^\s,/|•+;])\s+tickets(?:\s+on\s+\S+(?:\s+resale)?)?$", re.I
)
"""A seller's "tickets" after a name of two words or more; after one word, or in a list, it may belong to a name."""
_FIGURES = frozenset("0123456789")
_AT_AN_END = (
    (re.compile(rf"^(?P<rest>.*?\S)[\s,|/–—-]+(?P<annotation>{PRICE})$", re.I | re.X), frozenset("$")),
    (re.compile(rf"^(?P<rest>.*?\S)[\s,|/•·(:–—-]+(?P<annotation>{DOORS}|{HOURS})\)?$", re.I), _FIGURES),
    (re.compile(rf"^(?P<rest>.*?\S)\s*[,|/•–—-]\s*(?P<annotation>{DATE})$", re.I | re.X), _FIGURES),
    (re.compile(r"^(?P<annotation>[^:!|–—*-]{2,40}?)\s*(?:[:|–—]|!+|\s-)\s*(?P<rest>\S.*)$"), frozenset(":!|–—-")),
    (re.compile(r"^(?P<annotation>[^:!|–—*/-]{2,40}?)\s+(?P<listing>/+)\s+(?P<rest>\S.*)$"), frozenset("/")),
    (
        re.compile(rf"^(?P<rest>.*?\S)(?:\s*[-–—:,|(/]+\s*|\s+)(?P<annotation>{SHOWS_AND_HOURS})[!.)]*$", re.I),
        frozenset("sSeEmM"),
    ),
    (_LAST, frozenset("-–—")),
    (re.compile(rf"^(?P<rest>.*?[^\s@])\s+(?:(?i:at)\s+|@\s*)?(?P<annotation>{_SHOW_HOUR})[!.]*$"), frozenset("mM")),
    (re.compile(rf"^(?P<rest>.*?\S)\s*@\s*(?P<annotation>{HOUR})[!.]*$", re.I), frozenset("@")),
    (re.compile(r"^(?P<rest>.*\S)\s*(?P<listing>[,:|/~])\s*(?P<annotation>[^-–—|,:]{2,40})$"), frozenset(",:|/~")),
    (
        re.compile(
            rf"^(?P<annotation>{PRICE}|{HOURS}|{DOORS}|{_DAY_BEFORE})[\s,|/:–—-]*\s(?P<rest>[^\W\d].*)$", re.I | re.X
        ),
        _FIGURES,
    ),
    (re.compile(r"^(?P<annotation>\d{1,2}(?::\d\d)?\s?[ap]\.?m\.?)\s+(?P<rest>[^\W\d].*)$"), _FIGURES),
    (re.compile(rf"^(?P<annotation>{_LOUD})[!\s]+(?P<rest>\S.*)$"), frozenset("D")),
    (re.compile(rf"^(?P<rest>.*\S)\s+-+\s*(?P<annotation>{_LOUD})[\s-]*$"), frozenset("D")),
    (
        re.compile(r"^(?P<rest>(?!(?:The|A)\s\S+$).*\S)\s+(?P<annotation>Cancell?ed|Postponed|Rescheduled)[!.\s]*$"),
        frozenset("d"),
    ),
    (re.compile(rf"^(?P<rest>.*?\S)\s+(?P<annotation>{PASS}|{SOLD_BESIDE})$", re.I), frozenset("eEkKnNsStT")),
    (
        re.compile(
            rf"^(?P<rest>.*?\S)\s+(?P<annotation>{_LOUD}|{_OLD_ENOUGH}|{_CALLED_OFF}|ALL AGES|All Ages)[!.\s]*$"
        ),
        frozenset("dDeEfFgGtT+A&rpy"),
    ),
)
"""The forms of an annotation at an end of a title, each with the characters of which it has at least one.

The characters are looked up first: most titles have none, and the patterns are slow.
"""
_SIGNS = frozenset().union(*[signs for _, signs in _AT_AN_END])
_MAY_HAVE_ANNOTATIONS = re.compile(
    rf"[(\[{{<*~:!|–—$-]|{_LOUD}|\d\+"
    r"|\b(?i:ages|out|off|show|date|cancell?ed|postponed|rescheduled|place|happen(?:ing)?|ahead|forward|held|older"
    r"|tickets?|doors?|shows|sets?|late|pass(?:es)?|packages?|bundles?|upgrades?|access|experiences?"
    r"|reservations?|rentals?|included|includes|including|incl|suites?|add[\s-]?ons?|now)\b"
    r"|\d\s?(?i:[ap]\.?m)\b|^\d{1,4}[-/]\d|\d\s+(?:&|and)\s|\d(?:st|nd|rd|th)?,?\s+(?i:with|w/|feat)"
)
ANNOTATION_WORDS = frozenset(
    "ages out off show shows sets late date cancelled canceled postponed rescheduled place happen happening ahead"
    " forward held ticket tickets set door doors over up older pass passes package packages bundle bundles upgrade"
    " upgrades access experience experiences reservation reservations rental rentals suite suites addon addons"
    " now included includes including incl".split()
)
"""Every annotation without a sign has one of these words."""
_DAY_BEFORE_SUPPORT = re.compile(rf"(?<=\S)[\s,]+(?:{DATE})(?=\s*,?\s+(?:with|w/|featuring|feat\.)\s)", re.I | re.X)
_BRACKET_SIGNS = frozenset("([{<*~")


_CLOCK = rf"(?:\d{{1,2}}(?::\d\d)?\s*[-–]\s*\d{{1,2}}(?::\d\d)?(?:\s*[ap]\.?m\.?)?|{HOUR}|\d{{1,2}}:\d\d)"
_NEXT_ACT = re.compile(r"\s*[,;|•]\s+|\s+//?\s+|\s+\+\s+")
_HOUR_THEN_ACT = re.compile(rf"(?P<hour>{_CLOCK}\s*[-–:|]?\s+)[^\W\d].*", re.I)
_ACT_THEN_HOUR = re.compile(rf".*?[^\W\d](?P<hour>(?:[\s,@(–-]+(?:at\s+)?{_CLOCK}|\s+(?:at|@)\s*\d{{1,2}})\)?)", re.I)


def _without_set_times(text: str) -> str:
    """A running order without its hours: "8pm Ada Fox, 9pm Hare", "Ada Fox @ 10:00 / Hare @ 9:00".

    Only where each act has one, all before their names or all after.
    """
    starts = [0, *(match.end() for match in _NEXT_ACT.finditer(text))]
    ends = [*(match.start() for match in _NEXT_ACT.finditer(text)), len(text)]
    if len(starts) < 2:
        return text
    for form in (_HOUR_THEN_ACT, _ACT_THEN_HOUR):
        hours = [form.fullmatch(text, *bounds) for bounds in zip(starts, ends, strict=True)]
        if all(hours):
            for match in reversed(hours):
                assert match is not None
                text = text[: match.start("hour")] + text[match.end("hour") :]
            return text
    return text


def may_have_annotations(text: str) -> bool:
    """May there be an annotation in a text? A quick test; most texts have none."""
    return _MAY_HAVE_ANNOTATIONS.search(text) is not None


_OFF_WORDS = re.compile(r"\s(?:cancell?ed|called\s+off|postponed)\b", re.I)
_SENTENCE = re.compile(
    r"""^(?:unfortunately,?\s+)?(?:(?:tonight['’]?s|today['’]?s|this|the|our)\s+)?(?P<name>(?!(?:tonight['’]?s|today['’]?s|this|the|our)\s)\S.*?)
    \s+(?:show|concert|gig|performance|event)\s+(?:has\s+been|have\s+been|had\s+to\s+be|is|was)
    \s+(?:now\s+|officially\s+|unfortunately\s+)?(?P<what>cancell?ed|called\s+off|postponed)\b[^,:;|/]*$""",
    re.I | re.X,
)
"""A title that is a sentence: "Tonight's Ada Fox show has been cancelled due to illness"."""


def _strip_sentence(text: str) -> tuple[str, frozenset[str]]:
    match = _SENTENCE.match(text)
    if match is None:
        return text, frozenset()
    return match["name"], frozenset({"postponed" if match["what"].lower() == "postponed" else "cancelled"})


def strip_annotations(text: str) -> tuple[str, set[str]]:
    """A title without the annotations in its brackets and at its ends, and their flags.

    "date" is among the flags where a date was stripped elsewhere than at the beginning.
    """
    flags: set[str] = set()
    if not may_have_annotations(text):
        return text, flags
    if not _FIGURES.isdisjoint(text):
        text = _without_set_times(text)
    if " " in text and _OFF_WORDS.search(text) is not None:
        text, off = _strip_sentence(text)
        flags |= off

    def strip(match: re.Match[str]) -> str:
        found = annotation_flags(match[match.lastindex or 0])
        if found is None:
            return match[0]
        flags.update(found)
        return " "

    if not _BRACKET_SIGNS.isdisjoint(text):
        text = _BRACKETS.sub(strip, text)
    undated = _DAY_BEFORE_SUPPORT.sub("", text)
    if undated != text:
        flags.add("date")
    text = " ".join(undated.split())
    if (found := annotation_flags(text)) and found & UNAMBIGUOUS_FLAGS:
        return "", flags | found
    while (stripped := _strip_end(text)) is not None:
        text, found = stripped
        flags |= found
    if text[-1:] in "sSeE" and (match := _FOR_SALE.match(text)):
        text = match["rest"]
    return text, flags


def _strip_end(text: str) -> tuple[str, frozenset[str]] | None:
    """A title without the annotation at one of its ends, and its flags; None where there is none at either end."""
    printed = _SIGNS.intersection(text)
    for pattern, signs in _AT_AN_END:
        match = None if signs.isdisjoint(printed) else pattern.match(text)
        if match is None or (found := annotation_flags(match["annotation"])) is None:
            continue
        if (listing := match.groupdict().get("listing")) and not _is_annotation_in_list(
            match["annotation"], listing, found
        ):
            continue
        return match["rest"], found - {"date"} if match.start("annotation") == 0 else found
    return None


def _is_annotation_in_list(annotation: str, listing: str, found: frozenset[str]) -> bool:
    """Is an annotation after a list's separator no act: "Fox, SOLD OUT", "Fox | 8PM", but not "Fox, 2PM"?"""
    return (
        " " in annotation
        or bool(found & UNAMBIGUOUS_FLAGS)
        or (annotation[:1].isdigit() and (listing == "|" or annotation.islower()))
    )


_IN_BRACKETS = re.compile(r"\([^)]*\)")
VENUE_WORDS = frozenset({"at"})
_SUPPORT = re.compile(r"\s+(?:with|w/|featuring|feat\.?|ft\.|plus|and special guests?)(?=\s|(?<=/)\w)", re.I)
_PLACE = re.compile(r"\s+(?:at|@)\s+|\s@(?=\w)", re.I)


def strip_venue(text: str, venue_name: str | None, *, dated: bool) -> str:
    """A title without "at VENUE" or "live at VENUE" at its end or before "with".

    The venue has to be `venue_name`, the row's own, or `dated`: a date stood after it. Else "at" is kept, for an act's
    name may hold it.
    """
    if "@" not in text and " at " not in text.lower():
        return text
    places = list(_PLACE.finditer(text)) if dated or venue_name else []
    if not places:
        return text
    venue = fold_key(_IN_BRACKETS.sub("", venue_name or "") or venue_name or "")
    support = _SUPPORT.search(text, places[0].end())
    end = support.start() if support else len(text)
    own: list[tuple[float, int]] = []
    for match in places:
        place = fold_key(text[match.end() : end])
        if venue and place and fuzz.token_set_ratio(place, venue) >= SAME_VENUE_AT_PLACE:
            own.append((fuzz.ratio(place, venue), match.start()))
    if not own and not dated:
        return text
    start = max(own)[1] if own else max(match.start() for match in places if match.start() < end)
    return text[:start] + text[end:]


_IN_SUPPORT = re.compile(
    r"""[(\[]\s*(?P<support>(?i:with|w/|feat\.?|ft\.?|featuring|plus|support(?:\s+by|\s+from|:)|opening:|openers?:)\s*
    (?!(?i:(?:full|live)\s+band|band|his|her|their|strings?|orchestra|choir|q\s?&\s?a)\b)(?![^()\[\]]*(?i:\bmembers\b))
    (?=[^\W_a-z]|(?:dj|the|special)\s)(?:[^()\[\]]|\([^()]*\))*)[)\]]""",
    re.X,
)


def unwrap_support(text: str) -> str:
    """Takes the brackets from support acts: "Ada Fox (w/ Hare)", but not "Ada Fox (with full band)"."""
    return " ".join(_IN_SUPPORT.sub(r" \g<support> ", text).split()) if "(" in text or "[" in text else text


_DAY_FIRST = re.compile(r"^(\d{1,2})/(\d{1,2})(?:/\d{2,4})?\s*[-–—:|]?\s+(?=\S)")
_PLACE_LAST = re.compile(r"\s+(?P<sign>[@|-])\s+(?P<place>[^@|]*[^@|\s-])$")


def without_day_and_venue(title: str, day: date, venue_name: str | None, town: str | None = None) -> str:
    """A title without its own day, venue and town, beside which it is shown: "5/16 Nine Acre Radio @ FREMONT ABBEY".

    Organizers' templates add them. Another day, venue or town than the row's stays.
    """
    first = _DAY_FIRST.match(title)
    start = first.end() if first and (int(first[1]), int(first[2])) == (day.month, day.day) else 0
    end = len(title)
    while (last := _PLACE_LAST.search(title, start, end)) and _is_own_place(
        last["place"], last["sign"], venue_name, town
    ):
        end = last.start()
    return title[start:end].strip() or title


def _is_own_place(place: str, sign: str, venue_name: str | None, town: str | None) -> bool:
    """Is a title's last part the row's own venue, perhaps with its town? After a bar or a hyphen, letter for letter."""
    key, town_key, venue_key = fold_key(place), fold_key(town or ""), fold_key(venue_name or "")
    if not venue_key:
        return False
    without_town = key.removesuffix(f" {town_key}") if town_key else key
    if sign != "@":
        return without_town == venue_key
    return any(fuzz.token_set_ratio(each, venue_key) >= SAME_VENUE_AT_PLACE for each in (key, without_town))


PRESENTING_WORDS = frozenset({"present", "presents", "presented", "welcomes", "pres"})
_PRESENTS = re.compile(
    r"""^(?P<who>.{1,80}?(?:\s+presents(?=\s+presents))?)
    \s+(?:(?:proudly\s+)?presents?\s*(?:[:…]|\.\.+)|presents\b|pres\.(?=\s)|(?-i:[Ww]elcomes\b(?=\s+[^\W\d_a-z])))\s*[:….]*\s*(?P<what>\S.*)$""",
    re.I | re.X,
)
_JOINTLY_PRESENT = re.compile(r"^(?P<who>.{1,60}?\s(?:and|[&+])\s.{1,40}?)\s+present\s+(?P<what>\S.*)$", re.I)
_PRESENTED_BY = re.compile(r"^(?P<what>.*?\S)\s*[-–—|(,]*\s*\bpresented\s+by:?\s+(?P<who>[^()|]{2,80}?)\)?$", re.I)


def strip_presenter(text: str) -> tuple[str, str | None]:
    """A title without "PRESENTER presents", and the presenter; None where it names none."""
    lowered = text.lower()
    if not any(map(lowered.__contains__, ("present", "welcomes", "pres."))):
        return text, None
    for pattern in (_PRESENTED_BY, _PRESENTS, _JOINTLY_PRESENT):
        if (match := pattern.match(text)) and any(map(str.isalnum, match["who"])):
            return match["what"], match["who"].strip(" ,-–—|:\"'“”")
    return text, None


_QUOTED_TOUR = re.compile(
    r"^(?P<who>[^\"“'‘:]*[^\s\"“'‘:,-])\s+(?P<tour>(?:[\"“][^\"“”]+[\"”]|['‘][^'‘’]+['’])\s+(?:\w+\s+)*tour\b)", re.I
)


def separate_tour(text: str) -> str:
    """Puts a colon between an act and the quoted name of its tour: "Ada Fox “Slow Lantern” Tour"."""
    return _QUOTED_TOUR.sub(r"\g<who>: \g<tour>", text) if "tour" in text.lower() else text
