"""Reads the annotations beside the names of a title: status, ages, price, hour, night of a run. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache

from carpenter.parsing.ages import read_min_age
from carpenter.parsing.scanning import has_figure
from carpenter.parsing.vocabulary import any_of, vocabulary
from sms_text.calendar_words import MONTH, MONTH_NUMBERS, WEEKDAYS
from sms_text.text import fold_key

_PHRASES = vocabulary().annotations
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?"
DATE = rf"""(?:{_WEEKDAY},?\s+)?
    (?:(?:{MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?
    |\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{4}}-\d\d-\d\d)"""
_FIGURE = r"(?:1[0-2]|0?[1-9])(?::\d\d)?"
HOUR = r"\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?"
_ANY_HOUR = rf"{_FIGURE}(?:\s*[ap]\.?m\.?)?"
HOURS = rf"(?:{_FIGURE}[-–]|{HOUR}\s*(?:[-–]|to)\s*){HOUR}"
_TWO_HOURS = (
    rf"(?:at\s+)?{_ANY_HOUR}(?:\s*,\s*{_ANY_HOUR})*\s*(?:&|and|/|\+|,)\s*{HOUR}(?:\s+(?:shows?|sets?|seatings?))?"
)
_MANY = (
    r"(?:(?:two|three|four|[2-4])\s+(?:shows?|sets?|seatings?|performances?)"
    r"|(?:early|1st|first)\s*(?:&|and|/|\+)\s*(?:late|2nd|second)(?:\s+(?:show|set|seating)s?)?)(?:\s+(?:only|nightly))?"
)
SHOWS_AND_HOURS = rf"(?:{_MANY}!*(?:\s*[-–—:,(@]*\s*{_TWO_HOURS}\)?)?|{_TWO_HOURS})"
"""Two shows of one evening, as a title tells them: "2 Shows! 7pm & 9:30pm", "Early & Late Show", "7 & 9pm"."""
_HOUR_LABEL = r"(?:doors?(?:\s+open)?|show(?:time)?|music|bands?|dinner|d|s|m)"
_LABELLED_HOUR = rf"(?:{_HOUR_LABEL}(?:\s+at|\s*[:@])?\s*{_ANY_HOUR}|{_ANY_HOUR}\s*{_HOUR_LABEL}\b)"
DOORS = (
    rf"(?:{_LABELLED_HOUR}(?:[\s/,|•·–-]+{_LABELLED_HOUR})+"
    rf"|doors?(?:\s+open)?(?:\s+at|\s*[:@])?\s*{_ANY_HOUR})"
)
"""Doors, or several hours with what each is: "Doors 7 / Show 8", "7pm doors, 8 music", "D: 7 S: 8"."""
# What repeats is never given back, for what stands between amounts may stand within one: with that a long title would
# be read in twice as many ways for each price that it has.
_AMOUNT = r"\$\s?\d++(?:\.\d\d)?+(?:\s*[-–]\s*\$?\d++(?:\.\d\d)?+)?+\+?+"
_OF_SALE = any_of(
    "adv advance dos door cover ga donation presale pre-sale tickets tix notaflof notaf suggested pwyc".split()
)
_SALE = (
    rf"(?:{_OF_SALE}|in\s+advance|at\s+(?:the\s+)?door|day\s+of(?:\s+show)?|suggested\s+donation|sliding\s+scale"
    r"|(?:no\s?one|none|nobody)\s+(?:will\s+be\s+)?turned\s+away(?:\s+for\s+lack\s+of\s+funds)?|pay\s+what\s+you\s+can"
    r"|(?:plus|\+)\s+(?:fees|tax)|(?:w/|with)\s*(?:rsvp|(?:valid\s+)?(?:student\s+)?id)|all\s+ages)"
)
_BEFORE_AMOUNT = (
    r"(?:tickets?|tix|cover|admission|entry|from|only|just|sliding\s+scale|(?:suggested\s+)?donations?|pwyc)"
)
PRICE = rf"(?:{_BEFORE_AMOUNT}\s*:?\s*)?{_AMOUNT}(?:[\s.,/|&–-]+(?:{_AMOUNT}|{_SALE}))*+"
"""As titles print it: "$15 ADV / $18 DOS"."""
PASS = (
    r"(?:(?:one|two|three|four|\d)[\s-](?:day|night)\s+(?:pass|ticket|package)(?:e?s)?"
    r"|(?:(?:full|whole|entire|all[\s-]access)\s+)?(?:season|weekend|festival)\s+(?:pass(?:es)?|tickets?))"
)
"""What lets in on several days."""
SOLD_BESIDE = (
    r"(?:(?:(?:official|deluxe|ultimate|the)\s+)*"
    r"(?:vip|platinum|premium|premier|gold(?:en)?\s+circle|meet\s*(?:&|and|n)\s*greet|(?:early|late)\s+entry"
    r"|fast\s+(?:lane|track)|artist\s+lounge|lounge|dinner|merch(?:andise)?|hospitality|table|suite|parking|backstage"
    r"|sound\s?check|box|hotel|travel|shuttle|bus|camping|club|locker|pre-?show)"
    r"(?:\s+(?:upgrade|ticket|entry|experience|add-?on|access|seat|seating|dinner|lounge|parking|bus|sound\s?check|&|and))*"
    r"\s+(?:packages?|pass(?:es)?|bundles?|upgrades?|access|experiences?|reservations?|rentals?|tickets?|suites?"
    r"|add[\s-]?ons?)"
    r"|pre-?show\s+(?:dinner|reception)|(?:ga|general|reserved)\s+parking)"
)
"""What is sold beside a show's tickets, or around one: "VIP Upgrade Package", "Fast Lane Access"."""
INCLUDED = r"(?:(?!(?:is|are|not)\s)[\w&'’+-]+\s+){1,5}included|(?:includes|including|incl\.?)\s+\S.*"
"""What a ticket to the show includes: "backstage visit included", "incl. dinner"."""
_AGE_WORDS = any_of("only show event to enter drink w with valid photo id bar please and over up older".split())
_OF_AGE = rf"(?:[\s,./|&–-]+{_AGE_WORDS}/?)*+"
_NIGHT = r"""(?:residency[\s,-]+)?night\s+(?:\#?\d+|one|two|three|four|five)(?:\s+of\s+(?:\d+|two|three|four|five))?
    |(?:first|second|third|fourth|opening|closing|final|last|\d(?:st|nd|rd|th))\s+night
    |(?:two|three|four|[2-9])\s+(?:big\s+)?nights(?:\s+only)?"""
_THIS = r"(?:(?:this|the|tonight['’]s|our)\s+)?(?:(?:show|event|concert|performance|gig|date|tour)s?\s+)?"
_MOVED = r"(?:moved|moving|relocat(?:ed|ing)|upgraded|transferred)"
NOT_ON = (
    r"(?:will\s+not|won['’]?t|is\s+not|isn['’]?t|is\s+no\s+longer)\s+"
    r"(?:(?:be\s+)?(?:tak(?:e|ing)\s+place|happen(?:ing)?|go(?:ing)?\s+(?:ahead|forward))|be\s+held)"
)
"""A cancellation in other words: "will not take place"."""
_HAS_BEEN = r"(?:(?:has|have|is|are|was|been|now|officially|unfortunately)\s+){0,4}"
_ANNOTATION = re.compile(
    rf"""(?P<date>{DATE})
    |(?P<cancelled>{_THIS}{_HAS_BEEN}(?:cancell?ed|called\s+off)(?:\s+(?:due|because|by)\s.*)?
        |{_THIS}{NOT_ON}(?:\s+(?:due|because)\s.*)?)
    |(?P<postponed>{_THIS}{_HAS_BEEN}postponed
        (?:\s+(?:until\s+further|indefinitely|due|because)\b.*|\s+(?:to|until|till)\s+\D+)?
        |new\s+dates?\s+(?:tba|tbd|tbc|(?:to\s+be|will\s+be|coming)\b.*))
    |(?P<sold_out>{_THIS}{_HAS_BEEN}sold[\s-]?out(?:[\s,–—-]+(?:(?:join\s+(?:the\s+)?)?wait\s?-?list|standby|returns)\b.*)?)
    |(?P<selling>(?:nearly|almost|practically|virtually|about\s+to\s+be|close\s+to|\d+\s?%)\s+sold[\s-]?out
        |(?:join\s+(?:the\s+)?)?wait\s?-?list\b.*)
    |(?P<refund>(?:full\s+)?refunds?\b.*)
    |(?P<sale>(?:tickets?\s+)?(?:go(?:es)?\s+)?on\s+sale\b.*)
    |(?P<weekday>{_WEEKDAY})
    |(?P<rescheduled>(?:rescheduled|moved|postponed|originally|new\s+date)\b(?:(?!:\s)[^!])*\d(?:(?!:\s)[^!])*)
    |(?P<moved>(?:(?:please\s+)?note:?\s+)?(?:(?:this\s+)?show\s+)?{_HAS_BEEN}{_MOVED}\s+(?:to|from)\s+\S.*
        |(?:is\s+)?now\s+(?:at|@)\s+[^\W\d].*
        |(?:venue|location|room)\s+{_HAS_BEEN}changed?:?\s+(?:to|from)\s+\S.*)
    |(?P<tba>dates?\s+(?:tba|tbd|tbc))
    |(?:{HOUR}\s+)?(?P<phrase>{any_of(_PHRASES)})
    |(?P<minors>(?:under\s+\d\d|minors)s?\s+(?:with|w/|must|require|need|accompanied|only\s+with|admitted|ok)\b.*)
    |(?P<age>(?:ages?\s+)?\d\d\s?\+{_OF_AGE}|(?:ages?\s+)?\d\d\s+(?:&|and)\s+(?:over|up){_OF_AGE}|all[\s-]ages(?![\s!]*[!:]\s*\w).*)
    |(?P<package>{PASS}|{SOLD_BESIDE}|{INCLUDED})
    |(?P<night>{_NIGHT})
    |(?P<price>{PRICE})
    |(?P<doors>{DOORS})
    |(?P<hours>{SHOWS_AND_HOURS})
    |(?P<clock>(?:1[0-2]|0?[1-9]):[0-5]\d)
    |(?P<hour>(?:{HOURS}|{HOUR})(?:\s+(?:show|set|doors|start|music|bands?|sharp))?)""",
    re.I | re.X,
)
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_FIRST_WORDS = (
    frozenset(MONTH_NUMBERS)
    | {word for day in WEEKDAYS for word in (day.lower(), day[:3].lower())}
    | frozenset("sept tues wednes thur thurs satur".split())
    | frozenset("this the our event show concert performance gig tour please note venue location room".split())
    | frozenset("has have is was been officially unfortunately will won isn".split())
    | frozenset("cancelled canceled called sold refund refunds full nearly almost practically virtually about".split())
    | frozenset("wait waitlist join includes including incl date dates whole entire season weekend festival".split())
    | frozenset("close rescheduled moved moving relocated relocating upgraded transferred postponed originally".split())
    | frozenset("new now go goes on minors under age ages all one two three four early late residency night".split())
    | frozenset("first second third fourth opening closing final last at 1st 2nd shows rsvp".split())
    | frozenset("ticket tickets tix cover admission entry from only just sliding suggested donation".split())
    | frozenset("donations pwyc door doors d s m music band bands dinner".split())
    | frozenset("official premium premier deluxe ultimate vip platinum gold golden meet fast lounge merch".split())
    | frozenset("merchandise hospitality table suite parking backstage sound soundcheck box hotel travel".split())
    | frozenset("shuttle bus camping club locker pre preshow ga general reserved artist".split())
    | {word[0].lower() for phrase in _PHRASES if (word := _FIRST_WORD.match(phrase))}
)
"""The words with which an annotation may begin; a digit and a dollar sign are the other beginnings."""
_WITHOUT_FLAG = frozenset(
    {"", "tba", "refund", "sale", "selling", "minors", "clock", "weekday", "night", "price", "doors", "hour", "hours"}
)
UNAMBIGUOUS_FLAGS = frozenset({"sold_out", "cancelled", "postponed", "rescheduled", "all_ages", "16+", "18+", "21+"})
"""The flags whose word at the end of a list is never an act. "Free" there may be one."""
_BARE_HOUR = re.compile(r"\d{1,2}[AP]M")


def is_annotation_with_figure(text: str) -> bool:
    """Is a text a date, a price, an age or an hour? Not "2PM", which may be an act."""
    return (has_figure(text) or "$" in text) and not _BARE_HOUR.fullmatch(text) and annotation_flags(text) is not None


@lru_cache(maxsize=16_384)  # saves 1.1 % of reading rows: titles share their ends
def annotation_flags(text: str) -> frozenset[str] | None:
    """The flags of an annotation, "date" for a date; None where a text is no annotation."""
    text = text.strip(" .!*")
    if not text[:1].isdigit() and text[:1] != "$":
        first = _FIRST_WORD.match(text)
        if first is None or (first[0].lower() not in _FIRST_WORDS and not text.lower().endswith(" included")):
            return None
    flags: set[str] = set()
    for part in [text] if _ANNOTATION.fullmatch(text) else re.split(r"\s*[,;|/]\s+|\s+[-–—]\s+", text):
        match = _ANNOTATION.fullmatch(part.strip(" .!*"))
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
    return frozenset(flags - _WITHOUT_FLAG)


_PRICE_OF_TITLE = re.compile(
    rf"(?:^|[(\[|•,:;]|\s[-–—/])\s*(?P<price>{PRICE})(?=\s*(?:$|[!)\]|•,:;]|\s[-–—/]\s|\s(?:show|cover)\b))"
    rf"|\s(?P<last>{PRICE})!*$",
    re.I,
)


def price_of_title(title: str) -> str | None:
    """The price that a title prints beside its names: "Ada Fox, Hare - $10/$12 - All Ages"; None for none."""
    match = _PRICE_OF_TITLE.search(title)
    return match and (match["price"] or match["last"])


_MOVED_TO = re.compile(
    rf"\b(?:{_MOVED}\s+(?:from\s+[^:|()!]{{2,40}}\s)?to|(?:venue|location|room)\s+{_HAS_BEEN}changed?:?\s+to"
    r"|now\s+(?:at|@)(?!\s+(?:\d|capacity)))\s+(?:the\s+)?"
    r"(?P<room>[^:|()\[\]!*–—]{2,60}?)(?:\s*(?:$|[:|()\[\]!*–—]|\s-\s))",
    re.I,
)
_AT_ITS_NEW_ROOM = re.compile(
    r"\snew\s+venue\b.*?\s(?:at|@)\s+(?P<room>[^@|()\[\]]+)$"
    r"|\s(?:at|@)\s+(?P<before>[^@|()\[\]]+?)\s*[(\[|–—-]+\s*new\s+venue\b",
    re.I,
)


def is_moved_elsewhere(title: str, room: str | None) -> bool:
    """Does a title say that its show has moved to another room than its own? "Moved to Friday" is no room."""
    if room is None:
        return False
    if match := _MOVED_TO.search(title):
        named = match["room"]
    elif match := _AT_ITS_NEW_ROOM.search(f" {title}"):
        named = match["room"] or match["before"]
    else:
        return False
    if annotation_flags(named) is not None:
        return False
    return fold_key(named) not in fold_key(room) and fold_key(room) not in fold_key(named)
