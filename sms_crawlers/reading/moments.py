"""Local moments as APIs write them: "2026-11-21T20:00:00", or the bare day where no hour is known."""

from __future__ import annotations

from datetime import date, timedelta

from sms_crawlers.reading import UnreadableField, clock_face, find_clock, time_between

Moment = tuple[str | None, str | None]
"""ISO day and hour; None for what is not told."""


def read_moment(stated: str | None) -> Moment:
    """Day and hour of a local moment, whatever offset stands behind it. Midnight stands for an unknown hour.

    Raises UnreadableField("event_day", …) for what begins with no day.
    """
    try:
        day = date.fromisoformat((stated or "")[:10]).isoformat()
    except ValueError as problem:
        raise UnreadableField("event_day", f"{stated!r:.80} is no day") from problem
    hour = find_clock((stated or "")[10:])
    return day, None if hour == "00:00" else hour


def find_moment(stated: str | None) -> Moment:
    """As `read_moment`, for a moment that an event can stand without; the payload keeps what was told."""
    try:
        return read_moment(stated)
    except UnreadableField:
        return None, None


def end_fields(start: Moment, end: Moment) -> dict[str, str | None]:
    """The fields of an event's end. One on the next morning is the same night's; one before the start is none."""
    (day, hour), (end_day, end_hour) = start, end
    if day is None or end_day is None:
        return {}
    begins, ends = date.fromisoformat(day), date.fromisoformat(end_day)
    if time_between(begins, hour or "00:00", ends, end_hour or "00:00") < timedelta(0):
        return {}
    is_overnight = ends - begins == timedelta(days=1)
    same_night = ends == begins or (is_overnight and hour and end_hour and clock_face(end_hour) < clock_face(hour))
    return {"end_time": None if end == start else end_hour, "end_day": None if same_night else end_day}
