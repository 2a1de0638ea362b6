"""`scrapy sources`: the page of all sources."""

from __future__ import annotations

import argparse
import sys
from typing import cast

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from sms_crawlers.sources_page import read_tried, read_uncovered, sources_page
from sms_crawlers.spider import SourceSpider
from sms_database.settings import project_root


class Command(ScrapyCommand):
    """Prints docs/sources.md as it should be."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Print the page of all sources"

    def long_desc(self) -> str:
        """What `scrapy sources -h` says."""
        return "Print the page of all sources as Markdown: `scrapy sources > docs/sources.md`."

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - the signature is Scrapy's
        """Print the page."""
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        spiders = [cast(type[SourceSpider], loader.load(name)) for name in loader.list()]
        root = project_root()
        try:
            page = sources_page(
                spiders,
                root / "tests" / "recordings",
                read_tried((root / "docs" / "sources_tried.toml").read_text("utf-8")),
                read_uncovered((root / "docs" / "sources.toml").read_text("utf-8")),
            )
        except OSError as problem:
            line = f"{problem.filename}: {problem.strerror}; run it inside of a checkout"
            raise UsageError(line, print_help=False) from None
        sys.stdout.write(page)
