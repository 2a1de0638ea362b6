"""How each field of the schema is answered. A field that is not named here is a member of its thing, in snake case."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol

from sms_api.graphql.names import snake_case
from sms_api.graphql.reading import Reading
from sms_api.graphql.schema import CONNECTED
from sms_api.graphql.selections import Branch, First, NodeReferences, Pages, Part, Parts, Reference, Selection
from sms_api.graphql.things import ARTIST, BUILD, CITY, CRAWL, EVENT, KINDS, SOURCE, VENUE, Kind, Thing, kind_of
from sms_catalog.artists import artists_page
from sms_catalog.audit_records import number_of, numbered_page, records_of_runs
from sms_catalog.changes import changes_since
from sms_catalog.event_rows import event_rows, event_rows_of
from sms_catalog.keyset import Page
from sms_catalog.query import Query
from sms_catalog.query_scopes import scopes_of
from sms_catalog.records import utc
from sms_catalog.runs import runs_page
from sms_catalog.sources import sources_page
from sms_catalog.venues import cities_page, venues_page
from sms_database.scopes import EVERYTHING
from sms_text.local_hours import hour_words
from sms_text.urls import safe_url

MOST_ITEMS = 200
"""Items of a page, and ids of one field."""

USUAL_PARTS = 4
"""Acts of a bill, listings of an event, links of an artist: what they count for before they are read."""


class Asked(Protocol):
    """A field as an operation asks for it; `sms_api.graphql.plans.AskedField`."""

    arguments: Mapping[str, Any]

    def selection(self, type_name: str, times: int = 1) -> Selection: ...

    @property
    def first(self) -> int: ...

    @property
    def query(self) -> Query: ...


Rule = Callable[[Any], tuple[Branch, Collection[str]]]
"""From an `Asked` to its branch, and the members of the thing that it needs."""

Leaf = tuple[Callable[[Any], Any], Collection[str]]
"""Reads a value of a thing, and the members that it needs."""


def leaf_of(type_name: str, name: str) -> Leaf:
    """How a field is answered that is no thing itself."""
    return _LEAVES.get(f"{type_name}.{name}") or _member(snake_case(name))


def _member(name: str) -> Leaf:
    return itemgetter(name), (name,)


def _hour(column: str) -> Leaf:
    def read(event: Thing) -> str | None:
        instant, zone = event[column], event["timezone"]
        return None if instant is None or zone is None else hour_words(instant, zone)

    return read, (column, "timezone")


def _instant(name: str) -> Leaf:
    return lambda thing: utc(thing[name]), (name,)


def _run_id(run: Thing) -> str:
    return (CRAWL if run["kind"] == "crawl" else BUILD).global_id(run)


_LEAVES: Mapping[str, Leaf] = {
    **{f"{kind.type_name}.id": (kind.global_id, (kind.key,)) for kind in KINDS.values()},
    "Run.id": (_run_id, ("id", "kind")),
    "Event.startTime": _hour("starts_at"),
    "Event.doorsTime": _hour("doors_at"),
    "Event.endTime": _hour("ends_at"),
    "Event.startsAt": _instant("starts_at"),
    "Listing.sourceUrl": (lambda row: safe_url(row["source_url"]), ()),
    "Venue.city": _member("town"),
    "Source.lastCrawlAt": _instant("last_crawl_at"),
    "Source.lastOkAt": _instant("last_ok_at"),
    "Run.startedAt": _instant("started_at"),
    "Run.finishedAt": _instant("finished_at"),
    "Record.recordedAt": _instant("recorded_at"),
    "Change.at": _instant("at"),
    "PageInfo.hasNextPage": (lambda page: page.next_cursor is not None, ()),
    "PageInfo.hasPreviousPage": (lambda _: False, ()),
    "PageInfo.startCursor": (lambda page: page.cursor_of(0) if page.items else None, ()),
    "PageInfo.endCursor": (lambda page: page.cursor_of(len(page.items) - 1) if page.items else None, ()),
    **{f"{name}Edge.cursor": (lambda edge: edge[0].cursor_of(edge[1]), ()) for name in CONNECTED},
}


def _reference(kind: Kind, member: str, form: Callable[[Any], Any] = str) -> Rule:
    def key_of(thing: Thing) -> Any:
        return None if (key := thing[member]) is None else form(key)

    return lambda asked: (Reference(kind, key_of, asked.selection(kind.type_name)), (member,))


def _parts(member: str, type_name: str) -> Rule:
    return lambda asked: (
        Parts(lambda thing: thing[member] or (), asked.selection(type_name, USUAL_PARTS)),
        (member,),
    )


def _node(member: str) -> Rule:
    """The thing that a record or change names by its entity and id."""
    kinds = {kind.name: kind for kind in (EVENT, VENUE, ARTIST)}

    def names_of(thing: Thing) -> list[tuple[Kind, Any] | None]:
        kind, key = kinds.get(thing["entity"]), thing[member]
        return [None if kind is None or key is None else (kind, str(key))]

    def rule(asked: Any) -> tuple[Branch, Collection[str]]:
        return First(NodeReferences(names_of, _of_each_type(asked, kinds.values(), 1))), ("entity", member)

    return rule


def _of_each_type(asked: Any, kinds: Iterable[Kind], times: int) -> dict[str, Selection]:
    return {name: asked.selection(name, times) for name in dict.fromkeys(kind.type_name for kind in kinds)}


def _asked_node(asked: Any) -> tuple[Branch, Collection[str]]:
    return First(_nodes(asked, [asked.arguments["id"]])), ()


def _asked_nodes(asked: Any) -> tuple[Branch, Collection[str]]:
    ids = asked.arguments["ids"]
    if len(ids) > MOST_ITEMS:
        raise asked.wrong("ids", f"are {len(ids)}; {MOST_ITEMS} are the most")
    return _nodes(asked, ids), ()


def _nodes(asked: Any, ids: Sequence[str]) -> NodeReferences:
    names = [kind_of(global_id) for global_id in ids]
    kinds = [name[0] for name in names if name is not None]
    return NodeReferences(lambda _: names, _of_each_type(asked, kinds, len(ids)))


def _events(asked: Any) -> tuple[Branch, Collection[str]]:
    query, first, after = asked.query, asked.first, asked.arguments.get("after")
    selection = asked.selection("EventConnection", first)

    def pages_of(reading: Reading, _: Sequence[Any]) -> list[Page[Any]]:
        columns = sorted(selection.members)
        return [event_rows(reading.connection, reading.resolved(query), columns, limit=first, cursor=after)]

    return Pages(pages_of, selection), ()


def _events_of(kind: Kind) -> Rule:
    def rule(asked: Any) -> tuple[Branch, Collection[str]]:
        query, first, after = asked.query, asked.first, asked.arguments.get("after")
        selection = asked.selection("EventConnection", first)

        def pages_of(reading: Reading, things: Sequence[Any]) -> list[Page[Any]]:
            keys = [str(thing[kind.key]) for thing in things]
            pages = event_rows_of(
                reading.connection,
                kind.name,
                sorted(set(keys)),
                reading.resolved(query),
                sorted(selection.members),
                limit=first,
                cursor=after,
            )
            return [pages[key] for key in keys]

        return Pages(pages_of, selection), (kind.key,)

    return rule


def _records(asked: Any) -> tuple[Branch, Collection[str]]:
    first, after = asked.first, asked.arguments.get("after")
    selection = asked.selection("RecordConnection", first)

    def pages_of(reading: Reading, runs: Sequence[Any]) -> list[Page[Any]]:
        builds = sorted({run["id"] for run in runs if run["kind"] == "carpenter"})
        pages = records_of_runs(reading.connection, builds, limit=first, cursor=after)
        none: Page[Any] = numbered_page([], "id", first)
        return [pages[run["id"]] if run["kind"] == "carpenter" else none for run in runs]

    return Pages(pages_of, selection), ("id", "kind")


def _changes(asked: Any) -> tuple[Branch, Collection[str]]:
    query, first, after = asked.query, asked.first, asked.arguments.get("after")
    selection = asked.selection("ChangeConnection", first)

    def pages_of(reading: Reading, _: Sequence[Any]) -> list[Page[Any]]:
        scopes: list[str] | None = scopes_of(reading.resolved(query))
        if scopes == [EVERYTHING]:
            scopes = None
        changes = changes_since(reading.connection, number_of(after), scopes=scopes, limit=first + 1)
        return [numbered_page([_members(change) for change in changes], "seq", first)]

    return Pages(pages_of, selection), ()


def _list(type_name: str, read: Callable[..., Page[Any]], *filters: str) -> Rule:
    """A list of the catalog that takes these arguments, beside those of every list."""

    def rule(asked: Any) -> tuple[Branch, Collection[str]]:
        first, after = asked.first, asked.arguments.get("after")
        chosen = {name: asked.arguments.get(name) for name in filters}

        def pages_of(reading: Reading, _: Sequence[Any]) -> list[Page[Any]]:
            return [read(reading.connection, **chosen, limit=first, cursor=after)]

        return Pages(pages_of, asked.selection(f"{type_name}Connection", first)), ()

    return rule


def _runs_page(connection: Any, **asked: Any) -> Page[Any]:
    page = runs_page(connection, **asked)
    return Page(list(map(_members, page.items)), page.next_cursor, page.cursor_of)


def _members(value: Any) -> Thing:
    return {name: getattr(value, name) for name in value.__slots__}


def _same(asked: Any, type_name: str, branch: Callable[[Any, Selection], Branch], part: Callable[[Any], Any]) -> Any:
    selection = asked.selection(type_name)
    return branch(part, selection), selection.members


def _of_connection(name: str) -> dict[str, Rule]:
    """The fields of a connection: its things are pages, those of an edge a page and an index."""
    return {
        f"{name}Connection.nodes": lambda asked: _same(asked, name, Parts, lambda page: page.items),
        f"{name}Connection.edges": lambda asked: _same(
            asked, f"{name}Edge", Parts, lambda page: [(page, index) for index in range(len(page.items))]
        ),
        f"{name}Edge.node": lambda asked: _same(asked, name, Part, lambda edge: edge[0].items[edge[1]]),
        f"{name}Connection.pageInfo": lambda asked: (Part(lambda page: page, asked.selection("PageInfo")), ()),
    }


BRANCHES: Mapping[str, Rule] = {
    "Query.node": _asked_node,
    "Query.nodes": _asked_nodes,
    "Query.events": _events,
    "Query.venues": _list("Venue", venues_page, "city"),
    "Query.artists": _list("Artist", artists_page, "city"),
    "Query.cities": _list("City", cities_page),
    "Query.sources": _list("Source", sources_page, "city"),
    "Query.runs": _list("Run", _runs_page, "kind", "name"),
    "Query.changes": _changes,
    "Event.city": _reference(CITY, "city"),
    "Event.venue": _reference(VENUE, "venue_id"),
    "Event.artists": _parts("artists", "BilledArtist"),
    "Event.sources": _parts("sources", "Listing"),
    "BilledArtist.artist": _reference(ARTIST, "id"),
    "Listing.source": _reference(SOURCE, "source"),
    "Venue.scene": _reference(CITY, "scene"),
    "Venue.parent": _reference(VENUE, "parent_id"),
    "Venue.events": _events_of(VENUE),
    "Artist.links": _parts("links", "ArtistLink"),
    "Artist.events": _events_of(ARTIST),
    "City.events": _events_of(CITY),
    "Source.city": _reference(CITY, "city"),
    "Run.source": lambda asked: (
        Reference(SOURCE, lambda run: run["name"] if run["kind"] == "crawl" else None, asked.selection("Source")),
        ("kind", "name"),
    ),
    "Run.records": _records,
    "Record.run": _reference(BUILD, "carpenter_run_id", int),
    "Record.subject": _node("entity_id"),
    "Change.subject": _node("entity_id"),
    "Change.into": _node("into_id"),
    "Change.city": _reference(CITY, "city"),
    **{field: rule for name in CONNECTED for field, rule in _of_connection(name).items()},
}
"""The fields whose values are things again."""
