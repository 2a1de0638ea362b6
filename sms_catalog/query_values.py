"""The value of one parameter of a query: from the text of an address, and back to it. Pure.

Each value has one text. Readers are strict, so that a text which says nothing is never taken for something: no digits
but ASCII's, no exponents, no `null`. They raise WrongValue.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from sms_catalog.query import ALL_AGES, folded_name
from sms_catalog.query_problems import WrongValue, nearest_of, quoted

OLDEST = 120
"""Years that an asker may have."""

FARTHEST = 500
"""Kilometres that `km` may say."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOUR = re.compile(r"[0-9]{2}:[0-9]{2}")
_INSTANT = re.compile(r"([0-9-]{10}T[0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})", re.IGNORECASE)
_AMOUNT = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,2})?")
_WHOLE = re.compile(r"[0-9]{1,3}")
_POINT = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,15})?),(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)")
_YES_NO: Mapping[str, bool] = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}


def read_slug(given: str) -> str:
    """A short name in lower case."""
    if not _SLUG.fullmatch(slug := given.lower()):
        raise WrongValue(f"{quoted(given)} is no short name: letters, digits and _ . -")
    return slug


def read_uuid(given: str) -> uuid.UUID:
    """An id."""
    if not re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", given.lower()):
        raise WrongValue(f"{quoted(given)} is no id: 32 digits of 0-9 and a-f, in groups of 8-4-4-4-12")
    return uuid.UUID(given)


def read_day(given: str) -> date:
    """A day of the calendar."""
    try:
        if _DAY.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:  # the 30th of February
        pass
    raise WrongValue(f"{quoted(given)} is no day: YYYY-MM-DD, like 2026-11-20")


def read_hour(given: str) -> time:
    """A local hour."""
    try:
        if _HOUR.fullmatch(given):
            return time.fromisoformat(given)
    except ValueError:  # 25:00
        pass
    raise WrongValue(f"{quoted(given)} is no hour: HH:MM from 00:00 to 23:59, like 21:30")


def read_moment(given: str) -> date | datetime:
    """A day, or an instant with its zone."""
    try:
        if _INSTANT.fullmatch(given):
            return datetime.fromisoformat(given.upper()).astimezone(UTC)
        if _DAY.fullmatch(given):
            return date.fromisoformat(given)
    except (ValueError, OverflowError):
        pass
    raise WrongValue(f"{quoted(given)} is no day and no instant: 2026-11-20, or 2026-11-20T18:30Z")


def moment_text(moment: date | datetime) -> str:
    """What `read_moment` reads."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(UTC).isoformat(timespec="seconds" if moment.second else "minutes").replace("+00:00", "Z")


def read_amount(given: str) -> Decimal:
    """A price."""
    if not _AMOUNT.fullmatch(given):
        raise WrongValue(f"{quoted(given)} is no price: digits, with two decimals at most, like 20 or 12.50")
    return Decimal(given)


def read_km(given: str) -> float:
    """A distance."""
    if not _AMOUNT.fullmatch(given) or not 0 < float(given) <= FARTHEST:
        raise WrongValue(f"{quoted(given)} is no distance in km: more than 0, at most {FARTHEST}, like 3 or 1.5")
    return float(given)


def read_point(given: str) -> tuple[float, float]:
    """A latitude and a longitude."""
    point = _POINT.fullmatch(given)
    if point is None or abs(float(point[1])) > 90 or abs(float(point[2])) > 180:
        raise WrongValue(f"{quoted(given)} is no place: latitude,longitude in degrees, like 47.61,-122.33")
    return float(point[1]), float(point[2])


def point_text(point: tuple[float, float]) -> str:
    """What `read_point` reads."""
    return ",".join(number_text(degrees) for degrees in point)


def number_text(number: float | Decimal) -> str:
    """Digits without an exponent, and without zeros at the end of a fraction."""
    digits = f"{number:.5f}"
    return digits.rstrip("0").rstrip(".")


def read_age(given: str) -> int:
    """Years, or "all"."""
    if given.lower() == "all":
        return ALL_AGES
    if not _WHOLE.fullmatch(given) or int(given) > OLDEST:
        raise WrongValue(f"{quoted(given)} is no age: whole years from 0 to {OLDEST}, or all")
    return int(given)


def age_text(age: int) -> str:
    """What `read_age` reads."""
    return "all" if age == ALL_AGES else str(age)


def read_yes_no(given: str) -> bool:
    """Yes or no."""
    if (answer := _YES_NO.get(given.lower())) is None:
        raise WrongValue(f"{quoted(given)} is neither yes nor no", nearest_of(given, ("yes", "no")))
    return answer


def yes_no_text(answer: bool) -> str:
    """What `read_yes_no` reads."""
    return "yes" if answer else "no"


def read_folded(given: str) -> str:
    """The name of a neighborhood or genre."""
    if not (name := folded_name(given)):
        raise WrongValue(f"{quoted(given)} has no letters")
    return name


def read_words(given: str) -> str:
    """What a search box takes."""
    return " ".join(given.lower().split())


def word_of(words: Collection[str], what: str) -> Callable[[str], str]:
    """A reader of one of a closed list of words: in any case, with " " or "-" for "_"."""

    def read(given: str) -> str:
        word = re.sub("[ -]", "_", given.lower())
        if word not in words:
            nearest = nearest_of(given, words)
            raise WrongValue(f"{quoted(given)} is no {what}" + ("" if nearest else f": {', '.join(words)}"), nearest)
        return word

    return read
