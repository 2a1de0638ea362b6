"""Search of /v1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.rest.events import QUERY_PARAMETERS
from sms_api.rest.openapi import Asked, Operation, Parameter, Reply
from sms_api.rest.parameters import chosen, limit_of, list_parameters
from sms_api.rest.records import Event, SearchResult
from sms_api.search.facets import Facets
from sms_api.search.reader import FoundName
from sms_api.search.searching import search
from sms_catalog.facets import FACETS
from sms_catalog.query_problems import WrongValue, nearest_of, quoted
from sms_catalog.records import full_record

_NONE = "none"

_USUAL_FACETS = ("hood", "kind", "price", "age")


def _facet_name(text: str) -> str:
    if text not in (*FACETS, _NONE):
        raise WrongValue(f"{quoted(text)} is no facet", nearest_of(text, (*FACETS, _NONE)))
    return text


_FACETS = Parameter(
    name="facets",
    sentence="Which counts the first page tells, in 60 ms or not at all (null); none: no counts.",
    schema={"type": "string", "enum": [*FACETS, _NONE]},
    example="hood",
    read=_facet_name,
    is_list=True,
)


async def _search(request: Request, asked: Asked) -> Reply:
    names = [name for name in asked["facets"] or _USUAL_FACETS if name != _NONE]
    cursor = asked["cursor"]
    answer = await search(
        calendar_of(request),
        asked["query"],
        limit=limit_of(asked),
        cursor=cursor,
        facets=names if cursor is None else (),
    )
    found = answer.found
    request.state.found = bool(found.events or found.artists or found.venues)
    value = {
        "events": [chosen(full_record(event), asked, Event) for event in found.events],
        "artists": _named(found.artists),
        "venues": _named(found.venues),
        "understood": found.understood,
        "facets": None if answer.facets is None else _counts(answer.facets),
    }
    return Reply(value, found.next_cursor)


def _named(names: Sequence[FoundName]) -> list[dict[str, Any]]:
    return [{"id": name.id, "name": name.name} for name in names]


def _counts(facets: Facets) -> Mapping[str, Any]:
    return {
        facet: [
            {"parameter": each.parameter, "value": each.value, "label": each.label, "count": each.count}
            for each in counts
        ]
        for facet, counts in facets.items()
    }


OPERATIONS = (
    Operation(
        name="search",
        path="/v1/search",
        summary="Events, artists and venues with the words of `q`, whose last may be begun; from tonight on, unless"
        " nights or days are chosen. First those with the words in title, bill or room, then the others, each by"
        " night and hour. Where nothing has the words, `understood` tells those that were looked for instead.",
        answer=SearchResult,
        handler=_search,
        query_parameters=QUERY_PARAMETERS,
        parameters=(_FACETS, *list_parameters(Event)),
        example="/v1/search?q=tin+lantern&city=seattle",
    ),
)
