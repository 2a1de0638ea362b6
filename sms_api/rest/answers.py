"""What the handlers of /v1 share: the id of an address, a page of a list, a thing or why it is not there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request

from sms_api.problems import Problem
from sms_api.rest.openapi import Asked, Reply
from sms_api.rest.parameters import chosen
from sms_catalog.identities import is_on_record
from sms_catalog.ids import IdRange
from sms_catalog.keyset import Page

ABSENT = {404: "There is none of this id.", 410: "It was there, and is gone."}
"""Outcomes of asking for one thing."""


def id_of(request: Request, entity: str) -> uuid.UUID:
    """The id in the address; raises a Problem, 404, where it is none."""
    try:
        return uuid.UUID(request.path_params["id"])
    except ValueError:
        raise Problem(404, f"There is no {entity} of this id.") from None


def found_or_on_record(
    connection: Connection, entity: str, entity_id: uuid.UUID, read: Callable[[Connection, uuid.UUID], Any]
) -> tuple[Any, bool]:
    """The event, venue or artist of an id, or None; and whether there was ever one of it."""
    found = read(connection, entity_id)
    return found, found is not None or is_on_record(connection, entity, IdRange(entity_id, entity_id))


def absent(entity: str, was_there: bool) -> Problem:
    """410 for what is gone, 404 for what never was."""
    return Problem(410, f"This {entity} is gone.") if was_there else Problem(404, f"There is no {entity} of this id.")


def reply_of_page(
    name: str, page: Page[Any], asked: Asked, item: type[msgspec.Struct], record: Callable[[Any], Mapping[str, Any]]
) -> Reply:
    """A page of a list with the members that are asked for."""
    return Reply({name: [chosen(record(row), asked, item) for row in page.items]}, page.next_cursor)
