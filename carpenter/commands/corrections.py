"""What a person types to correct a field, checked and turned into the value of a decision. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from carpenter.parsing.days import read_day
from carpenter.parsing.hours import read_times
from carpenter.parsing.instants import to_instants
from carpenter.parsing.prices import HIGHEST_PRICE
from sms_database.event_fields import FIELD_OF, HOUR_COLUMNS, FieldType
from sms_database.vocabulary import EVENT_KINDS, EVENT_STATUSES
from sms_text.text import clean, plain_text
from sms_text.urls import safe_url

NOTHING = "none"
"""What a person types for a value that is not known, or that the event does not have."""

_OLDEST_MIN_AGE = 99


class BadCorrection(ValueError):
    """A field that cannot be corrected, or a value that it cannot have; `str()` says what it takes."""


def read_correction(field: str, given: str) -> Any:
    """The value of an override decision, as JSON holds it. Raises BadCorrection.

    `venue` is not read here: who knows the venues looks it up.
    """
    declared = FIELD_OF.get(field)
    if declared is None or declared.type not in READERS:
        raise BadCorrection(f"no field {field!r} to correct: it is one of {', '.join(FIELD_OF)}")
    if given.strip().lower() == NOTHING and declared.is_optional:
        return [] if declared.type in (FieldType.ACTS, FieldType.WORDS) else None
    return READERS[declared.type](given)


def check_with(event: Mapping[str, Any], field: str, value: Any) -> None:
    """Raise BadCorrection if the value does not go with the rest of an event: an export record with its `end_day`."""
    after = dict(event) | {field: value}
    low, high, first, last = (after[name] for name in ("price_min", "price_max", "event_day", "end_day"))
    if field in ("price_min", "price_max") and low is not None and high is not None and low > high:
        raise BadCorrection(f"price_min {low:g} is above price_max {high:g}: correct the other first, or make it none")
    if field == "end_day" and last is not None and last < first:
        raise BadCorrection(f"end_day {last} is before event_day {first}")
    if field in HOUR_COLUMNS and value is not None:
        _check_hours(after)


def _check_hours(event: Mapping[str, Any]) -> None:
    times = read_times(event["doors_time"], event["start_time"], event["end_time"])
    day = date.fromisoformat(event["event_day"])
    end_day = date.fromisoformat(event["end_day"]) if event["end_day"] else None
    if problems := to_instants(day, event["timezone"], times, end_day).problems:
        raise BadCorrection(f"{'; '.join(problems)}: correct the other first, or make it none")


def _title(given: str) -> str:
    return _required(clean(given), "title", "some text")


def _text(given: str) -> str:
    return _required(clean(given), "this field", "some text, or none")


def _prose(given: str) -> str:
    return _required(plain_text(given), "description", "some text, or none")


def _day(given: str) -> str:
    day = read_day(given)
    if not isinstance(day, date):
        raise BadCorrection(f"{day or 'no day given'}; give it as 2026-11-20")
    return day.isoformat()


def _hour(given: str) -> str:
    times = read_times(None, given, None)
    if times.start is None:
        raise BadCorrection(f"{given!r} is no time of day: give it as 19:30, local to the venue, or none")
    offset = times.offsets.start
    hour = times.start if offset is None else times.start.replace(tzinfo=timezone(offset))
    return hour.isoformat(timespec="minutes")


def _one_of(names: Collection[str]) -> Callable[[str], str]:
    def read(given: str) -> str:
        name = given.strip().lower().replace(" ", "_")
        if name not in names:
            raise BadCorrection(f"{given!r} is none of {', '.join(sorted(names))}")
        return name

    return read


def _price(given: str) -> float:
    try:
        price = Decimal(given.strip().removeprefix("$"))
    except InvalidOperation:
        raise BadCorrection(f"{given!r} is no price: give a number such as 15 or 12.50, or none") from None
    if not (price.is_finite() and 0 <= price <= HIGHEST_PRICE and price == round(price, 2)):
        raise BadCorrection(f"{given!r} is no price from 0 to {HIGHEST_PRICE} with at most two decimals")
    return float(price)


def _currency(given: str) -> str:
    code = given.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise BadCorrection(f"{given!r} is no currency: give its three letters, such as USD, or none")
    return code


def _yes_or_no(given: str) -> bool:
    word = given.strip().lower()
    if word not in ("yes", "true", "no", "false"):
        raise BadCorrection(f"{given!r} is neither yes nor no (nor none)")
    return word in ("yes", "true")


def _age(given: str) -> int:
    years = given.strip().removesuffix("+")
    if not (years.isascii() and years.isdigit() and int(years) <= _OLDEST_MIN_AGE):
        raise BadCorrection(f"{given!r} is no age: give years such as 21, 0 for all ages, or none")
    return int(years)


def _url(given: str) -> str:
    return _required(safe_url(given.strip()), repr(given), "an address that begins with http:// or https://, or none")


def _artists(given: str) -> list[str]:
    return _names(given, "artists")


def _words(given: str) -> list[str]:
    return _names(given, "genres")


def _names(given: str, what: str) -> list[str]:
    """ "A / B / C", or a JSON list of names, in order."""
    names: Any = given.split(" / ")
    if given.lstrip().startswith("["):
        try:
            names = orjson.loads(given)
        except orjson.JSONDecodeError as problem:
            raise BadCorrection(f"the list of {what} is no JSON: {problem}") from None
    read = [clean(name) if isinstance(name, str) else None for name in names]
    if not read or None in read:
        raise BadCorrection(f'{what} are given as "A / B / C" or as a JSON list of names, none of them empty')
    return [name for name in read if name is not None]


def _required(value: str | None, what: str, wanted: str) -> str:
    if value is None:
        raise BadCorrection(f"{what} needs {wanted}")
    return value


READERS: Mapping[FieldType, Callable[[str], Any]] = {
    FieldType.TITLE: _title,
    FieldType.TEXT: _text,
    FieldType.PROSE: _prose,
    FieldType.ACTS: _artists,
    FieldType.WORDS: _words,
    FieldType.DAY: _day,
    FieldType.HOUR: _hour,
    FieldType.KIND: _one_of(EVENT_KINDS),
    FieldType.STATUS: _one_of(frozenset(EVENT_STATUSES)),
    FieldType.AMOUNT: _price,
    FieldType.CURRENCY: _currency,
    FieldType.YES_NO: _yes_or_no,
    FieldType.AGE: _age,
    FieldType.URL: _url,
}
"""What reads a field of each type; whoever knows the venues looks up the one that a person names."""
