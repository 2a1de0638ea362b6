"""A failed request: its cause, and one line that names the host or page."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Request
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.httpobj import urlparse_cached

from sms_crawlers.errors import RequestFailed
from sms_text.redaction import without_secrets

_REFUSING_STATUSES = {401, 403, 407, 429, 451}


def cause_of(exception: BaseException) -> str:
    """Which of `sms_database.vocabulary.CAUSES` a failed request has."""
    match exception:
        case RequestFailed():
            return exception.cause
        case DownloadCancelledError() | MemoryError():
            return "stopped"
        case HttpError() if exception.response.status in _REFUSING_STATUSES:
            return "refused"
        case IgnoreRequest() if not isinstance(exception, HttpError):
            return "refused"
        case _:
            return "unreachable"


def describe_exception(exception: BaseException, request: Request) -> str:
    """What went wrong with a request, whatever was raised; secrets of its URL are left out."""
    host = urlparse_cached(request).netloc.rpartition("@")[2]
    url = without_secrets(request.url)
    match exception:
        case CannotResolveHostError():
            return f"no address is known of host {host}: is there a network?"
        case DownloadConnectionRefusedError():
            return f"host {host} refuses the connection"
        case DownloadTimeoutError():
            return f"host {host} did not answer in time"
        case DownloadCancelledError():
            return f"{url}: {_first_line(exception) or 'its download was cancelled'}"
        case MemoryError():
            return f"host {host}: no memory was left for its answer"
        case HttpError():
            return f"HTTP {exception.response.status} from {without_secrets(exception.response.url)}"
        case RequestFailed():
            return str(exception)
        case IgnoreRequest():
            return f"{_first_line(exception) or 'not requested'}: {url}"
        case _:
            return f"{type(exception).__name__} from host {host}: {_first_line(exception) or 'no reason told'}"


def _first_line(exception: BaseException) -> str:
    """The first line of what an exception says that is not blank; "" where it says nothing."""
    return next((line.strip() for line in str(exception).splitlines() if line.strip()), "")
