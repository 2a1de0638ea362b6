"""How sources print the shows of the made-up world, and what goes wrong when they do.

Seven kinds of sources, each with the habits of its kind: a room's own site (title, price, sometimes only doors), a
ticket seller (performers apart, full address, a VIP copy now and then), a city's weekly (no hour, some typing errors),
a city's daily listing (no address), a gig tracker (performers and coordinates), a tracker with a row for each act, and
whoever comes late in a later crawl. Noise, each in a few rows of a hundred: doors printed as start, an hour in UTC with
and without saying so, nights after midnight under either date, missing hours, titles cut off, mojibake, entities,
capitals, a letter missing, "presents", ages, status words; rooms under former names, with and without "The", with the
city appended, at 0/0 or the middle of the city.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bench.worlds.names import act_name
from bench.worlds.shows import Listing, Room, Show

Row = dict[str, Any]
Draw = Callable[[], float]

_FETCHED = datetime(2026, 11, 20, 17, tzinfo=UTC)
_FIRST_CRAWL = _FETCHED.isoformat()
_DAY = timedelta(days=1)


class _Habit(NamedTuple):
    """What a kind of source does: `share` of the shows it lists, how it joins a bill, what else it prints."""

    kind: str
    share: float
    joins: tuple[str, ...]
    lists_acts: bool = False
    prints_price: bool = False
    hours: float = 0.95
    """Share of rows with an hour."""


_SITE = _Habit("site", 1.0, (", ", " + ", " w/ ", " / ", " with "), prints_price=True)
_SELLER = _Habit("seller", 0.8, (" with ", " + "), lists_acts=True, prints_price=True, hours=1.0)
_WEEKLY = _Habit("weekly", 0.6, (", ",), hours=0.6)
_DAILY = _Habit("daily", 0.5, (" / ", " & "), prints_price=True)
_TRACKER = _Habit("tracker", 0.55, (" with ",), lists_acts=True)
_TOURS = _Habit("tours", 0.2, (" ",), lists_acts=True)
_HABITS = (_SITE, _SELLER, _WEEKLY, _DAILY, _TRACKER, _TOURS)


def of_show(show: Show, chance: random.Random) -> Iterator[Listing]:
    """Every row that a first crawl of all sources finds of a show.

    All that plays in a room is on the room's own site, or, where it has none, with its seller.
    """
    draw = chance.random
    fate = draw()
    status = "Cancelled" if fate < 0.03 else "Sold Out" if fate < 0.09 else None
    has_site = show.room.number % 4 != 0
    for number, habit in enumerate(_HABITS):
        is_always = habit is (_SITE if has_site else _SELLER)
        if not is_always and (habit is _SITE or draw() >= habit.share):
            continue
        source = _source(habit.kind, show.room)
        if habit is not _TOURS:
            yield _listing(source, f"{source}-{show.id}", number, habit, show, show.acts, status, draw)
            if habit is _SELLER and draw() < 0.04:
                copy = _listing(source, f"{source}-{show.id}-vip", number, habit, show, show.acts, status, draw)
                copy.row["title"] = f"VIP Package: {copy.row['title']}"
                yield copy
            continue
        for act in show.acts:
            yield _listing(source, f"{source}-{show.id}-{act}", number, habit, show, (act,), None, draw)


def _source(kind: str, room: Room) -> str:
    if kind == "site":
        return f"site-{room.id}"
    if kind == "seller":
        return ("boxwell", "gatepass", "stublane")[room.number % 3]
    return kind if kind in ("tracker", "tours") else f"{room.city.slug}-{kind}"


def _listing(
    source: str, id: str, number: int, habit: _Habit, show: Show, acts: Sequence[int], status: str | None, draw: Draw
) -> Listing:
    names = [act_name(act) for act in acts]
    row: Row = {
        "source": source,
        "source_event_id": id,
        "source_url": f"https://{source}.example/events/{id}",
        "fetched_at": _FIRST_CRAWL,
    }
    row |= _place(number, habit.kind, show.room)
    _set_clock(row, habit, show, draw)
    form = (number + show.room.number) % 3 if show.headline else 2
    if form == 0:
        title = show.headline or ""
    else:
        title = joined(names, habit.joins[show.room.number % len(habit.joins)])
        title = f"{show.headline}: {title}" if form == 1 else title
    printed = acts if form or habit.lists_acts else ()
    if show.note and draw() < 0.7:
        title += f" ({show.note.title()} Show)" if number % 2 else f" - {show.note.upper()} SHOW"
    if status:
        if draw() < 0.5:
            row["status_text"] = status
        else:
            title = f"{status.upper()}: {title}" if draw() < 0.5 else f"{title} - {status}"
    row["title"] = _with_noise(title, show, draw)
    if habit.lists_acts:
        row["artists"] = [{"name": name} for name in names]
    if habit.prints_price and draw() < 0.8:
        row["price_text"] = f"${show.price}" if show.price else "Free"
        row["age_text"] = ("21+", "All Ages", "18+", "21 and over")[show.room.number % 4]
    if draw() < 0.3:
        row["description"] = f"{names[0]} play {show.room.name}. An evening of songs old and new. " * 2
    return Listing(row, show.id, show.room.id, tuple(printed))


def joined(names: Sequence[str], join: str) -> str:
    """A bill as one text; "with" and "w/" stand once, after the first act."""
    if join in (" with ", " w/ ") and len(names) > 1:
        rest = ", ".join(names[1:-1])
        last = f"{rest} and {names[-1]}" if rest else names[-1]
        return f"{names[0]}{join}{last}"
    return join.join(names)


def _with_noise(title: str, show: Show, draw: Draw) -> str:
    extra = draw()
    if extra < 0.12:
        ages, at = ("[21+]", "(All Ages)")[show.room.number % 2], show.night
        title = (
            f"{title} {ages}",
            f"North Shore presents {title}",
            f"{title} at {show.room.name}",
            f"{title} ({at:%B} {at.day})",
            f"{title} - live in {show.room.city.name}",
            f"An Evening with {title}",
        )[int(extra * 50)]
    noise = draw()
    if noise > 0.12:
        return title
    if noise < 0.025:
        return title if len(title) < 36 else f"{title[:33].rstrip()}…"
    if noise < 0.05:
        cut = len(title) // 3 + 1
        return title[:cut] + title[cut + 1 :] if len(title) > 9 else title
    if noise < 0.07:
        return title if title.isascii() else title.encode().decode("cp1252", "replace")
    return title.replace("&", "&amp;") if noise < 0.09 else title.upper()


def _set_clock(row: Row, habit: _Habit, show: Show, draw: Draw) -> None:
    """Day, hour, doors and zone, as the source has them."""
    zone, fate = show.room.city.timezone, draw()
    row["timezone"] = zone
    days, minutes = divmod(show.start, 1440)
    day = show.night + _DAY * (days if habit is not _WEEKLY else 0)
    row["event_day"] = day.isoformat()
    if draw() > habit.hours:
        row["event_day"] = show.night.isoformat()
        return
    if (habit is _SELLER or habit is _DAILY) and fate < 0.04:
        there = datetime.combine(show.night + _DAY * days, time(minutes // 60, minutes % 60), ZoneInfo(zone))
        utc = there.astimezone(ZoneInfo("UTC"))
        row["event_day"], row["start_time"] = utc.date().isoformat(), f"{utc:%H:%M}"
        row["timezone"] = "UTC" if habit is _SELLER else zone
        return
    doors = show.start - 60
    if habit is _SITE and fate < 0.12 and doors < 1440:
        row["event_day"], row["start_time"] = show.night.isoformat(), _hour(doors)
        return
    row["start_time"] = _hour(minutes)
    if habit.prints_price and fate > 0.6 and days == 0:
        row["doors_time"] = _hour(doors)


def _hour(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


@lru_cache(maxsize=1 << 18)
def _place(number: int, kind: str, room: Room) -> Row:
    """How a source always prints a room."""
    city, variant = room.city, (room.number * 7 + number * 3) % 12
    name = room.former if room.former and kind in ("weekly", "daily") else room.name
    name = {
        0: name.removeprefix("The "),
        1: name.replace("Theatre", "Theater").replace(" & ", " and "),
        2: f"{name} - {city.name}",
        3: f"{name} ({city.name})",
        4: name.replace("'", "’"),
        5: name.upper() if kind == "site" else name,
    }.get(variant, name)
    row: Row = {"venue_name": name}
    if kind != "tours" or variant != 6:
        row |= {"venue_city": city.name, "venue_region": city.region}
    if kind in ("seller", "weekly", "site") and variant != 7:
        short = room.street.replace(" Street", " St").replace(" Avenue", " Ave").replace(" Boulevard", " Blvd")
        row["venue_address"] = f"{short}, {city.name}" if variant == 8 else short if variant % 2 else room.street
    if kind in ("seller", "tracker", "tours"):
        digits = 5 if kind == "seller" else 3
        at = (room.latitude, room.longitude)
        if variant == 9:
            at = (0.0, 0.0) if kind == "tours" else (city.latitude, city.longitude)
        row["latitude"], row["longitude"] = round(at[0], digits), round(at[1], digits)
    return row


def later(found: Iterable[Listing], chance: random.Random) -> Iterator[Listing]:
    """One of the listings in a later crawl: another price, status or hour, and the same truth."""
    printed = list(found)
    n = int(chance.random() * len(printed) * 14)
    listing = printed[n // 14]
    yield listing._replace(row=changed(listing.row, n % 14, 1, chance))


def changed(row: Row, n: int, crawl: int, chance: random.Random) -> Row:
    """A row in a later crawl; `n` % 20 says what is new of it: see `World.changes`."""
    row = row | {"fetched_at": (_FETCHED + _DAY * 7 * crawl).isoformat()}
    match n % 20:
        case 0 | 1 | 2 | 3 | 4 | 5 | 6:
            row["price_text"] = f"${20 + crawl * 5 + int(chance.random() * 5)} adv / ${30 + crawl * 5} door"
        case 7 | 8 | 9 | 10:
            row["status_text"] = ("Sold Out", "Cancelled", "Low tickets", "On sale")[(n + crawl) % 4]
        case 11 | 12 | 13:
            row["start_time"] = _hour(1140 + (crawl * 15 + int(chance.random() * 8) * 15) % 240)
        case 14 | 15:
            row["title"] = f"{row['title']} with {act_name(int(chance.random() * 90) + crawl)}"
        case 16:
            day = date.fromisoformat(row["event_day"]) + _DAY * (1 + crawl % 5)
            row["event_day"] = day.isoformat()
        case _:
            row["source"] = "latecomer"
            row["source_event_id"] = f"latecomer-{crawl}-{row['source_event_id']}"
    return row
