"""Names that calendar programs give to zones, beside those of IANA, Windows and a calendar's own VTIMEZONEs.

Outlook shows "(UTC-08:00) Pacific Time (US & Canada)" and numbers a name that it meets twice ("Pacific Standard Time
1"); Lotus, Zimbra and hands write "Pacific Time", "PST" or "GMT-0800".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_DISPLAYED: Mapping[str, str] = {
    "pacific": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "mountain": "America/Denver",
    "mt": "America/Denver",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "arizona": "America/Phoenix",
    "central": "America/Chicago",
    "ct": "America/Chicago",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "eastern": "America/New_York",
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "atlantic (canada)": "America/Halifax",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "coordinated universal": "UTC",
    "utc": "UTC",
    "gmt": "UTC",
    "z": "UTC",
    "dublin, edinburgh, lisbon, london": "Europe/London",
    "brussels, copenhagen, madrid, paris": "Europe/Paris",
    "amsterdam, berlin, bern, rome, stockholm, vienna": "Europe/Berlin",
}
"""Names in small letters, without "time", "standard", "daylight" and "(US & Canada)"."""

_IANA = {name.casefold(): name for name in available_timezones()}
_CITIES = {
    name.rpartition("/")[2].replace("_", " ").casefold(): name
    for name in sorted(available_timezones())
    if name.startswith(("America/", "Europe/", "Asia/", "Africa/", "Australia/", "Pacific/", "Atlantic/"))
}
_WINDOWS = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
_OFFSET = r"(?:UTC|GMT)?\s*(?P<sign>[+-])(?P<hours>\d{1,2})[:.]?(?P<minutes>\d\d)?"
_FIXED = re.compile(rf"\(?\s*{_OFFSET}\s*\)?", re.IGNORECASE)
_BEFORE_THE_NAME = re.compile(rf"\(\s*(?:{_OFFSET}|UTC|GMT)\s*\)\s*(?=\S)", re.IGNORECASE)
_OUTLOOKS_NUMBER = re.compile(r"\s+\d{1,2}$")
_IN_AMERICA = re.compile(r"\s*\(\s*US(?:A)?\s*(?:&|and)\s*Canada\s*\)", re.IGNORECASE)
_BEHIND_THE_NAME = re.compile(r"\s*(?:[,;(]).*$")
_WORDS = re.compile(r"\b(?:standard|daylight|time(?:\s*zone)?)\b", re.IGNORECASE)


def zone_of_name(name: str, place: str) -> str | None:
    """The IANA zone that a program means by `name`; None for a name that says nothing.

    A fixed offset that the zone of the place has in summer or winter means that zone: the program kept one half of the
    year. Of other offsets only whole hours have a zone ("Etc/GMT+3").
    """
    plain = _OUTLOOKS_NUMBER.sub("", name.replace("\\", "").strip().strip("\"'").strip())
    fixed = _FIXED.fullmatch(plain)
    if fixed:
        return _zone_at(fixed, place)
    plain = _BEFORE_THE_NAME.sub("", plain)
    tail = "/".join(plain.split("/")[-2:]).replace(" ", "_")
    for known in (_IANA, _WINDOWS):
        for spelled in (plain, tail, tail.replace("-", "/", 1)):
            if spelled.casefold() in known and not _is_fixed_abbreviation(spelled):
                return known[spelled.casefold()]
    named = _IN_AMERICA.sub("", plain)
    for spelled in (named, _BEHIND_THE_NAME.sub("", named)):
        words = " ".join(_WORDS.sub("", spelled).split()).casefold()
        known_zone = _DISPLAYED.get(words) or _IANA.get(spelled.casefold()) or _CITIES.get(words)
        if known_zone:
            return known_zone
    return None


def offset_of(sign: str, hours: str, minutes: str | None) -> timedelta:
    """An offset from UTC by its printed parts."""
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -size if sign == "-" else size


def is_of_the_place(offset: timedelta, year: int, place: str) -> bool:
    """Does the zone of a place have that offset in one half of the year?"""
    zone = ZoneInfo(place)
    return any(datetime(year, month, 1, 12, tzinfo=zone).utcoffset() == offset for month in (1, 7))


def _zone_at(fixed: re.Match[str], place: str) -> str | None:
    offset = offset_of(fixed["sign"], fixed["hours"], fixed["minutes"])
    if offset and is_of_the_place(offset, 2026, place):
        return place
    hours, rest = divmod(int(offset.total_seconds()), 3600)
    named = f"Etc/GMT{-hours:+d}" if hours else "UTC"
    return named if not rest and named.casefold() in _IANA else None


def _is_fixed_abbreviation(name: str) -> bool:
    """EST, MST and HST are zones of IANA without a summer, which no program means by them."""
    return name.upper() in ("EST", "MST", "HST")
