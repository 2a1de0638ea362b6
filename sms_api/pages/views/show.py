"""A show: what is known of it, why, and from where. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sms_api.pages.addresses import night_path
from sms_api.pages.views.history import Moment
from sms_api.pages.views.revisions import known_since, moved_from
from sms_api.pages.views.show_line import BilledAct, Room, bill_of, room_of, says_more
from sms_api.pages.views.wording import (
    STATUSES,
    Hour,
    Link,
    Status,
    age_words,
    day_name,
    hour,
    kind_words,
    readable_address,
    short_day,
)
from sms_catalog.events import CatalogEvent
from sms_catalog.explanations import Explanation, FieldExplanation
from sms_catalog.lineage import MemberRow
from sms_catalog.records import event_record
from sms_catalog.words import evidence_words, price_words, sum_words
from sms_text.urls import safe_url


@dataclass(frozen=True, slots=True)
class Losing:
    """A value that was told and not taken."""

    value: str
    told_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Where a value is from."""

    told_by: str
    """The source's title, or "a person's correction"."""
    link: str | None
    """The page that a person can open."""
    read: str | None
    """The day on which that was read."""
    rule: str
    losing: Sequence[Losing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A row of the table of facts."""

    entry: str
    """Of the event's provenance."""
    name: str
    value: str
    """Empty where nobody tells."""
    note: str | None = None
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOf:
    """A row that the show is made of."""

    source: str
    title: str
    link: str | None
    read: str
    last_seen: str
    unlisted: str | None
    score: str
    """0.00 to 1.00: how surely it is the same show as `with_row`, which is the title of that row's source."""
    evidence: Sequence[str]
    sum: str
    """What the evidence adds up to."""
    with_row: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowView:
    """A show's page."""

    name: str
    day: str
    night: Link
    near: Sequence[str]
    """Price and age, where they are known."""
    status: Status | None
    since: str | None
    """Since when it is known that the show is cancelled, moved and so on."""
    moved_from: str | None
    headliners: Sequence[BilledAct]
    others: Sequence[BilledAct]
    title: str | None
    room: Room | None
    facts: Sequence[Fact]
    description: Sequence[str]
    """Paragraphs."""
    tickets: str | None
    ticket_host: str
    page: str | None
    page_host: str
    rows: Sequence[MadeOf]
    source_count: int
    decisions: int
    history: Sequence[Moment]


def show_view(
    explanation: Explanation,
    titles: Mapping[str, str],
    former_room: str | None,
    today: date,
    history: Sequence[Moment] = (),
) -> ShowView:
    """The page of a show; `titles` are those of the sources by slug, `former_room` that of a moved show."""
    event = explanation.event
    headliners, others = bill_of(event)
    tickets, page = safe_url(event.ticket_url), safe_url(event.event_url)
    return ShowView(
        name=event.title if not headliners else ", ".join(act.name for act in headliners),
        day=day_name(event.event_day, today),
        night=Link(day_name(event.night, today), night_path(event.city, event.night)),
        near=_nearby(event),
        status=STATUSES[event.status],
        since=known_since(explanation, today),
        moved_from=moved_from(explanation, former_room, today),
        headliners=headliners,
        others=others,
        title=event.title if headliners and says_more(event.title, [act["name"] for act in event.artists]) else None,
        room=room_of(event, event.city),
        facts=_facts(explanation, titles, today),
        description=[line for line in (event.description or "").split("\n") if line.strip()],
        tickets=tickets,
        ticket_host=_host(tickets),
        page=page,
        page_host=_host(page),
        rows=[_made_of(row, titles, today) for row in explanation.rows],
        source_count=len(event.source_slugs),
        decisions=len(explanation.decisions),
        history=history,
    )


def _facts(explanation: Explanation, titles: Mapping[str, str], today: date) -> list[Fact]:
    event, record = explanation.event, event_record(explanation.event)
    fields = {field.entry: field for field in explanation.fields}
    rows = {row.key: row for row in explanation.rows}

    def fact(name: str, entry: str, value: str, **further: Any) -> Fact:
        field = fields.get(entry)
        why = None if field is None else _why(field, rows, titles, today)
        return Fact(entry=entry, name=name, value=value, why=why, **further)

    hours = {name: hour(getattr(event, name), event.timezone) for name in ("doors_at", "starts_at", "ends_at")}
    status = STATUSES[event.status]
    told = [
        fact("Doors", "doors_at", _words(hours["doors_at"])),
        fact("Show", "starts_at", _words(hours["starts_at"])),
        *([fact("End", "ends_at", _words(hours["ends_at"]))] if hours["ends_at"] else []),
        fact("Room", "venue", event.venue.name if event.venue else "", note=_where(event)),
        fact("Price", "price", price_words(record)),
        fact("Age", "min_age", age_words(event.min_age)),
        fact("Day", "event_day", day_name(event.event_day, today)),
        *([fact("Last day", "end_day", day_name(event.end_day, today))] if event.end_day else []),
        fact("Status", "status", status.word if status else "as announced"),
    ]
    further = (
        ("Bill", "bill", ", ".join(act["name"] for act in event.artists)),
        ("Title", "title", event.title),
        ("Kind", "kind", kind_words(event.kind)),
        ("Genres", "genres", ", ".join(event.genres)),
        ("Presented by", "presenter", event.presenter or ""),
        ("Tour", "tour", event.tour or ""),
        ("Tickets", "ticket_url", readable_address(event.ticket_url or "")),
        ("Its page", "event_url", readable_address(event.event_url or "")),
    )
    return told + [fact(name, entry, value) for name, entry, value in further if value]


def _words(value: Hour | None) -> str:
    return "" if value is None else value.words


def _why(field: FieldExplanation, rows: Mapping[str, MemberRow], titles: Mapping[str, str], today: date) -> Why:
    row = rows.get(field.origin)
    told_by = _title_of(field.origin, titles) if "/" in field.origin else f"a person's correction ({field.origin})"
    return Why(
        told_by=told_by,
        link=safe_url(row.source_url) if row else None,
        read=short_day(row.fetched_at.date(), today) if row else None,
        rule=field.rule,
        losing=[Losing(other.value, f"{_title_of(other.row, titles)}, {other.role}") for other in field.others],
    )


def _title_of(row_key: str, titles: Mapping[str, str]) -> str:
    slug = row_key.partition("/")[0]
    return titles.get(slug, slug)


def _made_of(row: MemberRow, titles: Mapping[str, str], today: date) -> MadeOf:
    evidence = [evidence_words(part) for part in row.evidence]
    return MadeOf(
        source=titles.get(row.source, row.source),
        title=row.title,
        link=safe_url(row.source_url),
        read=short_day(row.first_seen_at.date(), today),
        last_seen=short_day(row.last_seen_at.date(), today),
        unlisted=short_day(row.unlisted_at.date(), today) if row.unlisted_at else None,
        score=f"{row.score:.2f}",
        evidence=evidence,
        sum=sum_words(row.evidence, row.score),
        with_row=_title_of(row.compared_with, titles) if row.compared_with else None,
    )


def _nearby(event: CatalogEvent) -> list[str]:
    """What a person should know at a glance, in words."""
    words = [price_words(event_record(event)), age_words(event.min_age)]
    return [word for word in words if word]


def _where(event: CatalogEvent) -> str:
    venue = event.venue
    if venue is None:
        return ""
    return ", ".join(part for part in (venue.address, venue.town, venue.region) if part)


def _host(url: str | None) -> str:
    return readable_address(url or "").partition("/")[0]
