"""Scrapy's settings for this project, in the order of its template: what is changed, and why.

https://docs.scrapy.org/en/latest/topics/settings.html
"""

from __future__ import annotations

from typing import Any

from sms_crawlers.network.browser import find_browser, launch_options
from sms_database.log_lines import log_in_lines
from sms_database.raw_event import FIELD_NAMES
from sms_database.settings import get_settings
from sms_database.version import PROGRAM, user_agent

BOT_NAME = PROGRAM

SPIDER_MODULES = ["sms_crawlers.spiders"]
NEWSPIDER_MODULE = "sms_crawlers.spiders.venues"
COMMANDS_MODULE = "sms_crawlers.commands"

ADDONS: dict[str, int] = {}

# Our own settings. `-s STORE=0` crawls without a database. REPLAY=DIR (with REPLAY_AT=YYYY-MM-DD) answers from
# recordings, RECORD=DIR makes one, NOW=ISO-INSTANT sets the spiders' clock. OFFLINE: nothing will be asked, so no key
# is needed. ACCEPT: a person has looked at the source, and what this run doubts is so.
STORE = True
OFFLINE = False
ACCEPT = False
RETRY_AFTER_MAX = 120  # seconds: a host that asks for a longer pause is left to a run after it
CRAWL_DELAY_MAX = 30  # seconds between requests: what a robots.txt asks for beyond it would keep a run from its end
# The hosts on a private network that may be asked, as they stand in the URL, with or without a port: your own venue's
# at "calendar.intranet" or "10.1.2.3:8080". What a page says leads to no other.
PRIVATE_HOSTS_ALLOWED: list[str] = []

# Who we are, never a browser. SMS_CONTACT and SMS_ABOUT_URL (environment or .env) tell a site's owner who runs this
# crawler, and what for.
USER_AGENT = user_agent(get_settings())
ROBOTSTXT_USER_AGENT = BOT_NAME  # the name that a robots.txt would address us by

# A site says what may be read.
ROBOTSTXT_OBEY = True

# One request at a time and a second between them: a venue's site is a small machine.
# It holds over all spiders and processes that share the database: several sources have the same host.
DOWNLOADER = "sms_crawlers.network.downloader.TurnTakingDownloader"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1
CONCURRENT_REQUESTS = 8  # a source spans few hosts; more would only wait in memory
CONCURRENT_ITEMS = 10  # tasks made for every page; ours hardly ever wait, so Scrapy's 100 cost more than all the rest

# A calendar page is 10 MB at the very most; what is larger is no page, or an attack by compression.
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024
DOWNLOAD_WARNSIZE = 5 * 1024 * 1024
# Its header has a few kilobytes; servers themselves refuse to send more than 8 to 32.
HEADERS_MAXSIZE = 64 * 1024

# A run has its limits too (sms_crawlers/runs/limits.py); a spider that needs more says so in its custom_settings.
# CPU of one page's callback, all its steps together: 20 MB of HTML with 11,000 events take two seconds (measured). A
# page that takes fifteen times as long is a trap, or a mistake of ours.
PAGE_SECONDS_MAX = 30
# From the clock on the wall: a hundred pages of a host that asks for half a minute between them are 50 minutes.
RUN_SECONDS_MAX = 60 * 60
# `scrapy ingest` ends a process that gives no sign of life for so long: it waits for something that never comes, or is
# deep in a library that cannot be interrupted.
SILENT_SECONDS_MAX = 120
# By how much the process may grow in a run: 20 MB of HTML take 300 MB, 20 MB of JSON 250 (measured). It is looked at
# once a second; in `scrapy ingest`, where each source has a process of its own, the system refuses what is beyond it by
# more than a quarter.
MEMORY_MB_MAX = 1000

# Without a network a crawl must end within a minute, also one that has a second host to fall back on: a host that does
# not answer is asked once in a run (the next run asks again), and RobotsMiddleware spares it the second wait.
DOWNLOAD_TIMEOUT = 20
DNS_TIMEOUT = 10
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
    OSError,
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the run's failure says it, without the URL's secrets

# A page that comes from whoever holds the wire is not the venue's.
DOWNLOAD_VERIFY_CERTIFICATES = True

# http to https to www is two; a longer chain is a loop or a maze. Scrapy's default is 20.
REDIRECT_MAX_TIMES = 5
# A calendar does not move by meta refresh; a captcha's page does, and must be seen for what it is.
METAREFRESH_ENABLED = False

# What a URL of ours holds is nobody else's business: other hosts are not told where a request came from.
REFERRER_POLICY = "same-origin"

# Nothing here has a session, and a cookie could make one run's page differ from another's.
COOKIES_ENABLED = False

# Consoles through which Python runs in the crawl's process: nobody uses them, so nobody else shall.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

SPIDER_MIDDLEWARES: dict[str, int | None] = {
    # Nearest to the spider: it sees what callbacks yield and raise before anything else does.
    "sms_crawlers.middlewares.outcomes.OutcomesMiddleware": 950,
}

# Scrapy's own stand at: robots.txt 100, retry 550, compression 590, redirect 600, stats 850.
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    # Before the replay: a recording must not need a host that the spider does not state.
    "sms_crawlers.middlewares.hosts.HostsMiddleware": 5,
    "sms_crawlers.middlewares.replay.ReplayMiddleware": 10,
    "sms_crawlers.middlewares.browser.BrowserMiddleware": 20,
    "sms_crawlers.middlewares.record.RecordMiddleware": 30,
    # Before robots.txt: where nothing is left, nothing at all is asked.
    "sms_crawlers.middlewares.budget.BudgetMiddleware": 90,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "sms_crawlers.middlewares.robots.RobotsMiddleware": 100,
    # Behind all that judges an answer: what is kept is whole.
    "sms_crawlers.middlewares.conditional.KeepingMiddleware": 520,
    "sms_crawlers.middlewares.whole_bodies.WholeBodiesMiddleware": 530,
    "sms_crawlers.middlewares.challenge.ChallengeMiddleware": 540,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "sms_crawlers.middlewares.unpacking.UnpackingMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "sms_crawlers.middlewares.redirects.GuardedRedirectMiddleware": 600,
    "sms_crawlers.middlewares.conditional.ConditionalMiddleware": 840,
}

EXTENSIONS: dict[str, int | None] = {
    "sms_crawlers.runs.health.RunRecord": 100,
    "sms_crawlers.runs.limits.RunLimits": 200,
    "scrapy.extensions.corestats.CoreStats": None,
    "sms_crawlers.runs.core_stats.RunTimes": 0,
    # Looks once a minute at the most that the process ever had.
    "scrapy.extensions.memusage.MemoryUsage": None,
}

ITEM_PIPELINES: dict[str, int | None] = {
    "sms_crawlers.pipelines.DuplicatePipeline": 100,
    "sms_crawlers.pipelines.StorePipeline": 200,
}

# Slower where a host answers slowly.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1  # Scrapy's 5 s would make a source of one page wait for nothing
AUTOTHROTTLE_MAX_DELAY = 30

# Scrapy's cache stays off: it answers without asking, and in place of errors. ConditionalMiddleware never does.
HTTPCACHE_ENABLED = False

# The address of every connection is looked at before it is made. No other scheme is there: file: reads nothing.
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    **dict.fromkeys(("http", "https"), "sms_crawlers.network.download.CheckedDownloadHandler"),
    **dict.fromkeys(("data", "file", "ftp", "s3"), None),
}

# A browser, where scrapy-playwright and a Chromium are installed; it is started by the first page that needs it.
chromium = find_browser()
PLAYWRIGHT_LAUNCH_OPTIONS: dict[str, Any] = {}
PLAYWRIGHT_BROWSER_PROVIDER = "sms_crawlers.network.browser_on_demand.OnDemandBrowserProvider"
PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT = 20_000  # milliseconds, as DOWNLOAD_TIMEOUT
if chromium is not None:
    DOWNLOAD_HANDLERS |= dict.fromkeys(("http", "https"), "sms_crawlers.network.browser_download.CheckedBrowserHandler")
    PLAYWRIGHT_LAUNCH_OPTIONS = launch_options(chromium)

# Feeds are the exchange form: UTF-8, the contract's fields in its order, instants with their zone.
FEED_EXPORT_ENCODING = "utf-8"
FEED_EXPORT_FIELDS = list(FIELD_NAMES)
FEED_EXPORTERS = {
    "json": "sms_crawlers.exporters.ExchangeJsonExporter",
    "jsonlines": "sms_crawlers.exporters.ExchangeJsonLinesExporter",
    "jsonl": "sms_crawlers.exporters.ExchangeJsonLinesExporter",
    "jl": "sms_crawlers.exporters.ExchangeJsonLinesExporter",
    "csv": "sms_crawlers.exporters.ExchangeCsvExporter",
}

# Lines that someone reads: Scrapy's DEBUG prints every item whole. A run's stats are kept in its row.
log_in_lines()  # here, because Scrapy loads its settings before it logs, and puts up a new handler for each crawler
LOG_LEVEL = "INFO"
LOG_FORMATTER = "sms_crawlers.log_formatter.LineLogFormatter"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
