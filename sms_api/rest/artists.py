"""Artists of /v1."""

from __future__ import annotations

from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.rest.answers import ABSENT, absent, found_or_on_record, id_of, reply_of_page
from sms_api.rest.openapi import Asked, Operation, Reply
from sms_api.rest.parameters import chosen, city_parameter, fields_parameter, limit_of, list_parameters
from sms_api.rest.records import Artist, ArtistList
from sms_catalog.artists import artist_by_id, artists_page
from sms_catalog.records import artist_record


async def _artists(request: Request, asked: Asked) -> Reply:
    page = await calendar_of(request).catalog.read(
        artists_page, asked["city"], limit=limit_of(asked), cursor=asked["cursor"]
    )
    return reply_of_page("artists", page, asked, Artist, artist_record)


async def _artist(request: Request, asked: Asked) -> Reply:
    read = calendar_of(request).catalog.read
    row, was_there = await read(found_or_on_record, "artist", id_of(request, "artist"), artist_by_id)
    if row is None:
        raise absent("artist", was_there)
    return Reply(chosen(artist_record(row), asked, Artist))


OPERATIONS = (
    Operation(
        name="listArtists",
        path="/v1/artists",
        summary="Acts by name.",
        answer=ArtistList,
        handler=_artists,
        parameters=(city_parameter("Those with an event in this scene."), *list_parameters(Artist)),
        example="/v1/artists?city=seattle&limit=20",
    ),
    Operation(
        name="getArtist",
        path="/v1/artists/{id}",
        summary="One act.",
        answer=Artist,
        handler=_artist,
        parameters=(fields_parameter(Artist),),
        example="/v1/artists/9f33f998-7fd3-55fe-ba64-0eb1eb76693c",
        outcomes=ABSENT,
    ),
)
