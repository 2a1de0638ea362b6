"""Geohashes: a place as a short text, each character a finer cell. https://en.wikipedia.org/wiki/Geohash"""

from __future__ import annotations

_ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"


def geohash(latitude: float, longitude: float, length: int) -> str:
    """The geohash of a place (degrees, WGS 84); with 5 characters the cell is at most 5 km wide."""
    ranges = [(-180.0, 180.0), (-90.0, 90.0)]
    number = 0
    for bit in range(5 * length):
        axis = bit % 2
        low, high = ranges[axis]
        middle = (low + high) / 2
        is_upper = (longitude, latitude)[axis] >= middle
        ranges[axis] = (middle, high) if is_upper else (low, middle)
        number = number * 2 + is_upper
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))
