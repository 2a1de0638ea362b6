"""What can go wrong in a crawl, as types: each says who raises it and who answers for it."""

from __future__ import annotations

from typing import ClassVar

from scrapy.exceptions import CloseSpider, IgnoreRequest

from sms_text.printable import printable
from sms_text.redaction import without_secrets


class UnreadablePage(Exception):
    """A page that as a whole is not what it should be: no calendar in it, JSON broken, another layout.

    Raised by a spider's callback; `OutcomesMiddleware` takes it, and the run fails with the reason.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RequestFailed(IgnoreRequest):
    """A request without an answer that a spider could read; `str()` is the whole line, with the host or page in it."""

    cause = "refused"
    """One of `sms_database.vocabulary.CAUSES`."""


class BlockedPage(RequestFailed):
    """An answer that is a challenge, a consent page, an error or nothing at all, whatever its status.

    Raised by `ChallengeMiddleware`, and by `UnpackingMiddleware` where nothing of a body can be unpacked. It reaches
    the request's errback, else the run fails with the reason.
    """

    def __init__(self, reason: str, cause: str) -> None:
        super().__init__(reason)
        self.cause = cause
        """Refused, unreachable (a server in trouble), empty, incomplete, or
        layout_changed (another type of content than a page of this source has)."""


class RefusedRedirect(RequestFailed):
    """A redirect that is not followed: to another scheme than http(s), or with a body to another origin.

    Raised by `GuardedRedirectMiddleware`. It reaches the request's errback, else the run fails with the reason.
    """


class HostLeftAlone(RequestFailed):
    """A host has asked for a pause that is longer than a run waits.

    Raised by `TurnTakingDownloader`. It reaches the request's errback, else the run fails with the reason.
    """


class NoTurn(RequestFailed):
    """A request whose host's turn did not come: the run ended before, or the database that keeps the turns is gone.

    Raised by `TurnTakingDownloader`. It reaches the request's errback, else the run fails with the reason.
    """

    cause = "stopped"


class RefusedHost(RequestFailed):
    """A URL that is no web page, or whose host is none of those that the spider states.

    Raised by `HostsMiddleware`. It reaches the request's errback, else the run fails with the reason.
    """


class RefusedAddress(RequestFailed):
    """A host at an address that is not one of the public internet, and that PRIVATE_HOSTS_ALLOWED does not name.

    Raised where the connection would be made, in `sms_crawlers.network.download` and
    `sms_crawlers.network.browser_download`. It reaches the request's errback, else the run fails with the reason.
    """

    def __init__(self, url: str, address: str) -> None:
        super().__init__(
            f"{without_secrets(url)}: its host is at {address}, on a private network, and is not asked"
            " (PRIVATE_HOSTS_ALLOWED names the hosts that may be)"
        )
        self.address = address


class RobotsUnreachable(RequestFailed):
    """A host whose robots.txt could not be asked for, so none of its pages may be either (RFC 9309, 2.3.1.4).

    Raised by `RobotsMiddleware`. It reaches the request's errback, else the run fails with the reason.
    """

    cause = "unreachable"


class OverBudget(RequestFailed):
    """A request beyond the number that the source's terms allow.

    Raised by `BudgetMiddleware`. It reaches the request's errback, else the run fails with the reason.
    """

    cause = "stopped"


class HeadersTooLarge(RequestFailed):
    """An answer whose header has more bytes than HEADERS_MAXSIZE.

    Raised by `sms_crawlers.network.answer_caps`. It reaches the request's errback, else the run fails with the reason.
    """

    cause = "stopped"


class CrawlStopped(CloseSpider):
    """A crawl has reached a limit of its own: `line` names the limit and its number.

    Raised in the midst of a spider's callback; `OutcomesMiddleware` notes the line, and Scrapy ends the run.
    """

    def __init__(self, reason: str, line: str) -> None:
        super().__init__(reason)
        self.line = line


class CannotStart(Exception):
    """A crawl that cannot start, in one line that says what its user can do. Raised before any request is made."""

    is_skip: ClassVar[bool] = False
    """Does `scrapy ingest` report the source as skipped? Else its run has failed."""

    def __init__(self, line: str) -> None:
        super().__init__(printable(line))


class MissingKey(CannotStart):
    """A source's key is not in the environment.

    Raised by the spider's `from_crawler`. `scrapy crawl` shows the line; `scrapy ingest` reports the source as
    skipped.
    """

    is_skip = True

    def __init__(self, variable: str, where: str) -> None:
        super().__init__(f"{variable} is not set: get a key at {where} and put it into the environment or .env")
        self.variable = variable


class MissingContact(CannotStart):
    """A source answers only those who say how they can be reached.

    Raised by the spider's `get_ready`. `scrapy crawl` shows the line; `scrapy ingest` reports the source as skipped.
    """

    is_skip = True

    def __init__(self, source: str) -> None:
        super().__init__(
            f"SMS_CONTACT is not set: {source} answers only programs that name an address or a page of whoever runs "
            "them; put yours into the environment or .env"
        )


class BadArgument(CannotStart):
    """An argument of a spider (`-a NAME=VALUE`) that it cannot be started with. Raised when it is made."""


class NothingToAsk(CannotStart):
    """A source that lists nothing by itself was not told what to ask for: which feeds, which area.

    Raised by the spider's `get_ready`. `scrapy crawl` shows the line, which names the argument and where its value
    stands; `scrapy ingest` reports the source as skipped.
    """

    is_skip = True


class AlreadyCrawled(CannotStart):
    """Another process crawls the source at the moment.

    Raised by `CrawlRunStore.open`. `scrapy crawl` shows the line; `scrapy ingest` reports the source as skipped.
    """

    is_skip = True


class MissingBrowser(CannotStart):
    """A page can be read by a browser only, and none is installed.

    Raised by `BrowserMiddleware`: at the start for a spider with `needs_browser`, which `scrapy ingest` reports as
    skipped; for a single request with `playwright` in its meta it reaches the errback, else the run fails.
    """

    is_skip = True


class BadRecording(CannotStart):
    """A recording to be replayed or added to cannot be used. Raised by `sms_crawlers.recordings.recording`."""
