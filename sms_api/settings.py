"""The server's settings: variables that begin with SMS_API_."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """How the calendar is served; a variable of each name, `SMS_API_CITY` and so on, overrides the default."""

    model_config = SettingsConfigDict(env_prefix="SMS_API_", extra="ignore")

    city: str = "seattle"
    """Slug of the scene that `/` shows."""
    public_url: str | None = None
    """Address under which readers reach the server, without a slash at its end; None: that of each request."""
    readers: int = 4
    """Connections that read the catalog at once."""
    read_seconds: int = 5
    """How long one statement may take."""
