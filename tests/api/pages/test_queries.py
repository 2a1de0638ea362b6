"""What an address asks, for whoever answers it in another form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sms_api.app import create_app
from sms_api.pages.queries import page_query
from sms_api.settings import ApiSettings
from sms_catalog.query_parameters import canonical
from sms_database.ids import artist_uuid, row_uuid
from sms_database.venues import all_venue_facts
from tests.api.served import NOW, Served, serving

BLUE_MOON = all_venue_facts()["blue_moon"].id
MOSSBACK = artist_uuid("mossback")
MUSIC = "kind=dj_night&kind=festival&kind=open_jam&kind=open_mic&kind=show"


@pytest.fixture(scope="module")
def asked(shows_url: str) -> Iterator[Served]:
    """The application with one more form of every page: what its query is."""

    async def text_of_query(request: Request) -> Response:
        return PlainTextResponse(canonical(await page_query(request)))

    application = create_app(shows_url, ApiSettings(reads_per_minute=0, searches_per_minute=0), lambda: NOW)
    application.router.routes.insert(0, Route("/{path:path}.csv", text_of_query))
    with serving(application) as served:
        yield served


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/seattle.csv", f"city=seattle&{MUSIC}&when=tonight"),
        ("/seattle.csv?when=weekend&free=yes", f"city=seattle&free=yes&{MUSIC}&when=weekend"),
        ("/seattle/week.csv?kind=all", "city=seattle&when=week"),
        ("/seattle/2026-12-05.csv?hood=Ballard", f"city=seattle&hood=ballard&{MUSIC}&night=2026-12-05"),
        (f"/venues/blue-moon-tavern-{BLUE_MOON.hex[:12]}.csv", f"from=2026-11-20&venue={BLUE_MOON}"),
        (f"/artists/whatever-{MOSSBACK.hex[:12]}.csv?to=2026-11-30", f"artist={MOSSBACK}&to=2026-11-30"),
        (f"/events/{row_uuid('boxoffice', 'main')}.csv", None),
        ("/search.csv?q=Tin++Lantern", "from=2026-11-20&q=tin+lantern"),
    ],
)
def test_an_address_asks_the_same_in_every_form(asked: Served, address: str, query: str | None) -> None:
    answer = asked.ask(address)
    assert answer.status == 200, answer.text
    if query is None:
        founder, joined = row_uuid("blue_moon", "main"), row_uuid("boxoffice", "main")
        assert answer.text in (f"id={founder}", f"id={joined}")
    else:
        assert answer.text == query


@pytest.mark.parametrize(
    ("address", "status"),
    [("/venues/nowhere-000000000000.csv", 404), ("/seattle.csv?fre=yes", 422), ("/seattle/2026-02-30.csv", 404)],
)
def test_what_cannot_be_asked_is_a_problem_in_every_form(asked: Served, address: str, status: int) -> None:
    answer = asked.ask(address)
    assert (answer.status, answer.json["status"]) == (status, status)
