"""Answers that a client may keep, and asks for again by their ETag."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"

REVALIDATE = "public, no-cache"
"""Cache-Control of what may change at any time: all may keep it, and ask before each use whether it still holds."""

_TAGS = re.compile(r'(?:W/)?"([^"]*)"')


def version_of(request: Request, body: bytes) -> str:  # noqa: ARG001
    """What differs for two answers to a request that say different things."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def cacheable(
    request: Request,
    body: bytes,
    *,
    media_type: str = JSON,
    cache_control: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer with ETag and Cache-Control; 304 without the body where the client has it already.

    The ETag is weak, since the bytes that are sent depend on their compression.
    """
    version = version_of(request, body)
    told = {**(headers or {}), "etag": f'W/"{version}"', "cache-control": cache_control}
    if is_held(request, version):
        return Response(None, HTTPStatus.NOT_MODIFIED, told | {"vary": "Accept-Encoding"})
    return Response(body, HTTPStatus.OK, told, media_type)


def tags_of(if_none_match: str) -> frozenset[str]:
    """The entity tags that a client holds, by this header of its, each in the form in which ETag has it."""
    return frozenset([f'W/"{tag}"' for tag in _TAGS.findall(if_none_match)]) if if_none_match else frozenset()


def is_held(request: Request, version: str) -> bool:
    """Does the client hold this version, as its If-None-Match says?"""
    held = request.headers.get("if-none-match")
    return held is not None and (held.strip() == "*" or version in _TAGS.findall(held))
