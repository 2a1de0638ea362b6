"""The front door: what every request passes before its handler, and every answer after it."""

from __future__ import annotations

from starlette.middleware import Middleware

from sms_api.middleware.compression import Compression
from sms_api.middleware.cross_origin import CrossOriginReads
from sms_api.middleware.failures import Failures
from sms_api.middleware.kept_responses import KeptResponses
from sms_api.middleware.last_answers import LastAnswers
from sms_api.middleware.limits import RequestLimits
from sms_api.middleware.proxies import TrustedProxies
from sms_api.middleware.rate_limits import RateLimits
from sms_api.middleware.request_log import RequestLog
from sms_api.middleware.response_cache import ResponseCache
from sms_api.middleware.security_headers import SecurityHeaders
from sms_api.settings import ApiSettings
from sms_api.usage.counters import UsageCounters


def front_door(settings: ApiSettings, kept: KeptResponses, counters: UsageCounters | None) -> list[Middleware]:
    """The middleware of the application, the outermost first. What a kept answer need not pass stands behind it."""
    return [
        Middleware(TrustedProxies, networks=settings.trusted_proxies),
        Middleware(LastAnswers),
        Middleware(RequestLog, counters=counters),
        Middleware(SecurityHeaders),
        Middleware(CrossOriginReads),
        Middleware(RateLimits, reads=settings.reads_per_minute, searches=settings.searches_per_minute),
        Middleware(ResponseCache, responses=kept),
        Middleware(RequestLimits, body_bytes=settings.body_bytes, seconds=settings.request_seconds),
        Middleware(Compression),
        Middleware(Failures),
    ]
