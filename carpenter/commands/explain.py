"""`explain`: where each value of an event comes from, and why its rows are one show."""

from __future__ import annotations

from itertools import chain
from typing import Annotated

import typer

from carpenter.commands.choose_event import Asked, chosen_event
from carpenter.explain.replay import not_merged
from carpenter.explain.text import explained
from sms_catalog.explanations import explanation_of, explanation_record
from sms_catalog.words import folded
from sms_database.cli import database, say, say_json


def explain(
    event: Asked,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say of an event where each value comes from, which rows it is made of and why, and what people decided."""
    with database() as engine, engine.connect() as connection:
        chosen = chosen_event(connection, event)
        known = explanation_of(connection, chosen)
        apart = not_merged(connection, chosen.id)
    if as_json:
        say_json(explanation_record(known) | {"apart": apart})
    else:
        for line in chain.from_iterable(map(folded, explained(known, apart))):
            say(line)
