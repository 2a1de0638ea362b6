"""The nights of a show in a text that tells other days too: of a sale, of a publication, of an earlier date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sms_crawlers.reading.day_runs import PrintedRun, printed_runs
from sms_crawlers.reading.days import Order
from sms_crawlers.reading.printed_nights import Nights, nights_of_run

_MOVED = r"(?:rescheduled|moved|postponed|changed|pushed(?: back)?)"
_BEFORE_ANOTHER_THING = re.compile(
    r"\b(?:on[- ]?sale|pre-?sale|sales?\s+(?:starts?|begins?|ends?)|posted|published|updated|announced|written|uploaded"
    r"|available(?=\s*$)|available\s+(?:on|from|starting)|tickets?\s+ends?|early bird|refunds?|by(?=\s*$)|deadline"
    r"|(?<!postponed )(?<!moved )(?<!rescheduled )(?:until|till)|released?|out(?=\s*$)|out\s+(?:on|now)|recorded"
    r"|born|since|founded|was(?=\W*$)|formerly|previous(?:ly)?|originally(?:\s+scheduled)?|copyright"
    rf"|last\s+(?:played|seen|here|year)|{_MOVED}\s+from|r\.?s\.?v\.?p\.?(?:\s+by)?)(?!\w)",
    re.IGNORECASE,
)
"""Words before a day in its clause that say whose day it is, if not the show's."""
_BEHIND_ANOTHER_THING = re.compile(
    r"\b(?:on[- ]?sale(?!\s+now)|pre-?sale|postponed|cancell?ed|rescheduled|posted|published|deadline|release)\b",
    re.IGNORECASE,
)
"""Words behind a day that say so, where the text has other days."""
_MOVED_TO = re.compile(rf"\b(?:{_MOVED}|now)\b[^.;]{{0,24}}?\b(?:to|until|for|on)?\s*$", re.IGNORECASE)
"""Words between two days that say that the second is in the place of the first."""
_MOVED_FROM = re.compile(rf"\b{_MOVED}\s+from\s*$", re.IGNORECASE)
_IN_PARENTHESES = re.compile(r"\(([^()]{0,80})\)")
_MARKS = re.compile(r"[!?;|•]")
_CLAUSE = re.compile(r"[\n\1]|\.(?!\w)")


@dataclass(frozen=True)
class ShowDays:
    """The nights of one run, and the words behind it up to the next one: its hours are among them."""

    nights: tuple[Nights, ...]
    words: str
    is_doubtful: bool
    """Do the words behind it call it another thing's?"""

    @property
    def last(self) -> date:
        """The last night."""
        return max(last or first for first, last in self.nights)


def find_show_days(text: str, *, near: date, order: Order = "mdy") -> list[ShowDays]:
    """The runs of days in a text but for those that their own words call another thing's.

    Raises UnreadableField("event_day", …) as `read_nights` does.
    """
    text = _IN_PARENTHESES.sub(_but_for_other_days, _MARKS.sub("\1", text))
    runs = printed_runs(text, order)
    found: list[ShowDays] = []
    for place, run in enumerate(runs):
        before = text[runs[place - 1].span[1] if place else 0 : run.span[0]]
        following = runs[place + 1].span[0] if place + 1 < len(runs) else len(text)
        behind = text[run.span[1] : following]
        if _MOVED_FROM.search(before) and len(run.days) > 1:
            found.append(ShowDays(tuple(nights_of_run(_only_last(run), near)), behind, is_doubtful=False))
        elif not _BEFORE_ANOTHER_THING.search(_CLAUSE.split(before)[-1]) and not (
            following < len(text) and _MOVED_TO.search(behind)
        ):
            own = _CLAUSE.split(behind)
            doubtful = (len(own) > 1 or following == len(text)) and _BEHIND_ANOTHER_THING.search(own[0]) is not None
            found.append(ShowDays(tuple(nights_of_run(run, near)), behind, doubtful))
    return found


def _but_for_other_days(part: re.Match[str]) -> str:
    """What stands in parentheses; nothing for "(originally November 28)"."""
    runs = printed_runs(part[1])
    return "" if runs and _BEFORE_ANOTHER_THING.search(part[1][: runs[0].span[0]]) else part[0]


def _only_last(run: PrintedRun) -> PrintedRun:
    last = run.days[-1]
    last.until = False
    return PrintedRun(run.span, run.text, [last])
