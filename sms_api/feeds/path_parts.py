"""Parts of the paths of pages and of their other forms, as routes name them: {page:page}.{ending:ending}."""

from __future__ import annotations

import re

from starlette.convertors import Convertor, register_url_convertor

from sms_api.open_reads import SUFFIXES


class _Ending(Convertor[str]):
    """One of SUFFIXES."""

    regex = "|".join(map(re.escape, SUFFIXES))

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Page(Convertor[str]):
    """A path of which no part has an ending."""

    regex = "[^.]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def register() -> None:
    """Make the two known to routes."""
    register_url_convertor("ending", _Ending())
    register_url_convertor("page", _Page())
