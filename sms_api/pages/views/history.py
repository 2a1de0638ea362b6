"""What has become of a show, in a short line a day. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sms_api.pages.views.wording import short_day
from sms_catalog.change_words import change_news, states_along
from sms_catalog.changes import Change
from sms_catalog.states import State


@dataclass(frozen=True, slots=True)
class Moment:
    """What became known on a day."""

    day: str
    news: str


def history_of(
    changes: Sequence[Change],
    current: State | None,
    venue_names: Mapping[str, str],
    first_seen: datetime,
    timezone: str | None,
    today: date,
) -> list[Moment]:
    """When a show was first listed and all that became of it, the first thing first; `changes` are in order."""
    zone = ZoneInfo(timezone or "UTC")
    moments = [(first_seen.astimezone(zone).date(), "first listed")]
    for change, state in reversed(list(states_along(changes, current))):
        news = [part for part in change_news(change, state, venue_names) if part != "announced"]
        if news:
            moments.append((change.at.astimezone(zone).date(), "; ".join(news)))
    return [Moment(short_day(day, today), news) for day, news in moments]
