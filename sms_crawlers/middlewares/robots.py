"""No robots.txt, no page: what Scrapy leaves open where robots.txt cannot be asked for (RFC 9309)."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from sms_crawlers.error_messages import describe_exception
from sms_crawlers.errors import RefusedAddress, RobotsUnreachable
from sms_text.redaction import without_secrets


def asks_for_robots(request: Request) -> bool:
    """Is it the request of RobotsMiddleware itself, which is answered to no spider, or where that was sent on to?"""
    asked = request.meta.get("redirect_urls", [request.url])[0]
    return request.callback is NO_CALLBACK and urlsplit(asked).path == "/robots.txt"


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, which takes a robots.txt that it could not get as a yes. Here it is a no (RFC 9309, 2.3.1.4).

    Not got is one of a server in trouble or out of reach, one that a redirect hides which is not followed, and 429:
    who says "too many requests" has not said yes. Any other client's error is a yes (2.3.1.3), whatever its page says.
    What was got is kept to the end of the run.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._not_got: dict[str, Exception] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Let a request pass. Raises IgnoreRequest for one that robots.txt forbids, RobotsUnreachable, or why the
        host's robots.txt was not asked for.
        """
        await super().process_request(request)
        url = urlparse_cached(request)
        problem = self._not_got.get(url.netloc)
        if problem is None or request.meta.get("dont_obey_robotstxt"):
            return
        if isinstance(problem, RefusedAddress):
            raise RefusedAddress(request.url, problem.address)
        if isinstance(problem, IgnoreRequest) and type(problem) is not IgnoreRequest:
            raise problem  # one of ours, which says it all
        robots = Request(f"{url.scheme}://{url.netloc}/robots.txt")
        raise RobotsUnreachable(describe_exception(problem, robots)) from problem

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises RobotsUnreachable for a host out of reach: Scrapy would log a traceback of any other exception."""
        if asks_for_robots(request) and not isinstance(exception, IgnoreRequest):
            raise RobotsUnreachable(describe_exception(exception, request)) from exception

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachable(f"HTTP {response.status} from {without_secrets(response.url)}")
        # Less its zeros, ASCII in UTF-16 is ASCII; what remains of a byte order mark Scrapy's parser leaves out.
        rules = response.body.replace(b"\0", b"") if response.status < 400 else b""
        await super()._parse_robots(response.replace(body=rules), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._not_got[netloc] = exc
        super()._robots_error(exc, netloc)
