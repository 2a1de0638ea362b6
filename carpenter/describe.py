"""Naming artists and describing founded venues by what their rows say most. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from carpenter.text import is_shouting

VENUE_PARTICULARS = ("address", "town", "region", "postal_code", "country", "timezone")


def commonest_name(spellings: Iterable[tuple[str, int]]) -> str:
    """The spelling that most rows use; one in capitals only where there is no other, ties by the alphabet."""
    return min(spellings, key=lambda spelling: (is_shouting(spelling[0]), -spelling[1], spelling[0]))[0]


def describe_venue(mentions: Sequence[tuple[Mapping[str, Any], int, str]]) -> dict[str, Any]:
    """Name, particulars and place of a founded venue from its mentions: (mention, count, hash).

    Each particular is the one of the commonest mention that gives it; coordinates come as a pair.
    """
    ordered = [mention for mention, _, _ in sorted(mentions, key=lambda entry: (-entry[1], entry[2]))]
    described: dict[str, Any] = {"name": commonest_name([(m["name"], count) for m, count, _ in mentions])}
    for field in VENUE_PARTICULARS:
        described[field] = next((mention[field] for mention in ordered if field in mention), None)
    described["website"] = next((mention["url"] for mention in ordered if "url" in mention), None)
    placed = next((m for m in ordered if m.get("latitude") and m.get("longitude")), {})
    described["latitude"], described["longitude"] = placed.get("latitude"), placed.get("longitude")
    return described
