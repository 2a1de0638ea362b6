"""Flat lines become the exchange form, or are named as what they are."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_database.exchange import BadLine, exchange_form, read_line, to_contract, unknown_fields
from sms_database.raw_check import check_item, item_json
from sms_database.raw_event import FIELD_NAMES, RawEventItem
from tests.carpenter.raw_rows import MORNING


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"{broken", "no JSON"),
        (b'{"title": "\xff"}', "no JSON"),
        (b"[" * 10_000 + b"]" * 10_000, "no JSON"),
        (b'["a"]', "a list"),
        (b'"text"', "a text"),
        (b"3", "a number"),
        (b"null", "null"),
        (b"true", "a truth value"),
    ],
)
def test_a_line_without_an_object_says_what_it_holds(line: bytes, what: str) -> None:
    with pytest.raises(BadLine, match=what):
        read_line(line)


def test_flat_names_are_translated_and_the_contract_name_wins() -> None:
    flat = {
        "tz": "UTC",
        "venue_state": "WA",
        "price": "$5",
        "status": "Sold out",
        "artists": ["Mossback", {"name": "Ash"}],
    }
    item = to_contract(flat)
    assert {name: item[name] for name in ("timezone", "venue_region", "price_text", "status_text")} == {
        "timezone": "UTC",
        "venue_region": "WA",
        "price_text": "$5",
        "status_text": "Sold out",
    }
    assert item["artists"] == [{"name": "Mossback"}, {"name": "Ash"}]
    assert to_contract({"tz": "UTC", "timezone": "Europe/Oslo"})["timezone"] == "Europe/Oslo"
    assert to_contract({"price": "$5", "price_text": None})["price_text"] == "$5"


def test_fields_beyond_both_forms_are_named() -> None:
    assert unknown_fields({"title": "a", "tz": "UTC", "raw_id": 1, "mood": None}) == ["raw_id", "mood"]


@given(
    st.fixed_dictionaries(
        {"title": st.text(st.characters(codec="ascii", categories=["L"]), min_size=1)},
        optional={
            "event_day": st.dates().map(str),
            "artists": st.lists(st.sampled_from([{"name": "Mossback"}, {"name": "Ash", "role": "support"}])),
            "price_min": st.floats(0, 99),
            "genres": st.lists(st.just("folk")),
            "payload": st.dictionaries(st.sampled_from("abc"), st.integers(-(2**63), 2**63 - 1)),
        },
    )
)
def test_a_stored_item_reads_again_as_it_was(fields: dict[str, object]) -> None:
    item = RawEventItem(source="paper", source_event_id="1", fetched_at=MORNING, **fields)  # type: ignore[arg-type]  # drawn
    stored = check_item(item)
    form = exchange_form(stored.data, "2026-11-20T17:00:00Z")
    assert list(form) == list(FIELD_NAMES)
    assert form == item_json(item)
    assert check_item(to_contract(read_line(orjson.dumps(form)))) == stored
