"""Lists by pages: what stays is shown once, in order, whatever is written between two pages."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from sms_catalog.artists import artists_page

NAMES = st.lists(st.text("abcé 'z", min_size=1, max_size=4), unique=True, max_size=8)


def write(connection: Connection, names: list[str]) -> None:
    """Enter artists of these names."""
    for name in names:
        connection.execute(
            text(
                "INSERT INTO artists (id, name_key, name, slug) VALUES (:id, :name, :name, 'x') ON CONFLICT DO NOTHING"
            ),
            {"id": uuid.uuid4(), "name": name},
        )


@pytest.mark.trust(29)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=NAMES, meanwhile=NAMES, leaves=st.sets(st.integers(0, 7)), limit=st.integers(1, 4))
def test_what_stays_is_shown_once_and_in_order(
    connection: Connection, before: list[str], meanwhile: list[str], leaves: set[int], limit: int
) -> None:
    with connection.begin_nested() as savepoint:
        write(connection, before)
        whole = [row["name_key"] for row in artists_page(connection, None, limit=200, cursor=None).items]
        page = artists_page(connection, None, limit=limit, cursor=None)
        shown = [row["name_key"] for row in page.items]
        write(connection, meanwhile)
        gone = [name for number, name in enumerate(before) if number in leaves]
        connection.execute(text("DELETE FROM artists WHERE name = ANY(:gone)"), {"gone": gone})
        while page.next_cursor is not None:
            page = artists_page(connection, None, limit=limit, cursor=page.next_cursor)
            shown += [row["name_key"] for row in page.items]
        savepoint.rollback()
    assert [name for name in shown if name in whole] == [name for name in whole if name in shown]
    assert set(whole) - set(gone) <= set(shown)
    assert len(shown) == len(set(shown))
