"""The ground of the map page where a setting names tiles: MapLibre, which no other page loads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.middleware.security_headers import map_policy


@dataclass(frozen=True, slots=True)
class Tiles:
    """What is drawn under the dots, and whose it is."""

    url: str
    attribution: str


def ground_of(request: Request) -> dict[str, Any]:
    """For `page_response`: `tiles`, which are None where no setting names any, and the headers that let them in."""
    settings = calendar_of(request).settings
    if settings.tile_url is None or settings.tile_origin is None:
        return {"tiles": None}
    return {
        "tiles": Tiles(settings.tile_url, settings.tile_attribution),
        "headers": {"content-security-policy": map_policy(settings.tile_origin)},
    }
