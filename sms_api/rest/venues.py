"""Venues and scenes of /v1."""

from __future__ import annotations

from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.rest.answers import ABSENT, absent, found_or_on_record, id_of, reply_of_page
from sms_api.rest.openapi import Asked, Operation, Reply
from sms_api.rest.parameters import chosen, city_parameter, fields_parameter, limit_of, list_parameters
from sms_api.rest.records import City, CityList, Venue, VenueList
from sms_catalog.records import venue_record
from sms_catalog.venues import cities_page, venue_by_id, venues_page


async def _venues(request: Request, asked: Asked) -> Reply:
    page = await calendar_of(request).catalog.read(
        venues_page, asked["city"], limit=limit_of(asked), cursor=asked["cursor"]
    )
    return reply_of_page("venues", page, asked, Venue, venue_record)


async def _venue(request: Request, asked: Asked) -> Reply:
    read = calendar_of(request).catalog.read
    row, was_there = await read(found_or_on_record, "venue", id_of(request, "venue"), venue_by_id)
    if row is None:
        raise absent("venue", was_there)
    return Reply(chosen(venue_record(row), asked, Venue))


async def _cities(request: Request, asked: Asked) -> Reply:
    page = await calendar_of(request).catalog.read(cities_page, limit=limit_of(asked), cursor=asked["cursor"])
    return reply_of_page("cities", page, asked, City, dict)


OPERATIONS = (
    Operation(
        name="listVenues",
        path="/v1/venues",
        summary="Rooms and houses by name.",
        answer=VenueList,
        handler=_venues,
        parameters=(city_parameter("Those on the calendar of this scene."), *list_parameters(Venue)),
        example="/v1/venues?city=seattle&fields=name,neighborhood",
    ),
    Operation(
        name="getVenue",
        path="/v1/venues/{id}",
        summary="One room or house.",
        answer=Venue,
        handler=_venue,
        parameters=(fields_parameter(Venue),),
        example="/v1/venues/a0c8c4ff-5f4c-5b36-a6c4-8a1ae4f3b2b1",
        outcomes=ABSENT,
    ),
    Operation(
        name="listCities",
        path="/v1/cities",
        summary="The scenes: the areas that one calendar covers.",
        answer=CityList,
        handler=_cities,
        parameters=list_parameters(City),
        example="/v1/cities?fields=name,timezone",
    ),
)
