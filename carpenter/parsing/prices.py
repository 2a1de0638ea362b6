"""The price of a ticket, read from printed text. Pure functions."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from price_parser.parser import parse_number

from carpenter.parsing.scanning import has_figure
from carpenter.parsing.vocabulary import any_of, vocabulary

HIGHEST_PRICE = Decimal(10_000)
"""The highest number that is taken for a price, in units of any currency."""


REMEMBERED_LENGTH = 100
"""Characters of a text up to which its price is cached: most shows print one of a few short texts."""


class Price(NamedTuple):
    """A range in units of the currency; None is unknown. `is_free` is true where nobody has to pay."""

    min: Decimal | None = None
    max: Decimal | None = None
    currency: str | None = None
    is_free: bool | None = None


NO_PRICE = Price()

_CURRENCIES = {
    "$": None,
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "c$": "CAD",
    "ca$": "CAD",
    "us$": "USD",
    "a$": "AUD",
    "au$": "AUD",
}
_CODES = "USD|EUR|GBP|CAD|AUD|MXN|JPY|CHF|SEK|NOK|DKK"
_DOLLARS = frozenset({"USD", "CAD", "AUD", "MXN", "NZD"})
_WORDS = vocabulary()
_AMOUNT = r"\d{1,3}(?:[,.]\d{3})+(?:\.\d\d)?(?!\d)|\d{1,6}(?:[.,]\d{1,2})?(?!\d)"
_MONEY = re.compile(
    rf"""(?:(?P<symbol>(?:US|CA|AU|C|A)?\$|€|£|¥)|(?<!\w)(?P<code>{_CODES}))\s?(?P<amount>{_AMOUNT})
    |(?<![\w.,:$€£¥/-])(?:(?P<low>{_AMOUNT})\s*(?:-|–|—|to)\s*)?(?P<before>{_AMOUNT})\s?(?:(?P<symbol_after>[€£]|\$(?!\s?\d))|(?P<code_after>{_CODES})\b|(?P<word>dollars|bucks)\b)""",
    re.X | re.I,
)
_SECOND = re.compile(rf"\s*(?:-|–|—|to|/)\s*(?P<amount>{_AMOUNT})(?!\s*(?:[ap]\.?m\b|%|:\d|for\b|people\b))", re.I)
_SALE = (
    r"adv\b\.?|advance\b|in\s+advance\b|pre-?sale\b|dos\b|day\s+of(?:\s+show)?\b|at\s+the\s+doors?\b"
    r"|general(?:\s+admission)?\b|ga\b"
)
_BESIDE_A_SALE = re.compile(
    rf"(?<![\w.,:$€£¥/-])(?:(?P<low>{_AMOUNT})\s*(?:-|–|—|to|/)\s*)?(?P<before>{_AMOUNT})\s?(?:(?P<sale>{_SALE})|(?P<door>doors?)\b)"
    rf"|(?<!\w)(?P<label>{_SALE})\s*[:=-]?\s*(?P<after>{_AMOUNT})(?!\s*(?:[ap]\.?m\b|:\d|\+))"
    rf"|(?<!\w)(?P<door_label>door)\s*[:=-]?\s*(?P<at_door>{_AMOUNT})(?!\s*(?:[ap]\.?m\b|:\d|\+))",
    re.I,
)
"""Amounts without a sign: "15 adv / 20 dos". Beside "door" a number may be an hour, unless another one is for sale."""
_NUMBER_WORDS = {
    word: number
    for number, word in [
        *enumerate(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), 1
        ),
        *((18, "eighteen"), (20, "twenty"), (25, "twenty-five"), (30, "thirty"), (35, "thirty-five"), (40, "forty")),
        *((45, "forty-five"), (50, "fifty"), (60, "sixty"), (75, "seventy-five"), (80, "eighty"), (100, "a hundred")),
    ]
}
_SPELLED = re.compile(
    rf"(?<![\w-])(?P<number>{'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))})(?=\s+(?:dollars|bucks)\b)", re.I
)
_BARE = re.compile(
    rf"\s*(?:(?:price|cost|cover)\s*:\s*)?(?P<bound>from|starting\s+at|up\s+to)?\s*(?P<amount>{_AMOUNT})(?:\s*(?:-|–|—|to|/)\s*(?P<second>{_AMOUNT}))?\s*",
    re.I,
)
_FROM = re.compile(r"(?:from|starting\s+at|starts\s+at)\s*:?\s*$", re.I)
_AND_MORE = re.compile(r"\+(?!\s*(?:[a-z]+\s+)?(?:fees?|tax|charges?)|\s*[$€£])", re.I)
_UP_TO = re.compile(r"up\s+to\s*$", re.I)
_IS = r"(?:is|are|of|:|=)"
_ENTRY = r"(?:entry|entrance|admission|doors?|cover|tickets?|registration)"
_NOT_TICKETS_AFTER = re.compile(
    rf"[^$€£;,|/(]{{0,25}}?(?:{any_of(_WORDS.not_tickets)})(?!\s*(?:{_IS}\s*[$€£]?|[$€£])\d)"
    r"|\s+(?:of|from|per)\s+(?:each|every|all)\s+(?:tickets?|sales?)|\s+per\s+ticket\s+(?:goes|sold|is\s+donated)",
    re.I,
)
"""What an amount is, behind it; not the label of the next amount."""
_NOT_TICKETS_BEFORE = re.compile(rf"(?:{any_of(_WORDS.not_tickets)})\s*{_IS}?\s*$", re.I)
_ENTRY_FEE = re.compile(rf"(?<!\w){_ENTRY}\s+(?:fees?|charges?)(?!\w)", re.I)
"""What a ticket is called as well."""
_WITH_CHARGES = re.compile(
    r"\s*(?:\w+\s+){0,2}?(?:fees?|tax(?:es)?|charges?)\s+(?:are\s+)?incl\w*"
    r"|\s*[-–,(+]?\s*(?:\d|one|two)[\s-]*(?:drink|item)s?\s+min"
    r"|\s*(?:[a-z.]+\s+){0,2}?[-–,(]?\s*(?:\+|plus|and|&|excl\w*\.?|before|incl\w*\.?|includes|w/|with|without|no)\s*(?:[a-z]+\s+){0,2}?"
    r"(?:fees?|tax|taxes|charges?|handling)(?!\w)",
    re.I,
)
"""Behind the price of a ticket: "$15 + fees", "$18 incl. all fees", "$20, two drink minimum"."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_SUGGESTED = r"(?:suggested|sugg\.|recommended|requested)(?!\s+(?:ages?|attire|arrival|for)\b)"
_SUGGESTED_AFTER = re.compile(
    rf"[^$€£;|/,]{{0,25}}?(?:{any_of(_WORDS.donation_words)})|\s*[-–(]?\s*(?:is\s+)?{_SUGGESTED}", re.I
)
_SUGGESTED_BEFORE = re.compile(
    rf"(?:{any_of(_WORDS.donation_words)})[^$€£;|/]{{0,15}}$"
    rf"|{_SUGGESTED}(?:\s+(?:contribution|price|amount|tickets?|cover|admission|minimum))?\s*{_IS}?\s*$",
    re.I,
)
_FREE = re.compile(rf"(?<![-\w])(?:{any_of(_WORDS.free_words)})(?!-)", re.I)
_FREE_FOR_SOME = re.compile(
    rf"(?:{any_of(_WORDS.free_of)})[\w\s-]{{0,12}}\bfree\b|\bfree\b(?:\s+\w+){{0,2}}?\s+(?:{any_of(_WORDS.free_of)})|\bfeel\s+free|\bbuy\b.{{0,20}}\bfree\b",
    re.I,
)
_DONATION = re.compile(rf"{any_of(_WORDS.donation_words)}|{_SUGGESTED}", re.I)
_PAY_WHAT_YOU_CAN = re.compile(any_of(_WORDS.pay_what_you_can_words), re.I)


def read_price(text: str | None, *, default_currency: str = "USD") -> Price:
    """The price range that a text prints, without fees and discounts. `default_currency` is an ISO 4217 code.

    - Amounts count only with the sign, code or word of a currency, or beside the words of a sale ("15 adv, 20 dos"); a
      text of nothing but numbers counts too.
    - A bare "$" is the default currency where that is a dollar, else US dollars.
    - "Free" beside an amount is a minimum of 0; free for children, members or parking does not count.
    - A suggested donation, and "pay what you can" without an amount, are free: nobody has to pay.
    """
    if not text:
        return NO_PRICE
    return _cached(text, default_currency) if len(text) <= REMEMBERED_LENGTH else _read(text, default_currency)


def _read(text: str, default_currency: str) -> Price:
    text = " ".join(text[:5_000].split())
    if "dollars" in text or "bucks" in text:
        text = _SPELLED.sub(lambda match: str(_NUMBER_WORDS[match["number"].lower()]), text)
    amounts, currency = _amounts(text, default_currency)
    free = _FREE_FOR_SOME.sub(" ", text) if "free" in text.casefold() else text
    if not amounts:
        return Price(
            is_free=True if any(pattern.search(free) for pattern in (_FREE, _DONATION, _PAY_WHAT_YOU_CAN)) else None
        )
    if _FREE.search(free):
        amounts.append((Decimal(0), "both"))
    lowest = min((amount for amount, bound in amounts if bound != "max"), default=None)
    highest = max((amount for amount, bound in amounts if bound != "min"), default=None)
    if any(bound == "min" for _, bound in amounts):
        highest = None
    return Price(min=lowest, max=highest, currency=currency, is_free=highest == 0)


_cached = lru_cache(maxsize=16_384)(_read)  # saves 2 % of reading rows


def _amounts(text: str, default_currency: str) -> tuple[list[tuple[Decimal, str]], str | None]:
    """The amounts of a text, each with the end of the range that it is ("min", "max", "both"), and their currency."""
    if not has_figure(text):
        return [], None
    if bare := _BARE.fullmatch(text):
        return _bare_amounts(bare), default_currency
    found: list[tuple[Decimal, str]] = []
    currency: str | None = None
    for match in _MONEY.finditer(text):
        second = _SECOND.match(text, match.end()) if match["amount"] or match["symbol_after"] else None
        end = second.end() if second else match.end()
        if not _is_ticket(text, match.start(), end):
            continue
        bound = _bound(text, match.start(), end)
        for number in (match["amount"] or match["before"], match["low"], second and second["amount"]):
            amount = parse_number(number) if number else None
            if amount is not None and amount <= HIGHEST_PRICE:
                found.append((amount, bound))
        currency = currency or _currency(match, default_currency)
    if currency is None and (beside := _beside_a_sale(text)):
        return beside, default_currency
    return found, currency if found else None


def _beside_a_sale(text: str) -> list[tuple[Decimal, str]]:
    matches = list(_BESIDE_A_SALE.finditer(text))
    if not any(match["sale"] or match["label"] for match in matches):
        return []
    printed = [match[name] for match in matches for name in ("low", "before", "after", "at_door")]
    numbers = [parse_number(number) for number in printed if number and not _YEAR.fullmatch(number)]
    return [(number, "both") for number in numbers if number is not None and number <= HIGHEST_PRICE]


def _is_ticket(text: str, start: int, end: int) -> bool:
    """Is an amount the price of a ticket, and not a fee, a discount or a suggested donation?"""
    if _SUGGESTED_AFTER.match(text, end) or _SUGGESTED_BEFORE.search(text, max(0, start - 60), start):
        return False
    around = text[max(0, start - 30) : start]
    if _NOT_TICKETS_BEFORE.search(around):
        return _ENTRY_FEE.search(around) is not None
    after = _NOT_TICKETS_AFTER.match(text, end)
    return after is None or _WITH_CHARGES.match(text, end) is not None or _ENTRY_FEE.search(after[0]) is not None


def _bare_amounts(match: re.Match[str]) -> list[tuple[Decimal, str]]:
    bound = "max" if (match["bound"] or "").lower().startswith("up") else "min" if match["bound"] else "both"
    printed = [number for number in (match["amount"], match["second"]) if number and not _YEAR.fullmatch(number)]
    numbers = [parse_number(number) for number in printed]
    return [(number, bound) for number in numbers if number is not None and number <= HIGHEST_PRICE]


def _bound(text: str, start: int, end: int) -> str:
    before = text[max(0, start - 20) : start]
    if _UP_TO.search(before):
        return "max"
    return "min" if _FROM.search(before) or _AND_MORE.match(text, end) else "both"


def _currency(match: re.Match[str], default_currency: str) -> str:
    if code := match["code"] or match["code_after"]:
        return code.upper()
    sign = (match["symbol"] or match["symbol_after"] or "$").lower()
    return _CURRENCIES.get(sign) or (default_currency if default_currency in _DOLLARS else "USD")
