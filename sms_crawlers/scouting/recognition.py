"""Telling from a page by which platform it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recognition:
    """Why a page is taken to be made by a platform, and what a spider for it has to state."""

    why: str
    """What was seen in the page, for a person to judge: "script#wix-warmup-data with the Wix Events app"."""

    settings: Mapping[str, Any]
    """Class attributes of the new spider: `start_urls`, ids and paths, as Python literals."""
