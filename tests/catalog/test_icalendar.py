"""The lines of an iCalendar file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event

from sms_catalog.icalendar import file_lines

_NEAR_FOLDS = st.text(alphabet='a\\^;,:é力😀 \n"', max_size=400)


@given(summary=_NEAR_FOLDS, name=st.text(alphabet="a^é力😀 ", max_size=90))
def test_lines_are_folded_as_the_library_folds_them(summary: str, name: str) -> None:
    event = Event()
    event.add("summary", summary)
    event.add("contact", "b" * 60, parameters={"cn": name})
    assert file_lines(event) == event.to_ical()
