"""`scrapy sources`: the page of all sources, or with `--store` their facts into the database."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from sms_crawlers.source_facts import RECORDINGS, all_spiders, store_all_sources
from sms_crawlers.sources_page import read_tried, read_uncovered, sources_page
from sms_database.cli import WRONG, say, warn_of
from sms_database.errors import DatabaseProblem
from sms_database.settings import project_root


class Command(ScrapyCommand):
    """Prints docs/sources.md as it should be; `--store` writes what is known of each source to the table instead."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Print the page of all sources, or store their facts"

    def long_desc(self) -> str:
        """What `scrapy sources -h` says."""
        return (
            "Print the page of all sources as Markdown: `scrapy sources > docs/sources.md`. With --store write the "
            "facts of every source to the table `sources` instead, as each crawl does. Exit code 2 if the database "
            "cannot be used."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Whether the facts are stored."""
        super().add_options(parser)
        parser.add_argument("--store", action="store_true", help="store the facts of every source")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - the signature is Scrapy's
        """Print the page, or store the facts."""
        if opts.store:
            self._store()
        else:
            self._print()

    def _store(self) -> None:
        assert self.settings is not None
        try:
            stored, differed = store_all_sources(self.settings)
        except DatabaseProblem as problem:
            warn_of(problem)
            self.exitcode = WRONG
            return
        say(f"the facts of {stored} sources are stored; {differed} were new or differed")

    def _print(self) -> None:
        assert self.settings is not None
        root = project_root()
        try:
            page = sources_page(
                all_spiders(self.settings),
                root / RECORDINGS,
                read_tried((root / "docs" / "sources_tried.toml").read_text("utf-8")),
                read_uncovered((root / "docs" / "sources.toml").read_text("utf-8")),
            )
        except OSError as problem:
            line = f"{problem.filename}: {problem.strerror}; run it inside of a checkout"
            raise UsageError(line, print_help=False) from None
        sys.stdout.write(page)
