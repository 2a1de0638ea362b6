"""What a person hid is reached by no way."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from tests.api.graphql.asking import ask, data
from tests.api.served import Served
from tests.catalog.conftest import FOUNDER, HIDDEN, MERGED


@pytest.mark.parametrize(
    "query",
    [
        "{ events(where: WHERE, first: 200) { nodes { id title } edges { node { id title } } } }",
        "{ venues(first: 200) { nodes { events(where: WHERE, first: 40) { nodes { id title } } } } }",
        "{ artists(first: 200) { nodes { events(where: WHERE, first: 40) { nodes { id title } } } } }",
        "{ cities(first: 20) { nodes { events(where: WHERE, first: 200) { nodes { id title } } } } }",
    ],
)
@pytest.mark.parametrize(
    "where",
    [
        "{}",
        '{q: "paper ladders"}',
        f'{{id: "{HIDDEN}"}}',
        '{source: "paper", order: new}',
        "{night: 2026, order: time}",
    ],
)
def test_no_list_has_it(served: Served, query: str, where: str) -> None:
    answer = ask(served, query.replace("WHERE", where))
    assert str(HIDDEN) not in answer.text.replace(f'{{id: "{HIDDEN}"}}', "")
    assert "Paper Ladders" not in answer.text


def test_it_is_no_node_nor_are_the_records_of_it(served: Served, catalog: Engine) -> None:
    assert data(served, f'{{ node(id: "event:{HIDDEN}") {{ id }} }}') == {"node": None}
    asked = """
    SELECT r.id FROM carpenter_records r LEFT JOIN event_sources s USING (raw_event_id)
    WHERE r.entity_id = :id OR s.event_id = :id
    """
    with catalog.connect() as connection:
        records = [f"record:{number}" for number in connection.scalars(text(asked), {"id": HIDDEN})]
        numbers = connection.scalars(text("SELECT id FROM carpenter_records ORDER BY id")).all()
    assert records
    found = data(served, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=records)["nodes"]
    assert found == [None] * len(records)
    everything = ask(
        served,
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Record { entity diff reason subject { id } run { id } } } }",
        ids=[f"record:{number}" for number in numbers][:200],
    )
    assert str(HIDDEN) not in everything.text


def test_no_change_tells_of_it(served: Served) -> None:
    told = data(served, "{ changes(first: 200) { nodes { seq kind subject { id } into { id } before after } } }")
    of_hidden = [change for change in told["changes"]["nodes"] if "Paper Ladders" in str(change)]
    assert not of_hidden
    assert str(HIDDEN) not in str(told)


def test_a_former_id_leads_to_the_event_that_took_its_place(served: Served) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }"
    ids = [f"event:{MERGED}", "event:nonsense", f"venue:{FOUNDER}", f"event:{FOUNDER}", "no id", "record:0", "city:'"]
    event = {"id": f"event:{FOUNDER}", "__typename": "Event"}
    assert data(served, query, ids=ids)["nodes"] == [event, None, None, event, None, None, None]
