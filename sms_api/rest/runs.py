"""Sources, and how crawls and builds went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.rest.answers import reply_of_page
from sms_api.rest.openapi import Asked, Operation, Parameter, Reply
from sms_api.rest.parameters import city_parameter, limit_of, list_parameters
from sms_api.rest.records import Run, RunList, Source, SourceList
from sms_catalog.query_values import word_of
from sms_catalog.runs import RunLine, runs_page
from sms_catalog.sources import sources_page

_KINDS = ("crawl", "carpenter")


async def _sources(request: Request, asked: Asked) -> Reply:
    page = await calendar_of(request).catalog.read(
        sources_page, asked["city"], limit=limit_of(asked), cursor=asked["cursor"]
    )
    return reply_of_page("sources", page, asked, Source, dict)


async def _runs(request: Request, asked: Asked) -> Reply:
    page = await calendar_of(request).catalog.read(
        runs_page, kind=asked["kind"], name=asked["name"], limit=limit_of(asked), cursor=asked["cursor"]
    )
    return reply_of_page("runs", page, asked, Run, run_record)


def run_record(run: RunLine) -> Mapping[str, Any]:
    """A run for everybody: without its message, which may tell of the machine that it ran on."""
    return {
        "kind": run.kind,
        "id": run.id,
        "name": run.name,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "verdict": run.verdict,
        "cause": run.cause,
        "counts": run.counts,
    }


OPERATIONS = (
    Operation(
        name="listSources",
        path="/v1/sources",
        summary="What the calendar is read from, and how old its word is.",
        answer=SourceList,
        handler=_sources,
        parameters=(city_parameter("Those of this scene."), *list_parameters(Source)),
        example="/v1/sources?fields=title,last_ok_at",
    ),
    Operation(
        name="listRuns",
        path="/v1/runs",
        summary="Crawls and builds, the newest first.",
        answer=RunList,
        handler=_runs,
        parameters=(
            Parameter(
                name="kind",
                sentence="Crawls alone, or builds alone.",
                schema={"type": "string", "enum": _KINDS},
                example="crawl",
                read=word_of(_KINDS, "kind of run"),
            ),
            Parameter(
                name="name",
                sentence="Crawls of this source, or builds for this reason.",
                schema={"type": "string", "minLength": 1},
                example="blue_moon",
            ),
            *list_parameters(Run),
        ),
        example="/v1/runs?kind=crawl&limit=20",
    ),
)
