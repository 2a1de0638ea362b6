"""Price, age and status as prose prints them: the printed words are found and copied, nothing is reckoned."""

from __future__ import annotations

import re

_AMOUNT = r"\d{1,3}(?:[.,]\d\d)?(?![\d]|,\d{3})"
_MONEY = (
    rf"(?:(?:\b(?:CA|US|AU|NZ|C|A))?[$€£]\s?{_AMOUNT}(?:\s?[-–]\s?[$€£]?\d{{1,3}}(?:\.\d\d)?(?!\d))?[*+]*"
    rf"|(?<![\d.,$€£-])\b{_AMOUNT}\s?(?:€|£|(?:dollars?|bucks|EUR|USD|CAD)\b))"
)
_FOR_WHOM = (
    r"(?:in\s+)?adv(?:ance)?\b\.?|pre-?sale|early bird|(?:at\s+(?:the\s+)?)?doors?\b|d\.?o\.?s\b\.?"
    r"|day[ -]of(?:[ -](?:the )?show)?|cover(?: charge)?|general(?: admission)?|g\.?a\.?(?!\w)|admission"
    r"|suggested donation|suggested|donation|sliding scale|students?|seniors?|kids|youth|members"
    r"|vip|reserved|per person|each|\+ fees|plus fees"
)
_FREE = (
    r"(?:no cover(?: charge)?|by donation|pay what you can|pwyc"
    r"|free (?:with|w/) (?:rsvp|registration)|free(?=\s*(?:$|[!.,;:/|)&–—]|-\s))"
    r"|free (?:admission|entry|show|concert|event)(?!\s+(?:for|to)\b)"
    r"|(?<=\bis )free|(?<=\bis completely )free)"
)
_PIECE = rf"(?:{_MONEY}(?:\s+(?:{_FOR_WHOM}))*|(?<![\w-])(?:{_FREE})(?![\w-]))"
_PRICES = re.compile(rf"{_PIECE}(?:\s*(?:[,/|;&–—-]|\bor\b|\band\b)\s*{_PIECE})*", re.IGNORECASE)
_PRICE_LABEL = re.compile(r"\b(?:tickets?|cover|admission|price|cost)\s*:", re.IGNORECASE)

_THINGS = (
    r"(?:cans?|beers?|drinks?|drafts?|draughts?|pints?|pitchers?|wells?|shots?|cocktails?|wines?|margaritas?|mimosas?"
    r"|tallboys?|burgers?|tacos?|pizzas?|slices?|wings?|food(?!\s+(?:bank|drive))|appetizers?"
    r"|parking|valet|coat\s?check|minimum|min\b|deposit|raffle(?:\s+tickets?)?|t-?shirts?|shirts?|merch|off\b"
    r"|childcare|margs?|oysters|nachos|prizes?|hats?|cds?|discount|refund|gift\s?cards?|rental|lockers?|re-?entry"
    r"|late fee|(?:dinner|lunch|brunch|buffet)(?!\s+(?:(?:and|&)\s+)?(?:show|concert))|lessons?|class(?:es)?|workshops?"
    r"|photo\s?pass(?:es)?|meet\s?(?:&|and)\s?greets?|posters?|vinyl"
    r"|(?:service|booking|processing|facility|convenience|handling|ticketing)\s+(?:fees?|charges?))"
)
"""What else is sold at a show."""
_OF_A_THING = (
    r"(?:(?!(?:at|for|in|with|and|plus|or|to|doors?|adv\w*|general|cover|admission|entry|show|tickets?"
    r"|incl\w*|no|all|after|before)\b)[\w'-]+\s+){0,2}?"
)
_SOME = (
    r"(?:kids?|children|child|infants?|members?|students?|under\s+\d+|\d+\s+(?:and|&|or)\s+(?:under|younger)|veterans?)"
)
_OTHER_PRICES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_MONEY}\s+(?:per\s+(?:person|table)\s+)?(?:food\s+(?:and|&|/)\s+)?{_OF_A_THING}{_THINGS}\b",
        rf"\b{_THINGS}\s*(?:(?:is|are|for|from|of|fee)\s*|:\s*|\(\s*|[–—-]\s+){{0,2}}{_MONEY}(?!\s+(?:{_FOR_WHOM}))",
        rf"\bfree\s+{_OF_A_THING}{_THINGS}\b",
        rf"{_MONEY}\s+fees?\b|\+\s?{_MONEY}|\b(?:save|win)\s+(?:up to\s+)?{_MONEY}",
        rf"{_MONEY}\s+(?:(?:worth )?(?:of|in)\s+(?:cash\s+)?(?:prizes?|cash|credit)|(?:of|from)\s+(?:every|each)\b)",
        rf"\b{_SOME}\b[^,.;$/|]{{0,20}}\bfree\b",
        rf"\bfree\s+(?:for|to)\s+{_OF_A_THING}{_SOME}\b",
    )
)
_DONATION = re.compile(
    r"(?:suggested )?donations?\b[^.!?\n]{0,60}?"
    r"\b(?:encouraged|welcomed?|suggested|accepted|appreciated|requested)\b!?",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\ball[ -]ages\b(?:\s+(?:until|till?|before)\s+\d{1,2}(?::\d\d)?(?:\s*(?:[ap]\.m\.|[ap]m\b))?)?"
    r"|\b(?:ages\s+)?(?<![$\d])(?:1[4-9]|2[01])\s?(?:\+(?!\d)|(?:&|and|or)\s+(?:over|older|up)\b)",
    re.IGNORECASE,
)
_STRICTLY = re.compile(r"\bstrictly\s+", re.IGNORECASE)
_STATUS = re.compile(r"\b(?:sold[ -]out|cancell?ed|postponed|rescheduled|moved to [A-Z][^,.;)]*)", re.IGNORECASE)


_ANOTHER_THING = re.compile(
    r"\b(?:parking|valet|coat\s?check|raffle|t-?shirts?|merch\w*|hoodies?|posters?|vinyl|lockers?|gift\s?cards?|rentals?"
    r"|add-?ons?|drinks?|meals?|childcare|shuttle|camping)\b",
    re.IGNORECASE,
)
_THE_SHOW_TOO = re.compile(r"\b(?:tickets?|admission|entry|show|concert|GA|seats?)\b", re.IGNORECASE)


def is_another_thing(name: str) -> bool:
    """Does the name of what is offered tell something beside the show: "Parking", "T-shirt add-on"?"""
    return _ANOTHER_THING.search(name) is not None and _THE_SHOW_TOO.search(name) is None


def price_phrase(text: str) -> str | None:
    """The words about price in a text, as printed: "$20 advance, $25 doors", "$12 at the door", "FREE – No cover".

    Those after a label such as "Tickets:" come first, else the first in the text. Prose that only mentions money
    ("over $120,000 raised") or the word free ("feel free", "gluten-free") is no price.
    """
    lines = [_folded(line) for line in text.splitlines()]
    labelled = ((line, label.end()) for line in lines if (label := _PRICE_LABEL.search(line)))
    for line, begin in (*labelled, *((line, 0) for line in lines)):
        found = _PRICES.search(_without_other_prices(line), begin)
        if found:
            return line[found.start() : found.end()]
    return None


def _without_other_prices(line: str) -> str:
    """A line of the same length without the prices of other things, and without what is free for some alone."""
    for form in _OTHER_PRICES:
        line = form.sub(lambda found: "\0" * len(found.group()), line)
    return line


def donation_phrase(text: str) -> str | None:
    """The words that ask for a donation, as printed: "Donations to the food bank are encouraged!"."""
    found = _DONATION.search(text)
    return _folded(found.group()) if found else None


def age_phrase(text: str) -> str | None:
    """The words about age, as printed: "ALL AGES", "All Ages until 10pm", "21+", "18 and over".

    Those after "strictly" come first, else the first in the text.
    """
    strict = (_AGE.match(text, strictly.end()) for strictly in _STRICTLY.finditer(text))
    found = next(filter(None, strict), None) or _AGE.search(text)
    return _folded(found.group()) if found else None


def status_phrase(text: str) -> str | None:
    """The words about status in a title or heading, as printed: "SOLD OUT", "Cancelled".

    Not for running prose, where a show may have "sold out in the past".
    """
    found = _STATUS.search(text)
    return _folded(found.group()) if found else None


def _folded(text: str) -> str:
    return " ".join(text.split())
