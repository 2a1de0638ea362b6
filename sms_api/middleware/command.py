"""`python -m sms_api cache`: what a running server tells of the answers that it keeps."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.error import URLError
from urllib.request import urlopen

import msgspec
import typer
from rich.box import SIMPLE_HEAD

from sms_api.middleware.kept_responses import OUTCOMES
from sms_database.cli import LineTable, fail, plural, say, say_json, show

_WAIT_SECONDS = 10


def cache(
    url: Annotated[str, typer.Option(help="address of the server, each process by itself")] = "http://127.0.0.1:8000",
    json: Annotated[bool, typer.Option("--json", help="as one JSON object")] = False,
) -> None:
    """How often a running server has given kept answers since it began, by kind of address."""
    told = _asked(url.rstrip("/"))
    if json:
        say_json(told)
        return
    say(
        f"since {told['since']}: {plural(told['answers'], 'answer')}, {told['bytes']:,} of {told['most_bytes']:,} bytes"
    )
    table = LineTable("", *OUTCOMES, box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for namespace, counts in told["served"].items():
        table.add_row(namespace, *(f"{counts[outcome]:,}" for outcome in OUTCOMES))
    show(table)


def _asked(url: str) -> dict[str, Any]:
    if not url.startswith(("http://", "https://")):
        fail(f"{url} is no address of a server: give one such as http://127.0.0.1:8000 as --url")
    try:
        with urlopen(f"{url}/health/cache", timeout=_WAIT_SECONDS) as answer:
            return msgspec.json.decode(answer.read(), type=dict[str, Any])
    except (URLError, OSError, msgspec.DecodeError) as problem:
        fail(f"{url} does not tell of its answers ({problem}): is it a running `python -m sms_api serve`?")
