"""The `scrapy` commands where the project is installed and no scrapy.cfg is near: entry points of the package.

Inside of a project, this one's checkout or another, Scrapy takes that project's settings, and these add nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.commands.list import Command as ScrapyList
from scrapy.utils.project import inside_project

from sms_crawlers.commands.crawl import Command as CrawlCommand
from sms_crawlers.commands.ingest import Command as IngestCommand
from sms_crawlers.commands.read import Command as ReadCommand
from sms_crawlers.commands.record import Command as RecordCommand
from sms_crawlers.commands.scout import Command as ScoutCommand
from sms_crawlers.commands.sources import Command as SourcesCommand


class _Installed(ScrapyCommand):
    """A command that brings the project's settings along."""

    def __init__(self) -> None:
        super().__init__()
        if not inside_project():
            type(self).default_settings = {**project_settings(), **self.default_settings}


class Crawl(_Installed, CrawlCommand):
    """`scrapy crawl`."""


class Ingest(_Installed, IngestCommand):
    """`scrapy ingest`."""


class List(_Installed, ScrapyList):
    """`scrapy list`."""


class Read(_Installed, ReadCommand):
    """`scrapy read`."""


class Record(_Installed, RecordCommand):
    """`scrapy record`."""


class Scout(_Installed, ScoutCommand):
    """`scrapy scout`."""


class Sources(_Installed, SourcesCommand):
    """`scrapy sources`."""


def project_settings() -> dict[str, Any]:
    """The settings of `sms_crawlers.settings`."""
    module = import_module("sms_crawlers.settings")
    return {name: getattr(module, name) for name in dir(module) if name.isupper()}
