"""The lines of a VEVENT that tell moments, written as RFC 5545 has them, whoever wrote them.

Met: days with a zone ("DTSTART;TZID=…:20261125"), dashes and colons of ISO 8601, offsets, a colon in a zone's name
without quotes, zones by other names, a UNTIL that is no day where the series has days.
"""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sms_crawlers.calendars.zone_names import offset_of, zone_of_name

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"^(?P<name>DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)(?P<parameters>(?:;.*?)?)"
    r":[ \t]*(?P<value>\d{4}-?\d\d-?\d\d.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_PARAMETER = re.compile(r";([A-Z-]+)=(.*?)(?=;[A-Z-]+=|$)", re.IGNORECASE)
_MOMENT = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?:(?P<utc>Z)|(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?)?)?",
    re.IGNORECASE,
)
_RULE = re.compile(r"^(?P<name>RRULE|EXRULE)(?P<parameters>(?:;[^:\n]*)?):(?P<rule>.*)$", re.MULTILINE | re.IGNORECASE)
_LIST = re.compile(
    r"^(?P<name>EXDATE|RDATE)(?P<parameters>(?:;.*?)?):[ \t]*(?P<values>[\dTZ:+,\s-]*,[\dTZ:+,\s-]*|)$",
    re.MULTILINE | re.IGNORECASE,
)
_UNTIL = re.compile(r"^(?P<rule>(?:RRULE|EXRULE)[:;].*?\bUNTIL=)(?P<until>\d{8}T\d{6}Z?)", re.MULTILINE | re.IGNORECASE)
_EXCEPTED_HOUR = re.compile(
    r"^(?P<name>EXDATE|RECURRENCE-ID)(?:;[^:\n]*)?:(?P<hour>\d{8}T\d{6}Z?)$", re.MULTILINE | re.IGNORECASE
)
_WHOLE_DAYS = re.compile(r"^DTSTART;VALUE=DATE:", re.MULTILINE | re.IGNORECASE)


def with_plain_moments(text: str, zone: str, own_zones: Set[str] = frozenset()) -> str:
    """A VEVENT, unfolded, with its moments in the forms of RFC 5545.

    `zone` (IANA) is that of the place; `own_zones` are the names that the calendar's VTIMEZONEs define. What is in no
    form that is known stays as it stands, for the reader to refuse.
    """
    plain = _RULE.sub(_plain_rule, _LIST.sub(_each_kind, _FOLD.sub("", text)))
    plain = _LINE.sub(lambda line: _plain_line(line, zone, own_zones), plain)
    if not _WHOLE_DAYS.search(plain):
        return plain
    plain = _EXCEPTED_HOUR.sub(lambda line: _excepted_day(line, zone), plain)
    return _UNTIL.sub(lambda rule: _day_of_until(rule, zone), plain)


def _plain_rule(line: re.Match[str]) -> str:
    """A rule without blanks, empty parts and a second "RRULE:", and with its UNTIL as RFC 5545 has it."""
    rule = re.sub(r"^(?:RRULE|EXRULE):", "", "".join(line["rule"].split()), flags=re.IGNORECASE)
    parts = []
    for part in filter(None, rule.split(";")):
        name, _, value = part.partition("=")
        until = _MOMENT.fullmatch(value) if name.upper() == "UNTIL" else None
        parts.append(f"{name}={_plain_moment(until)}" if until else part)
    return f"{line['name'].upper()}{line['parameters']}:{';'.join(parts)}"


def _each_kind(line: re.Match[str]) -> str:
    """A list of moments as one line for its days and one for its hours; without the empty values of a list."""
    values = [value.strip() for value in line["values"].split(",") if value.strip()]
    kinds = ([value for value in values if ("T" in value.upper()) is is_hour] for is_hour in (False, True))
    lines = [f"{line['name']}{line['parameters']}:{','.join(kind)}" for kind in kinds if kind]
    return "\n".join(lines) or "X-EMPTY:"


def _excepted_day(line: re.Match[str], zone: str) -> str:
    """The day that an hour among the exceptions of whole days means: of UTC at its midnight, else that in `zone`."""
    moment = datetime.fromisoformat(line["hour"][:15])
    if line["hour"].upper().endswith("Z") and moment.time() != time.min:
        moment = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return f"{line['name']};VALUE=DATE:{moment:%Y%m%d}"


def _plain_line(line: re.Match[str], zone: str, own_zones: Set[str]) -> str:
    told = [_MOMENT.fullmatch(part.strip()) for part in line["value"].split(",")]
    moments = [moment for moment in told if moment]
    if len(moments) < len(told) or len({moment["hour"] is None for moment in moments}) > 1:
        return line.group()
    parameters = {name.upper(): value.strip().strip('"') for name, value in _PARAMETER.findall(line["parameters"])}
    parameters.pop("VALUE", None)
    named = parameters.pop("TZID", None)
    if moments[0]["hour"] is None:
        parameters["VALUE"] = "DATE"
    elif named and not any(moment["utc"] or moment["sign"] for moment in moments):
        parameters["TZID"] = named if named in own_zones else zone_of_name(named, zone) or named
    stated = "".join(f";{name}={_quoted(value)}" for name, value in parameters.items())
    return f"{line['name'].upper()}{stated}:{','.join(map(_plain_moment, moments))}"


def _plain_moment(moment: re.Match[str]) -> str:
    day = f"{moment['year']}{moment['month']}{moment['day']}"
    if moment["hour"] is None:
        return day
    clock = f"{moment['hour']}{moment['minute']}{moment['second'] or '00'}"
    if moment["sign"]:
        try:
            local = datetime.fromisoformat(f"{day}T{clock}")
            offset = offset_of(moment["sign"], moment["hours"], moment["minutes"])
            return f"{local - offset:%Y%m%dT%H%M%S}Z"
        except (ValueError, OverflowError):
            return moment.group()
    return f"{day}T{clock}{'Z' if moment['utc'] else ''}"


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[:;,]", value) else value


def _day_of_until(rule: re.Match[str], zone: str) -> str:
    """The last day of a series of whole days. Midnight in UTC is a day without an hour, another hour is of a clock."""
    try:
        until = datetime.fromisoformat(rule["until"][:15])
        if rule["until"].upper().endswith("Z") and until.time() not in (time.min, time(23, 59, 59)):
            until = until.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    except (ValueError, OverflowError):
        return rule.group()
    return f"{rule['rule']}{date(until.year, until.month, until.day):%Y%m%d}"
