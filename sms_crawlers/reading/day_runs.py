"""Runs of days as pages print them: "Fri & Sat Nov 27 & 28", "27.–29. November", "every Friday in December".

One grammar for all of them. A text is cut into weekdays, months, numbers, years and the signs between them; hours,
prices and ages are passed over; any other word ends a run. `printed_nights` then tells the years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sms_crawlers.reading.days import Order
from sms_text.calendar_words import MONTH, MONTH_NUMBERS, WEEKDAY_ABBREVIATIONS

_HALF = r"(?:\s*[ap](?:\.\s?m\.?|m\b)|[ap]\b)"
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?"
_BETWEEN_CLOCKS = r"\s*(?:[-–—/&]|\b(?:to|and|or|til+|until)\b)\s*"
_NO_DAYS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"[$€£]\s?\d+(?:\.\d\d)?(?:\s?[-–/]\s?[$€£]?\d+(?:\.\d\d)?)?|(?<![\d.])\d{1,2}\+(?!\d)|\b\d{1,2}\s?(?:€|£)",
        rf"(?<![\d/.:]){_CLOCK}{_HALF}?{_BETWEEN_CLOCKS}{_CLOCK}{_HALF}",
        rf"(?<![\d/.:]){_CLOCK}{_HALF}(?:\s*[-–—]\s*(?:{_CLOCK}(?![\d/.])|late|close))?",
        r"(?<![\d/.:])\d{1,2}:\d\d(?::\d\d)?(?:\s*(?:[-–—&/]|\bto\b|\band\b)\s*\d{1,2}(?::\d\d)?(?![\d/.]))?",
        r"\b\d{1,2}\s?h(?:\s?\d\d)?\b",
        r"\b(?:noon|midnight)\b",
        r"(?:@|\b(?:at|doors?|shows?|music|starts?|begins?|from)\b:?)\s*\d{1,2}(?:\s*[-–/]\s*\d{1,2})?"
        rf"(?!\s*(?:\d|[./]\s*\d|(?:st|nd|rd|th)\b|[.,]?\s*(?:of\s+)?(?:{MONTH})\b|\s*[-–&]))\b",
    )
)
"""Prices, ages and hours, of which the numbers are no days."""
_AFTER_A_MONTH = re.compile(rf"(?P<day>\d(?:st|nd|rd|th)?\.?\s*(?:of\s+)?)?\b(?:{MONTH})\b\.?\s*$", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(
    rf"\b(?:{MONTH})\b\.?\s+(?:\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+(?:19|20)\d\d)?|(?:19|20)\d\d)\.(?=\s)", re.IGNORECASE
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|weds|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?P<plural>s)?\b\.?"
_TOKENS = re.compile(
    rf"""
    (?P<iso>(?<!\d)(?P<iso_year>(?:19|20)\d\d)[-/.](?P<iso_month>\d\d?)[-/.](?P<iso_day>\d\d?)(?!\d))
    |(?P<weekday>\b{_WEEKDAY})
    |(?P<month>\b(?:{MONTH})\b\.?)
    |(?P<numeric>(?<![\d/.])(?P<first>\d{{1,2}})(?P<mark>[/.])(?P<second>\d{{1,2}})
        (?:(?P=mark)(?P<numeric_year>\d{{4}}|\d\d))?\.?(?![\d/]))
    |(?P<dashed>(?<![\d/.-])(?P<d_first>\d{{1,2}})-(?P<d_second>\d{{1,2}})-(?P<d_year>\d{{4}}|\d\d)(?![\d/-]))
    |(?P<year>\b(?:19|20)\d\d\b|['’]\d\d\b)
    |(?P<number>(?<![\d#])\d{{1,2}}(?:(?P<ordinal>st|nd|rd|th)\b|\b|(?=\0))\.?(?!\d))
    |(?P<every>\b(?:every|each|all)\b)
    |(?P<nth>\b(?:first|second|third|fourth|last)\b)
    |(?P<range>[-–—]|\b(?:to|thru|through|until|till?)\b)
    |(?P<join>[&+,/;|•·]|\b(?:and|plus)\b)
    |(?P<between>\bbetween\b)
    |(?P<glue>\b(?:the|of|in|on|from|both|nights?|during|at)\b|[\s\0.:()@\[\]])
    |(?P<word>\w+|.)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_NO_DAY_BEHIND = re.compile(
    r"\s+(?!(?:at|and|to|thru|through|from|doors?|shows?|music|starting|only|both|each|with|of|in|the|plus|until|till?)\b"
    rf"|(?:{MONTH})\b|(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|r|rs|ur)?(?:day)?s?\b)[a-z]{{3,}}"
)
"""A word in small letters that a number counts: "20 friends"."""
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}


@dataclass
class RunDay:
    """A day of a run as it is printed."""

    number: int
    month: int | None
    year: int | None
    until: bool
    """Does a sign before it say that the days from the one before are meant too?"""
    weekdays: list[int] = field(default_factory=list)
    """The weekdays before it, those of the days behind it too."""
    own_month: bool = False
    """Is its month printed at it?"""


@dataclass
class PrintedRun:
    """Days that stand together in a text, as printed."""

    span: tuple[int, int]
    text: str
    days: list[RunDay] = field(default_factory=list)
    trailing: list[int] = field(default_factory=list)
    """Weekdays behind the last day: "Nov 27 & 28 (Fri & Sat)"."""
    months: list[tuple[int, int | None]] = field(default_factory=list)
    """Months without numbers, each with its year, of a run that repeats."""
    repeats: bool = False
    """Is it "every Friday", or "Fridays"?"""
    nth: list[int] = field(default_factory=list)
    """Which of its weekdays in a month: "first Friday"."""
    weekdays_until: bool = False
    """Do its weekdays reach from one to the other?"""


def printed_runs(text: str, order: Order = "mdy") -> list[PrintedRun]:
    """The runs of days in a text, in its order, a single day among them."""
    found = []
    for tokens in _clauses(_without_hours(text)):
        tokens = _without_signs_around(tokens)
        if tokens:
            span = tokens[0].start(), tokens[-1].end()
            run = _parsed(tokens, PrintedRun(span, text[slice(*span)].strip()), order)
            if run.days or (run.repeats and run.months):
                found.append(run)
    return found


def _without_signs_around(tokens: list[re.Match[str]]) -> list[re.Match[str]]:
    """The tokens of a clause from its first day, month or weekday to its last."""
    inner = [place for place, token in enumerate(tokens) if not (token["glue"] or token["join"] or token["range"])]
    return tokens[inner[0] : inner[-1] + 1] if inner else []


def _without_hours(text: str) -> str:
    """A text of the same length without its hours, prices and ages, and with a mark where a day ends a sentence."""
    text = _SENTENCE_ENDS.sub(lambda day: f"{day.group()[:-1]}\1", text)
    for form in _NO_DAYS:
        text = form.sub(lambda hours: _blank(hours), text)
    return text


def _blank(hours: re.Match[str]) -> str:
    """Nothing in the place of an hour; of "Dec 4 - 8pm" the first number is the day."""
    printed = hours.group()
    month = _AFTER_A_MONTH.search(hours.string, max(0, hours.start() - 24), hours.start())
    number = re.match(r"\d{1,2}(?![:.\d])(?=.*\d)", printed) if month and not month["day"] else None
    kept = number.group() if number else ""
    return kept + "\0" * (len(printed) - len(kept))


def _clauses(text: str) -> Iterator[list[re.Match[str]]]:
    """The tokens of a text between its other words."""
    tokens: list[re.Match[str]] = []
    for token in _TOKENS.finditer(text):
        counts = token["number"] and not token["ordinal"] and _NO_DAY_BEHIND.match(text, token.end())
        if token["word"] or counts:
            yield tokens
            tokens = []
        elif tokens or not token["glue"]:
            tokens.append(token)
    yield tokens


class _Parser:
    """The reading of one clause."""

    def __init__(self, run: PrintedRun, order: Order) -> None:
        self.run = run
        self.order = order
        self.month: int | None = None
        self.waiting: list[RunDay] = []
        """Days whose month is printed behind them."""
        self.weekdays: list[int] = []
        """Weekdays whose day is still to come."""
        self.plain_months: list[int] = []
        """Months whose day is still to come."""
        self.linked = True
        """May a number be a day?"""
        self.until = False
        self.is_between = False
        """Is the run "between" one day "and" another?"""
        self.is_off = False
        """Has a number come that is no day? Then the signs behind it are not between days."""

    def link(self, *, until: bool) -> None:
        """Take a sign between days; one behind a weekday ("– Sun, Dec 6") changes nothing."""
        if not self.is_off:
            self.linked, self.until = True, until or (self.until and bool(self.weekdays))

    def begin(self) -> None:
        """Take what is a day or begins one."""
        self.linked, self.is_off = True, False

    def day(self, number: int, month: int | None, year: int | None, *, own_month: bool) -> None:
        day = RunDay(number, month, year, self.until and bool(self.run.days), self.weekdays, own_month)
        self.run.days.append(day)
        if month is None:
            self.waiting.append(day)
        self.weekdays, self.linked, self.until = [], False, False


def _parsed(tokens: list[re.Match[str]], run: PrintedRun, order: Order) -> PrintedRun:
    parser = _Parser(run, order)
    has_month = any(token["month"] for token in tokens)
    for place, token in enumerate(tokens):
        if token["iso"]:
            if run.days and tokens[place - 1].group() == "/":
                parser.until = True
            parser.day(int(token["iso_day"]), int(token["iso_month"]), int(token["iso_year"]), own_month=True)
        elif token["numeric"] or token["dashed"]:
            _take_numeric(parser, token, has_month=has_month)
        elif token["number"]:
            _take_number(parser, token, tokens[place + 1 : place + 12])
        elif token["month"]:
            _take_month(parser, MONTH_NUMBERS[token["month"][:3].lower()])
        elif token["weekday"]:
            _take_weekday(parser, token, tokens[place + 1 : place + 12])
        elif token["year"]:
            _take_year(parser, int(token["year"]) if token["year"].isdigit() else 2000 + int(token["year"][1:]))
        elif token["every"]:
            run.repeats = True
        elif token["nth"]:
            run.nth.append(_ORDINALS[token["nth"].lower()])
        elif token["range"] or token["join"]:
            is_and = token.group().lower() == "and"
            parser.link(until=bool(token["range"]) or (is_and and parser.is_between))
        elif token["between"]:
            parser.is_between = True
    run.days = [day for day in run.days if day.month is not None]
    run.trailing = parser.weekdays
    run.repeats = run.repeats or bool(run.nth)
    run.months += [(month, None) for month in parser.plain_months]
    return run


def _take_weekday(parser: _Parser, token: re.Match[str], behind: list[re.Match[str]]) -> None:
    name = token["weekday"].rstrip(".").lower()
    weekday = WEEKDAY_ABBREVIATIONS.index(name[:3])
    if parser.run.days and not parser.linked and _is_alone(behind):
        day = parser.run.days[-1]
        day.weekdays = day.weekdays or [weekday]
        return
    parser.begin()
    parser.weekdays.append(weekday)
    if name.endswith("s") and name not in ("tues", "thurs", "weds"):
        parser.run.repeats = True
    if parser.until and len(parser.weekdays) > 1:
        parser.run.weekdays_until, parser.until = True, False


def _is_alone(behind: list[re.Match[str]]) -> bool:
    """Is a weekday that of the day before it, "Jan 8 (Fri) - Jan 10 (Sun)": comes a sign then, and no weekday?"""
    signs = [token for token in behind if not token["glue"] or token.group() == ")"]
    closed = bool(signs) and signs[0].group() == ")"
    following = next((token for token in signs if token.group() != ")"), None)
    if following is None or closed:
        return True
    further = next((token for token in signs if not (token["range"] or token["join"])), None)
    return bool(following["range"] or following["join"]) and not (further and further["weekday"])


def _take_number(parser: _Parser, token: re.Match[str], behind: list[re.Match[str]]) -> None:
    number = int(re.match(r"\d+", token["number"]).group())  # type: ignore[union-attr]
    following = next((later for later in behind if not (later["glue"] or later["join"] or later["ordinal"])), None)
    counts = token["ordinal"] and number <= 5 and parser.month is None
    if counts and following is not None and following["weekday"]:
        parser.run.nth.append(number)
    elif 1 <= number <= 31 and parser.linked:
        own_month, parser.plain_months = bool(parser.plain_months), []
        parser.day(number, parser.month, None, own_month=own_month)
    else:
        parser.linked, parser.is_off = False, True


def _take_numeric(parser: _Parser, token: re.Match[str], *, has_month: bool) -> None:
    """A day and a month as numbers; beside a month in words days: "Dec 3/4", "27/28 Nov"."""
    parts = token["first"] or token["d_first"], token["second"] or token["d_second"]
    first, second = map(int, parts)
    year = token["numeric_year"] or token["d_year"]
    if has_month and (year is None or len(year) == 2):
        for number in (first, second, *([int(year)] if year else [])):
            if 1 <= number <= 31:
                own_month, parser.plain_months = bool(parser.plain_months), []
                parser.day(number, parser.month, None, own_month=own_month)
        return
    month, number = (first, second) if parser.order == "mdy" else (second, first)
    stated = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
    parser.begin()
    parser.month = month
    parser.day(number, month, stated, own_month=True)


def _take_month(parser: _Parser, month: int) -> None:
    parser.is_off = False
    if parser.waiting:
        for day in parser.waiting:
            day.month = month
        parser.waiting[-1].own_month = True
        parser.waiting, parser.month = [], None
        return
    parser.month = month
    parser.plain_months.append(month)
    parser.linked = True


def _take_year(parser: _Parser, year: int) -> None:
    if parser.plain_months and not parser.run.days:
        parser.run.months += [(month, year) for month in parser.plain_months]
        parser.plain_months = []
    if parser.run.days and parser.run.days[-1].year is None:
        parser.run.days[-1].year = year
        parser.linked = parser.until = False
