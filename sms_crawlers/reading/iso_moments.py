"""Moments in ISO form, however badly their offset is written: "-8:00", "-7", "UTC-8", "[America/Los_Angeles]"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from sms_crawlers.calendars.zone_names import is_of_the_place, offset_of, zone_of_name

_FORM = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d|\d{8}|\d{4}/\d\d/\d\d)[T ]\s*"
    r"(?P<hour>\d{1,2}):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?\s*"
    r"(?:(?P<utc>Z|(?:UTC|GMT)(?![+\-−\s]*\d))"
    r"|(?:UTC|GMT)?\s*(?P<sign>[+\-−])\s*(?P<hours>\d{1,2}?):?(?P<minutes>\d\d)?)?"
    r"\s*(?:\[(?P<zone>[\w/+-]+)\]|(?P<name>[A-Z][A-Za-z_]+(?:/[A-Za-z_/]+)?))?",
)
_UTMOST = timedelta(hours=14)


def _dashed(day: str) -> str:
    digits = re.sub(r"\D", "", day)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def read_iso(text: str, zone: str) -> datetime | None:
    """A moment with its offset, or without one where it is local; None for a text in another form.

    `zone` (IANA) is that of the place. An offset that this zone has in the other half of the year is that of a template
    that knows no summer: the digits are local then.
    """
    found = _FORM.fullmatch(text.strip())
    try:
        clock = f"{int(found['hour']):02}:{found['minute']}:{found['second'] or '00'}" if found else ""
        local = datetime.fromisoformat(f"{_dashed(found['day'])}T{clock}") if found else None
    except ValueError:
        return None
    if found is None or local is None:
        return None
    if found["sign"]:
        offset = offset_of("+" if found["sign"] == "+" else "-", found["hours"], found["minutes"])
        if abs(offset) > _UTMOST:
            return None
        its_own = {local.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)}
        if offset and offset not in its_own and is_of_the_place(offset, local.year, zone):
            return local
        return local.replace(tzinfo=timezone(offset))
    if found["utc"]:
        return local.replace(tzinfo=UTC)
    if named := found["zone"] or found["name"]:
        known = zone_of_name(named, zone)
        return local.replace(tzinfo=ZoneInfo(known)) if known else None
    return local
