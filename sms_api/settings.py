"""The server's settings: variables that begin with SMS_API_."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from sms_api.edge import SurrogateHeader
from sms_database.settings import project_root

_TILE_URL = re.compile(r"(https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?)/[!-~]*")


class ApiSettings(BaseSettings):
    """How the calendar is served; a variable of each name, `SMS_API_CITY` and so on, overrides the default."""

    model_config = SettingsConfigDict(env_prefix="SMS_API_", extra="ignore", env_ignore_empty=True, frozen=True)

    city: str = "seattle"
    """Slug of the scene that `/` shows."""
    public_url: str | None = None
    """Address under which readers reach the server, without a slash at its end; None: that of each request."""
    data_licence: str = "Facts. No licence is claimed on them; texts and pictures are their publishers'."
    """What the manifest of the bulk export says of the licence of the data."""
    readers: Annotated[int, Field(ge=1)] = 4
    """Connections that read the catalog at once."""
    read_seconds: Annotated[int, Field(ge=1)] = 5
    """How long one statement may take."""
    request_seconds: Annotated[float, Field(gt=0)] = 15
    """How long until an answer begins."""
    body_bytes: Annotated[int, Field(ge=1)] = 65_536
    """Size of the largest body of a request."""
    reads_per_minute: Annotated[int, Field(ge=0)] = 120
    """Requests of one network (/24, /64) to each process; 0 for no limit. The process itself and its files are free."""
    searches_per_minute: Annotated[int, Field(ge=0)] = 30
    """The same for /search, /v1/search and /graphql, which cost more."""
    reports_per_hour: Annotated[int, Field(ge=0)] = 5
    """Reports of mistakes that one network may send to each process; 0 for no limit."""
    usage_days: Annotated[int, Field(ge=0)] = 90
    """Days for which counts of requests are kept by the hour, beside their sums by day and week; 0: none are."""
    graphql_introspection: bool = True
    """May /graphql be asked about its schema?"""
    cache_bytes: Annotated[int, Field(ge=0)] = 16_000_000
    """Bytes of answers that are kept in memory."""
    surrogate_keys: SurrogateHeader | None = None
    """The header by which answers name their keys to a cache before the server; None: it keeps none."""
    streams: Annotated[int, Field(ge=0)] = 3_000
    """Streams of changes that are open at once."""
    streams_of_network: Annotated[int, Field(ge=0)] = 20
    """The same of one network."""
    tile_url: str | None = None
    """Where the map page has its ground from: a picture of 256 pixels for each {z}, {x} and {y}. None: plain ground."""
    tile_attribution: str = ""
    """What is said of the tiles below the map, as their publisher asks: "© OpenStreetMap contributors"."""
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    """Networks whose X-Forwarded-For and X-Forwarded-Proto are believed: "127.0.0.1, 10.0.0.0/8"."""

    @field_validator("tile_url")
    @classmethod
    def _tiles(cls, stated: str | None) -> str | None:
        if stated is not None and (
            _TILE_URL.fullmatch(stated) is None or any(part not in stated for part in ("{z}", "{x}", "{y}"))
        ):
            raise ValueError("is no address of tiles like https://tiles.example/{z}/{x}/{y}.png")
        return stated

    @model_validator(mode="after")
    def _credited(self) -> Self:
        if self.tile_url is not None and not self.tile_attribution.strip():
            raise ValueError("SMS_API_TILE_URL needs SMS_API_TILE_ATTRIBUTION: whose tiles are they?")
        return self

    @property
    def tile_origin(self) -> str | None:
        """The site that the tiles come from, as policies of pages name it."""
        found = None if self.tile_url is None else _TILE_URL.fullmatch(self.tile_url)
        return None if found is None else found[1]

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, stated: object) -> object:
        return (
            tuple(ip_network(part.strip()) for part in stated.split(",") if part.strip())
            if isinstance(stated, str)
            else stated
        )


def settings_problem(problem: ValidationError) -> str:
    """What is wrong with the settings, in one line."""
    wrong = problem.errors(include_url=False)[0]
    return f"SMS_API_{str(wrong['loc'][0]).upper()}={wrong['input']}: {wrong['msg']}"


def get_api_settings() -> ApiSettings:
    """The settings of the environment, else of `.env` in the project root; raises pydantic's ValidationError."""
    return ApiSettings(_env_file=project_root() / ".env")  # type: ignore[call-arg] # known to pydantic's plugin only
