"""Where a page of a query ended, as a text that an address can hold. Pure."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from typing import Any

import orjson

from sms_catalog.query import Query
from sms_catalog.query_parameters import digest
from sms_catalog.query_problems import InvalidQuery, QueryProblem
from sms_catalog.query_sql import SORT_KEYS

_CURSOR = re.compile(r"[A-Za-z0-9_-]{16,400}")
_CHECKSUM_BYTES = 8
_DIGEST_DIGITS = 16
"""Of the query's digest, which the cursor holds."""


def cursor_after(keys: Sequence[Any], query: Query) -> str:
    """The cursor behind an event with these sort keys."""
    texts = [key.isoformat() if isinstance(key, date) else None if key is None else str(key) for key in keys]
    told = orjson.dumps([digest(query)[:_DIGEST_DIGITS], *texts])
    return urlsafe_b64encode(_checksum(told) + told).rstrip(b"=").decode()


def read_cursor(cursor: str, query: Query) -> list[Any]:
    """The sort keys of the event behind which a page of this query begins.

    Raises InvalidQuery. The checksum tells a damaged cursor from a whole one; it is no secret, and needs to be none: a
    cursor only says where to go on in what the query shows.
    """
    try:
        told = _checked(cursor)
        of_query, *texts = orjson.loads(told)
        if of_query != digest(query)[:_DIGEST_DIGITS]:
            raise _invalid("is of another query: begin anew without it")
        keys = SORT_KEYS[query.order]
        return [None if text is None else key.read(text) for key, text in zip(keys, texts, strict=True)]
    except (TypeError, ValueError) as problem:
        if isinstance(problem, InvalidQuery):
            raise
        raise _invalid("is none that an answer gave: take next_cursor as it is, or leave it out") from problem


def _checked(cursor: str) -> bytes:
    """What a cursor tells; raises ValueError for one that is damaged."""
    if _CURSOR.fullmatch(cursor) is None:
        raise ValueError("other signs, or too long")
    packed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    told = packed[_CHECKSUM_BYTES:]
    if packed[:_CHECKSUM_BYTES] != _checksum(told) or urlsafe_b64encode(packed).rstrip(b"=").decode() != cursor:
        raise ValueError("a wrong checksum")
    return told


def _checksum(told: bytes) -> bytes:
    return blake2b(told, digest_size=_CHECKSUM_BYTES).digest()


def _invalid(message: str) -> InvalidQuery:
    return InvalidQuery([QueryProblem("cursor", message)])
