"""No robots.txt, no page: what Scrapy leaves open where robots.txt cannot be asked for."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from sms_crawlers.errors import HostLeftAlone, NoTurn, RobotsUnreachable
from sms_crawlers.failures import describe_exception


def asks_for_robots(request: Request) -> bool:
    """Is it the request of Scrapy's RobotsTxtMiddleware itself, which is answered to no spider?"""
    return request.callback is NO_CALLBACK and urlparse_cached(request).path == "/robots.txt"


class RobotsReachedMiddleware:
    """Holds back the pages of a host whose robots.txt was not answered, or by a server's error.

    RFC 9309, 2.3.1.4: then everything is to be taken as disallowed; Scrapy takes it as allowed. It also spares a host
    that is out of reach a second round of waiting. Stands between Scrapy's RobotsTxtMiddleware and the network.
    """

    def __init__(self) -> None:
        self._unreached: dict[str, IgnoreRequest] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsReachedMiddleware:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls()

    def process_request(self, request: Request) -> None:
        """Let a request pass. Raises RobotsUnreachable, or why the host was not asked at all."""
        problem = self._unreached.get(urlparse_cached(request).netloc)
        if problem is not None and not asks_for_robots(request):
            raise problem

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a server's error."""
        if asks_for_robots(request) and response.status >= 500:
            problem = RobotsUnreachable(f"HTTP {response.status} from {request.url}")
            self._unreached[urlparse_cached(request).netloc] = problem
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note a host out of reach. Raises RobotsUnreachable, for which Scrapy logs no traceback."""
        if asks_for_robots(request):
            if isinstance(exception, HostLeftAlone | NoTurn):
                self._unreached[urlparse_cached(request).netloc] = exception
                raise exception
            problem = RobotsUnreachable(describe_exception(exception, request))
            self._unreached[urlparse_cached(request).netloc] = problem
            raise problem from exception
