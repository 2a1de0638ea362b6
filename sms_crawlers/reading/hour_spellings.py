"""Other spellings of hours, written as the readers of hours know them: "19h30", "half past 7", "D: 7 S: 8", "7/8pm"."""

from __future__ import annotations

import re
from collections.abc import Callable

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_IN_WORDS = "|".join(_NUMBERS)
_HALF = r"(?:\s{0,3}[ap](?:\.\s?m\.?|m\b))"
_CLOCK = rf"\d{{1,2}}(?::[0-5]\d)?{_HALF}?"
_SHOW = r"(?:show(?:time)?s?|music|concert|starts?|performance)"
_QUARTERS = {"half": 30, "quarter": 15}
DOORS_BEFORE_SHOW = 90
"""Minutes that doors open before a show, at most: hours with a slash that are further apart are two shows."""


def with_plain_hours(line: str) -> str:
    """A line with its hours in the plain form; what is no hour stays as it is."""
    for form, plain in _SPELLINGS:
        line = form.sub(plain, line)
    return line


def _past(found: re.Match[str]) -> str:
    """ "half past seven" as 7:30, "quarter to 8" as 7:45."""
    hour = found["hour"].lower()
    number = _NUMBERS.index(hour) + 1 if hour in _NUMBERS else int(hour)
    minutes = _QUARTERS[found["part"].lower()]
    if not 1 <= number <= 12:
        return found.group()
    if found["side"].lower() == "to":
        number, minutes = (number - 2) % 12 + 1, 60 - minutes
    return f"{number}:{minutes:02}"


def _in_words(found: re.Match[str]) -> str:
    return f"{_NUMBERS.index(found['hour'].lower()) + 1}{':00' if found['clock'] else ''}"


def _doors_and_show(found: re.Match[str]) -> str:
    """ "7/8pm" as doors and show, if they are as close as these are."""
    label = found["before"] or found["behind"]
    half = re.search(_HALF, found["second"])
    first = found["first"] if re.search(_HALF, found["first"]) or not half else found["first"] + half.group().strip()
    is_plain = re.fullmatch(r"\d+", found["second"]) is not None
    if not label and (is_plain or not 0 < _minutes(found["second"]) - _minutes(found["first"]) <= DOORS_BEFORE_SHOW):
        return found.group()
    return f"doors {first}, show {found['second']} "


def _minutes(clock: str) -> int:
    hour, _, minute = re.match(r"[\d:]+", clock).group().partition(":")  # type: ignore[union-attr]
    return int(hour) % 12 * 60 + int(minute or 0)


Plain = str | Callable[[re.Match[str]], str]


def _compiled(*forms: tuple[str, Plain]) -> list[tuple[re.Pattern[str], Plain]]:
    return [(re.compile(form), plain) for form, plain in forms]


_SPELLINGS = _compiled(
    (rf"(?i)\b(?P<part>half|quarter)[ -](?P<side>past|to)[ -](?P<hour>{_IN_WORDS}|\d{{1,2}})\b", _past),
    (rf"(?i)\b(?P<hour>{_IN_WORDS})(?P<clock>\s{{1,3}}o[’']?\s?clock\b)", _in_words),
    (
        rf"(?i)(?:(?<=\bat )|(?<=\bdoors )|(?<=\bshow )|(?<=\bmusic ))(?P<hour>{_IN_WORDS})\b(?P<clock>)"
        r"(?=\s{0,3}(?:[,.;)/|]|$|[ap]\.?m))",
        _in_words,
    ),
    (r"(?i)\b(\d{1,2})\s{1,3}o[’']?\s?clock\b", r"\1:00"),
    (r"(?i)\b([01]?\d|2[0-4])\s?h\s?([0-5]\d)\b(?!\s?min)", r"\1:\2"),
    (r"\b(1[2-9]|2[0-3])\s?h(?:rs)?\b", r"\1:00"),
    (r"(?i)\b([01]?\d|2[0-4])(?:[.:]([0-5]\d))?\s{1,3}Uhr\b", lambda found: f"{found[1]}:{found[2] or '00'}"),
    (r"(?i)\b(\d{1,2})-?ish\b(?=\s{0,3}[ap]\.?m)", r"\1"),
    (r"(?i)(?<![-–\d])\b(\d{1,2})(?:-?ish\b|\s{0,3}(?:-|–|til+|until)\s{0,3}(?:late|close)\b)", r"\1:00"),
    (r"(?i)(?<=\d)ish\b", ""),
    (r"(?<![\w$])(\d{1,2}(?::[0-5]\d)?)([apAP])(?![\w.])", r"\1\2m"),
    (r"\bD(?:oors)?[:.]?\s{0,3}(?=\d[^;\n]{0,12}?\bS[:.]?\s{0,2}\d)", "doors "),
    (rf"(?<=doors )((?i:{_CLOCK}))([^A-Za-z\d]{{1,8}})S[:.]?\s{{0,3}}(?=\d)", r"\1\2show "),
    (
        rf"(?i)(?P<before>\bdoors?\s{{0,3}}[/&+|]\s{{0,3}}{_SHOW}\s{{0,3}}[:@=–-]?\s{{0,3}}(?:at\s{{1,3}})?)?"
        rf"(?<![\d/$.:–-])(?P<first>{_CLOCK})\s{{0,3}}/\s{{0,3}}"
        rf"(?P<second>{_CLOCK})(?![\d/.])"
        rf"(?P<behind>\s{{0,3}}\(?\s{{0,3}}doors?\s{{0,3}}/\s{{0,3}}{_SHOW}\)?)?",
        _doors_and_show,
    ),
    (r"(?i)\b(doors?(?:\s{1,3}open)?(?:\s{1,3}at)?\s{0,3}:?\s{0,3})(1\d|2[0-3])([0-5][05])\b", r"\1\2:\3"),
    (
        rf"(?i)(\bdoors?\b[^.]{{0,12}}\d\d:\d\d\D{{1,6}}\b{_SHOW}\s{{0,3}}:?\s{{0,3}})(1\d|2[0-3])([0-5][05])\b",
        r"\1\2:\3",
    ),
    (rf"(?i)(?<!show )(?<![\d:–-])({_CLOCK})(?=\s{{0,3}}\(\s{{0,3}}(?:{_CLOCK}\s{{0,3}})?doors?\b)", r"show \1"),
)
