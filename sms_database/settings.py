"""The environment variables that every package shares, read here and nowhere else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


class Settings(BaseSettings):
    """Values of the environment, else of `.env` in the project root; an empty value counts as unset."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str | None = Field(default=None, repr=False)
    """DATABASE_URL: the PostgreSQL (15 or newer) to use instead of the embedded one; holds a password."""

    sms_home: Path = Field(default=Path(".sms"), validate_default=True)
    """SMS_HOME: where runs leave the embedded server, caches and logs; a relative path is taken from the
    project root, so that every command means the same directory."""

    contact: str | None = Field(default=None, validation_alias="SMS_CONTACT")
    """SMS_CONTACT: e-mail address or page that the crawler's User-Agent names."""

    about_url: str | None = Field(default=None, validation_alias="SMS_ABOUT_URL")
    """SMS_ABOUT_URL: page that tells what this crawler is for; the User-Agent names it."""

    chromium: str | None = Field(default=None, validation_alias="SMS_CHROMIUM")
    """SMS_CHROMIUM: the Chromium for pages that exist only after scripts ran, where it is not on the PATH."""

    @field_validator("sms_home")
    @classmethod
    def _from_project_root(cls, home: Path) -> Path:
        return project_root() / home.expanduser()


def get_settings() -> Settings:
    """The settings as they are now; read anew at each call."""
    return Settings(_env_file=project_root() / ".env")  # type: ignore[call-arg] # known to pydantic's plugin only


def environment_value(variable: str) -> str | None:
    """The value of a variable that one source alone needs, such as its key: of the environment, else of `.env`."""
    stated = os.environ.get(variable) or dotenv_values(project_root() / ".env").get(variable)
    return stated or None


def find_chromium() -> str | None:
    """The path of a Chromium: that of SMS_CHROMIUM, else the one on the PATH; None where there is none."""
    named = get_settings().chromium
    return next(filter(None, map(shutil.which, [named] if named else _CHROMIUMS)), None)


def project_root() -> Path:
    """The directory of `scrapy.cfg`, seen from the current directory, else from this package; else the
    current directory (an egg on a scrapyd node has no project around it)."""
    current = Path.cwd()
    package = Path(__file__).resolve().parent
    for directory in (current, *current.parents, *package.parents):
        if (directory / "scrapy.cfg").is_file():
            return directory
    return current
