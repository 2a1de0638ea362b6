"""What an answer tells a cache before the server (a CDN): by which keys it is purged, and until when it holds.

Keys are the scopes that the answer is made from (`sms_database.scopes`). Browsers go on to ask whether it still holds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sms_database.scopes import EVERYTHING

SurrogateHeader = Literal["Surrogate-Key", "Cache-Tag", "Edge-Cache-Tag"]
"""Surrogate-Key, as Fastly reads it and Varnish can, has spaces between keys; the others, of Cloudflare and Akamai,
commas.
"""

_LONGEST = 4_000
"""Bytes of the header: the buffers of a proxy have an end."""


@dataclass(frozen=True, slots=True)
class EdgeHeaders:
    """Makes these headers."""

    name: SurrogateHeader

    def keys(self, scopes: Collection[str]) -> tuple[bytes, bytes]:
        """The header that names the keys; of an answer with very many the one that every change purges."""
        between = " " if self.name == "Surrogate-Key" else ","
        value = between.join(sorted(scopes))
        return self.name.lower().encode(), (value if len(value) <= _LONGEST else EVERYTHING).encode()

    def age(self, left: timedelta) -> tuple[bytes, bytes]:
        """How long the answer holds if nothing changes (RFC 9213), where it has so much time left."""
        return b"cdn-cache-control", f"max-age={max(0, int(left.total_seconds()))}".encode()
