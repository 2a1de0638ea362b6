"""The small catalog of tests/catalog, served once a module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sms_api.app import create_app
from sms_api.settings import ApiSettings
from tests.api.served import NOW, Served, serving
from tests.catalog.conftest import catalog, catalog_url, everything

__all__ = ["catalog", "catalog_url", "everything"]


@pytest.fixture(scope="module")
def served(catalog_url: str) -> Iterator[Served]:
    """The application over the catalog, with no limit of requests."""
    settings = ApiSettings(reads_per_minute=0, searches_per_minute=0)
    with serving(create_app(catalog_url, settings, lambda: NOW)) as server:
        yield server
