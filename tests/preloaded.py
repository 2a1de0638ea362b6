"""What programs find loaded that tests start: nothing that reads the environment as it is imported, and no reactor."""

import gc
from importlib import import_module

from scrapy.utils.misc import walk_modules_iter

for _name in (
    "carpenter.commands.build",
    "scrapy.cmdline",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.engine",
    "scrapy.extensions.remote_control",
    "scrapy_playwright.handler",
    "sms_crawlers.pipelines",
    "sqlalchemy.dialects.postgresql.psycopg",
    "twisted.internet.asyncioreactor",
):
    import_module(_name)
for _package in ("sms_crawlers.commands", "sms_crawlers.spiders"):
    assert list(walk_modules_iter(_package))
gc.freeze()
