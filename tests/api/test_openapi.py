"""The OpenAPI document of /v1: frozen, true, and read by people without a script."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from starlette.applications import Starlette

from sms_api.app import create_app
from sms_api.rest import OPERATIONS
from sms_api.rest.openapi import openapi_document
from sms_api.rest.parameters import read_parameters
from sms_api.rest.venues import OPERATIONS as OF_VENUES
from sms_api.settings import ApiSettings
from sms_catalog.events import CatalogEvent
from tests.api.openapi_differences import breaking_differences
from tests.api.served import NOW, Served, serving
from tests.conftest import ROOT

SNAPSHOT = ROOT / "tests/api/openapi_v1.json"

RENEW = "python -m sms_api openapi > tests/api/openapi_v1.json"


def frozen() -> Any:
    """/v1 as clients know it."""
    return json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def present() -> Any:
    """/v1 as it is."""
    return json.loads(json.dumps(openapi_document(OPERATIONS, "/")))


def test_v1_is_what_clients_were_told() -> None:
    assert breaking_differences(frozen(), present()) == []
    assert frozen() == present(), f"something was added to /v1: let clients know of it by `{RENEW}`"


def _drop_path(document: Any) -> None:
    del document["paths"]["/v1/cities"]


def _drop_member(document: Any) -> None:
    del document["components"]["schemas"]["Event"]["properties"]["doors_time"]


def _retype_member(document: Any) -> None:
    document["components"]["schemas"]["EventPlace"]["properties"]["name"] = {"type": "integer"}


def _unrequire_member(document: Any) -> None:
    document["components"]["schemas"]["Node"]["required"].remove("label")


def _drop_parameter(document: Any) -> None:
    parameters = document["paths"]["/v1/events"]["get"]["parameters"]
    parameters[:] = [each for each in parameters if each["name"] != "hood"]


def _drop_value(document: Any) -> None:
    for each in document["paths"]["/v1/events"]["get"]["parameters"]:
        if each["name"] == "when":
            each["schema"]["enum"].remove("weekend")


def _require_parameter(document: Any) -> None:
    added = {"name": "key", "in": "query", "required": True, "schema": {"type": "string"}}
    document["paths"]["/v1/runs"]["get"]["parameters"].append(added)


def _narrow_parameter(document: Any) -> None:
    for each in document["paths"]["/v1/venues"]["get"]["parameters"]:
        if each["name"] == "limit":
            each["schema"]["maximum"] = 100


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_drop_path, "GET /v1/cities is gone"),
        (_drop_member, "GET /v1/events answers.events[].doors_time is gone"),
        (_retype_member, "GET /v1/events/{id} answers.venue.name: string is now integer"),
        (_unrequire_member, "GET /v1/nodes/{id} answers.label may now be left out"),
        (_drop_parameter, "GET /v1/events: the parameter hood is gone"),
        (_drop_value, "GET /v1/events: when no longer takes weekend"),
        (_require_parameter, "GET /v1/runs: the parameter key is now required"),
        (_narrow_parameter, "GET /v1/venues: limit has another maximum: 100"),
    ],
)
def test_what_would_break_a_client_is_told(change: Callable[[Any], None], told: str) -> None:
    changed = copy.deepcopy(present())
    change(changed)
    assert told in breaking_differences(present(), changed)


def test_an_addition_breaks_nobody() -> None:
    changed = copy.deepcopy(present())
    changed["components"]["schemas"]["Event"]["properties"]["mood"] = {"type": "string"}
    changed["paths"]["/v1/moods"] = {"get": {}}
    assert breaking_differences(present(), changed) == []


def test_the_document_is_served_for_every_origin(served: Served) -> None:
    answer = served.ask("/openapi.json", headers={"Origin": "https://example.org"})
    assert answer.json == present()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "application/json"


def test_the_examples_of_the_lists_are_answered(served: Served) -> None:
    for operation in OPERATIONS:
        if operation.is_list and "{id}" not in operation.path:
            assert served.ask(operation.example).status == 200, operation.example


@pytest.mark.parametrize("path", sorted({operation.path for operation in OPERATIONS}))
def test_schemathesis_finds_nothing(served: Served, everything: Sequence[CatalogEvent], path: str) -> None:
    """It asks what the document allows and what it does not, and holds each answer against the document."""
    schema = schemathesis.openapi.from_dict(present())
    schema.config.update(base_url=served.url)
    strategies = [
        operation.ok().as_strategy(generation_mode=mode)
        for operation in schema.include(path=path).get_all_operations()
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    ]
    assert strategies
    # Parameters that are right one by one may contradict each other: a night and a word for nights.
    excluded = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
    for strategy in strategies:

        @settings(
            max_examples=10,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def hold(case: Any) -> None:
            case.call_and_validate(excluded_checks=excluded)

        hold()


def test_an_operation_says_that_it_will_go(served: Served, catalog_url: str) -> None:
    cities = next(operation for operation in OF_VENUES if operation.path == "/v1/cities")
    leaving = replace(
        cities,
        path="/v1/scenes",
        deprecated_at=datetime(2026, 11, 1, tzinfo=UTC),
        sunset_at=datetime(2027, 5, 1, tzinfo=UTC),
    )
    assert openapi_document([leaving], "/")["paths"]["/v1/scenes"]["get"]["deprecated"] is True
    application: Starlette = create_app(catalog_url, ApiSettings(reads_per_minute=0), lambda: NOW)
    application.router.routes.insert(0, leaving.route(read_parameters))
    with serving(application) as server:
        told = server.ask("/v1/scenes").headers
        assert told["deprecation"] == "@1793491200"
        assert told["sunset"] == "Sat, 01 May 2027 00:00:00 GMT"
        assert "deprecation" not in server.ask("/v1/cities").headers


def test_the_page_of_the_operations_needs_no_script_and_no_other_host(served: Served) -> None:
    page = served.ask("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script" not in page.text
    assert not re.search(r" style=", page.text)
    loaded = re.findall(
        r'<(?:link rel="(?:stylesheet|preload|icon)"|img|source)[^>]*?(?:href|src)="([^"]+)"', page.text
    )
    assert loaded
    assert all(address.startswith("/") for address in loaded)
    for operation in OPERATIONS:
        assert f"GET {operation.path}</h2>" in page.text
    for target in re.findall('href="#([^"]+)"', page.text):
        assert f'id="{target}"' in page.text
