"""The clues by which a row's kind is judged, taken out of the row. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from carpenter.model import RawRow
from carpenter.normalize.kind_evidence import Clues, JudgedKind, judge_kind
from carpenter.parsing.descriptions import read_description
from carpenter.titles.bill import Bill
from carpenter.titles.bill_parser import lists_performers
from sms_text.text import clean

_OF_SHOWS = frozenset({"16+", "18+", "21+", "all_ages", "album_release", "early_show", "late_show"})
"""Flags that titles of shows bear."""


def own_kind(row: RawRow, bill: Bill, venue_key: str | None, known_acts: Sequence[str] = ()) -> JudgedKind:
    """The kind of a row with this bill. `venue_key`: its room in venues.toml, where it is described there.

    `known_acts`: names on the bill that other rows attest; without them, what the row says by itself.
    """
    data = row.data
    listed = data.get("artists") or ()
    has_line_up = lists_performers(listed)
    return judge_kind(
        Clues(
            title=clean(data.get("title")) or "",
            acts=[act.name for act in bill.acts],
            genres=[genre for genre in data.get("genres") or () if isinstance(genre, str)],
            has_line_up=has_line_up,
            known_acts=known_acts,
            is_bill=bill.tour is not None or bool(bill.acts and not _OF_SHOWS.isdisjoint(bill.flags)),
            description=None if has_line_up else read_description(data.get("description")).text,
            venue_name=data.get("venue_name"),
            venue_key=venue_key,
            is_own_calendar=row.source.kind == "venue",
        )
    )
