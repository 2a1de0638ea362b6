"""What a wheel has beside the packages: the migrations, which stand in a checkout where Alembic looks for them."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Migrations(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `alembic/` into `sms_database/` of a wheel. An editable install has the checkout's own."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before each build; `version` is "standard" or "editable"."""
        if version == "standard":
            build_data["force_include"]["alembic"] = "sms_database/alembic"
