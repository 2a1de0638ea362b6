"""What every handler of the server works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from sms_api.catalog import Catalog
from sms_api.report_box import ReportBox
from sms_api.search.files import SearchFiles
from sms_api.settings import ApiSettings

if TYPE_CHECKING:  # their package begins with its handlers, which import this module
    from sms_api.live.feed import Feed
    from sms_api.live.open_streams import OpenStreams


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar that one process serves."""

    catalog: Catalog
    settings: ApiSettings
    clock: Callable[[], datetime]
    """Now, in UTC."""
    feed: Feed
    streams: OpenStreams
    search: SearchFiles
    reports: ReportBox


def calendar_of(request: HTTPConnection) -> Calendar:
    """The calendar that a request is about."""
    calendar: Calendar = request.app.state.calendar
    return calendar
