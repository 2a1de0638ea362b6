"""A change as people read it: "announced", "moved from Fri 20 Nov to Sat 21 Nov", "sold out". Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sms_catalog.changes import Change
from sms_catalog.states import State
from sms_catalog.words import age_words, price_words
from sms_text.local_hours import hour_words

_BECAME: Mapping[str, str] = {
    "cancelled": "cancelled",
    "postponed": "postponed",
    "rescheduled": "rescheduled",
    "sold_out": "sold out",
    "unlisted": "no longer listed",
}

_IS_NO_LONGER: Mapping[str, str] = {
    "cancelled": "no longer cancelled",
    "postponed": "no longer postponed",
    "rescheduled": "as scheduled",
    "sold_out": "no longer sold out",
    "unlisted": "listed again",
}

_OF_KIND: Mapping[str, str] = {
    "created": "announced",
    "removed": "taken off the calendar",
    "merged": "found to be the same show as another",
    "split": "found to be a show of its own",
    "rebuilt": "the calendar was rebuilt",
}

_PRICE = ("price_min", "price_max", "currency", "is_free")

NO_NAMES: Mapping[str, str] = {}

_Words = Callable[[State, State], Iterator[str]]


def change_words(change: Change, state: State | None = None, venue_names: Mapping[str, str] = NO_NAMES) -> str:
    """A change in one line: all that a reader would call news, parted by "; ", or "details" where nothing is.

    Args:
        change: A change of an event, a venue, an artist or the whole catalog.
        state: The whole state that it left (`states_along`). Without it no hour or price is named unless the change
            itself has all that it takes: it keeps only the fields that differ.
        venue_names: Names of venues by id, to name the rooms between which a show has moved.
    """
    return "; ".join(change_news(change, state, venue_names)) or "details"


def change_news(change: Change, state: State | None = None, venue_names: Mapping[str, str] = NO_NAMES) -> list[str]:
    """The parts of `change_words`; none where only links, pictures, texts or sources differ."""
    if change.kind != "updated":
        begins_as = (change.after or {}).get("status", "scheduled") if change.entity == "event" else "scheduled"
        return [_OF_KIND[change.kind], *([_BECAME[begins_as]] if begins_as in _BECAME else [])]
    changed = change.after or {}
    after = {**(state or {}), **changed}
    before = {**after, **(change.before or {})}
    if change.entity != "event":
        return [_renamed("name", before, after)] if "name" in changed else []
    news: list[str] = []
    for names, words in _WORDS:
        if any(name in changed for name in names):
            news += words(before, after)
    return news + list(_venue(before, after, venue_names) if "venue_id" in changed else ())


def states_along(changes: Sequence[Change], current: State | None) -> Iterator[tuple[Change, State | None]]:
    """The changes of one entity, which are given in order, from the last one back, each with the state that it left.

    `current` is what the last one has left; a state is None where the entity was gone, or is not known any more.
    """
    state = current
    for change in reversed(changes):
        yield change, state
        if change.kind != "updated":
            state = change.before
        elif state is not None:
            state = {**state, **(change.before or {})}


def _status(before: State, after: State) -> Iterator[str]:
    was, now = before["status"], after["status"]
    if now in _BECAME:
        yield _BECAME[now]
    elif was in _IS_NO_LONGER:
        yield _IS_NO_LONGER[was]


def _days(before: State, after: State) -> Iterator[str]:
    if before.get("event_day") != after.get("event_day"):
        was, now = date.fromisoformat(before["event_day"]), date.fromisoformat(after["event_day"])
        with_year = was.year != now.year
        yield f"moved from {_day(was, with_year)} to {_day(now, with_year)}"
    elif before.get("end_day") != after.get("end_day"):
        ends = after["end_day"]
        yield f"now until {_day(date.fromisoformat(ends), with_year=False)}" if ends else "now on one day"


def _hours(before: State, after: State) -> Iterator[str]:
    for name, called in (("starts_at", "show"), ("doors_at", "doors"), ("ends_at", "end")):
        was, now = _hour(before, name), _hour(after, name)
        if was == now:
            continue
        if was is None:
            yield f"{called} at {now}"
        elif now is None:
            yield f"hour of the {called} not known any more (was {was})"
        else:
            yield f"{'now' if called == 'show' else called} {now} (was {was})"


def _hour(state: State, name: str) -> str | None:
    instant, zone = state.get(name), state.get("timezone")
    return hour_words(datetime.fromisoformat(instant), zone) if instant and zone else None


def _price(before: State, after: State) -> Iterator[str]:
    if not all(name in after for name in _PRICE):
        yield "new price"
        return
    was, now = price_words(before), price_words(after)
    if was != now:
        yield f"price {now or 'not known any more'}{f' (was {was})' if was else ''}"


def _bill(before: State, after: State) -> Iterator[str]:
    was, now = _names(before), _names(after)
    joined = [name for act, name in now.items() if act not in was]
    left = [name for act, name in was.items() if act not in now]
    parts = [f"{word} {', '.join(names)}" for word, names in (("with", joined), ("without", left)) if names]
    if parts:
        yield f"line-up {' and '.join(parts)}"
    elif list(was) != list(now):
        yield "line-up in another order"


def _names(state: State) -> dict[str, str]:
    return {act["id"]: act["name"] for act in state["artists"]}


def _title(before: State, after: State) -> Iterator[str]:
    yield _renamed("title", before, after)


def _age(before: State, after: State) -> Iterator[str]:
    was, now = (_ages(state["min_age"]) for state in (before, after))
    yield f"{now} (was {was})" if was and now else now or f"age not known any more (was {was})"


def _ages(min_age: int | None) -> str:
    return "all ages" if min_age == 0 else age_words(min_age)


def _venue(before: State, after: State, venue_names: Mapping[str, str]) -> Iterator[str]:
    was, now = (venue_names.get(str(state["venue_id"]), "") for state in (before, after))
    if now:
        yield f"moved from {was} to {now}" if was else f"now at {now}"
    else:
        yield f"no longer at {was}" if was else "at another venue"


def _renamed(name: str, before: State, after: State) -> str:
    return f"now called “{after[name]}” (was “{before[name]}”)"


def _day(day: date, with_year: bool) -> str:
    return f"{day:%a} {day.day} {day:%b}{f' {day.year}' if with_year else ''}"


_WORDS: Sequence[tuple[tuple[str, ...], _Words]] = (
    (("status",), _status),
    (("event_day", "end_day"), _days),
    (("starts_at", "doors_at", "ends_at", "timezone"), _hours),
    (("title",), _title),
    (("artists",), _bill),
    (_PRICE, _price),
    (("min_age",), _age),
)
"""In the order in which they are told, the most urgent first."""
