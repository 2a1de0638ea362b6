"""Services asked about artists: whom, how often, and what is never told or kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from sqlalchemy import Engine, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check
from sms_crawlers.artist_lookup import named_artists
from sms_crawlers.errors import BadArgument, MissingContact
from sms_crawlers.items import ArtistLookupItem, RecordSkip
from sms_crawlers.spiders.enrichment.artists_musicbrainz import ArtistsMusicbrainzSpider
from sms_crawlers.spiders.enrichment.artists_spotify import ArtistsSpotifySpider
from sms_crawlers.spiders.enrichment.setlistfm import SetlistfmSpider
from sms_database.artist_lookup import AskedArtist
from tests.carpenter.raw_rows import HOUSE_CALENDAR, clock, raw, store
from tests.crawlers.saved_answers import RECORDINGS, errors, items, read, skips, spider_on
from tests.crawlers.scrapy_command import ScrapyCommand, write_recording
from tests.crawlers.stored import last_run

HERON = "5b1f4c1e-7d0a-4c52-9a55-0d6f3b7e2a10"
SEARCH = "https://musicbrainz.org/ws/2/artist/?query=artist%3A%22{}%22&fmt=json&limit=5"
SHOWS = (
    raw(HOUSE_CALENDAR, "1", "Tin Heron, The Quiet Motors", "2026-11-27"),
    raw(HOUSE_CALENDAR, "2", "Nobody Asks", "2026-11-01"),
)


@pytest.fixture
def scrapy(storing_scrapy: ScrapyCommand) -> ScrapyCommand:
    """`scrapy` with the project's own spiders and a database."""
    storing_scrapy.settings["SPIDER_MODULES"] = "sms_crawlers.spiders"
    return storing_scrapy


@pytest.fixture
def catalog(engine: Engine) -> Engine:
    """A catalog in which two acts are to play, and one has played."""
    store(engine, SHOWS)
    run(engine, clock=clock)
    return engine


def crawl(scrapy: ScrapyCommand, name: str, recording: Path, *arguments: str, **settings: str) -> str:
    """Crawl over a recording; returns the log."""
    done = scrapy.run("crawl", name, *arguments, REPLAY=str(recording), **{"NOW": "2026-11-20T20:00:00Z"} | settings)
    assert done.returncode == 0, done.stderr
    return done.stderr


def without_arguments(directory: Path, source: str) -> Path:
    """Our recording of a source, that does not say whom to ask about."""
    meta = orjson.loads((RECORDINGS / source / "meta.json").read_bytes())
    pages = [page | {"content": (RECORDINGS / source / page["file"]).read_text()} for page in meta["files"]]
    return write_recording(directory / source, source, *pages)


def asked(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT service, asked FROM artist_lookups ORDER BY fetched_at, service, asked"))
        return [tuple(row) for row in rows]


def links(engine: Engine) -> dict[str, set[str]]:
    """Each artist's links as KIND:VALUE."""
    query = "SELECT a.name, l.kind || ':' || l.value AS link FROM artists a JOIN artist_links l ON l.artist_id = a.id"
    found: dict[str, set[str]] = {}
    with engine.connect() as connection:
        for row in connection.execute(text(query)):
            found.setdefault(row.name, set()).add(row.link)
    return found


def test_from_the_calendar_to_its_links(scrapy: ScrapyCommand, catalog: Engine, tmp_path: Path) -> None:
    recording = without_arguments(tmp_path, "artists_musicbrainz")
    crawl(scrapy, "artists_musicbrainz", recording)
    assert asked(catalog) == [("musicbrainz", "The Quiet Motors"), ("musicbrainz", "Tin Heron")]
    run(catalog, clock=clock)
    assert links(catalog) == {"Tin Heron": {f"musicbrainz:{HERON}"}}
    with catalog.connect() as connection:
        doubtful = connection.scalars(text("SELECT candidate->>'note' FROM review_pairs ORDER BY score DESC")).all()
    assert doubtful == ["Seattle garage rock", "electronic duo"]

    crawl(scrapy, "artists_musicbrainz", recording)
    assert ("musicbrainz", HERON) in asked(catalog), "what was found is now looked up by its id"
    run(catalog, clock=clock)
    found = links(catalog)["Tin Heron"]
    assert found >= {f"musicbrainz:{HERON}", "spotify:0TinHeronInvented00000", "url:https://tinheron.example/"}

    crawl(scrapy, "artists_musicbrainz", recording)
    assert last_run(catalog).requests == 0, "all is known for months"
    crawl(scrapy, "artists_musicbrainz", recording, NOW="2027-05-20T20:00:00Z")
    assert last_run(catalog).requests == 0, "nobody plays any more"
    store(catalog, [SHOWS[0] | {"event_day": "2027-06-01", "fetched_at": "2027-05-20T20:00:00Z"}])
    run(catalog, clock=clock)
    crawl(scrapy, "artists_musicbrainz", recording, NOW="2027-05-20T20:00:00Z")
    assert last_run(catalog).requests == 2
    run(catalog, clock=clock)
    assert [d for d in check(catalog, clock=clock) if not d.is_equal] == []


def test_spotify_is_asked_about_those_that_musicbrainz_has_not_linked(
    scrapy: ScrapyCommand, catalog: Engine, tmp_path: Path
) -> None:
    recording = without_arguments(tmp_path, "artists_musicbrainz")
    for _ in range(2):
        crawl(scrapy, "artists_musicbrainz", recording)
        run(catalog, clock=clock)
    log = crawl(scrapy, "artists_spotify", without_arguments(tmp_path, "artists_spotify"))
    assert [name for service, name in asked(catalog) if service == "spotify"] == ["The Quiet Motors"]
    with catalog.connect() as connection:
        kept = "".join(connection.scalars(text("SELECT c::text FROM artist_lookups c")).all())
        kept += "".join(connection.scalars(text("SELECT c::text FROM crawl_runs c")).all())
    assert "token-of-a-recording" not in kept + log


def test_setlists_of_those_on_the_calendar_become_rows_and_no_events(
    scrapy: ScrapyCommand, catalog: Engine, tmp_path: Path
) -> None:
    recording = without_arguments(tmp_path, "setlistfm")
    crawl(scrapy, "setlistfm", recording)
    assert last_run(catalog).requests == 0, "nobody has an id to ask by"
    crawl(scrapy, "artists_musicbrainz", without_arguments(tmp_path, "artists_musicbrainz"))
    run(catalog, clock=clock)
    crawl(scrapy, "setlistfm", recording)
    run(catalog, clock=clock)
    with catalog.connect() as connection:
        days = connection.scalars(text("SELECT event_day::text FROM raw_events WHERE source = 'setlistfm'")).all()
        events = connection.scalar(text("SELECT count(*) FROM events"))
        kind = connection.scalar(text("SELECT kind FROM sources WHERE slug = 'setlistfm'"))
    assert sorted(days) == ["2026-10-31", "2026-11-01"]
    assert (events, kind) == (2, "setlist")
    crawl(scrapy, "setlistfm", recording)
    assert last_run(catalog).requests == 0


def test_before_there_is_a_catalog_there_is_nobody_to_ask(
    scrapy: ScrapyCommand, engine: Engine, tmp_path: Path
) -> None:
    for name in ("artists_musicbrainz", "artists_spotify", "setlistfm"):
        crawl(scrapy, name, without_arguments(tmp_path, name))
        assert (last_run(engine).verdict, last_run(engine).requests) == ("ok", 0)


def test_those_that_are_named_are_asked_about(scrapy: ScrapyCommand, catalog: Engine) -> None:
    crawl(scrapy, "artists_musicbrainz", RECORDINGS / "artists_musicbrainz", "-a", "artists=Velvet Ferry")
    assert asked(catalog) == [("musicbrainz", "Velvet Ferry")]
    crawl(scrapy, "artists_musicbrainz", RECORDINGS / "artists_musicbrainz", "-a", "artists=")
    assert len(asked(catalog)) == 1


def test_names_may_come_with_ids() -> None:
    assert named_artists(" Tin Heron ; AC/DC=mbid;;") == [AskedArtist("Tin Heron"), AskedArtist("AC/DC", "mbid")]


@pytest.mark.parametrize("limit", ["0", "many", "-3"])
def test_a_wrong_limit_is_refused_in_one_line(limit: str) -> None:
    with pytest.raises(BadArgument, match=f"-a limit={limit}: a number of artists"):
        ArtistsMusicbrainzSpider(limit=limit)


def test_musicbrainz_is_not_asked_by_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scrapy.cfg").touch()
    monkeypatch.setenv("SMS_CONTACT", "")
    with pytest.raises(MissingContact, match="SMS_CONTACT is not set: MusicBrainz answers only"):
        ArtistsMusicbrainzSpider.from_crawler(get_crawler(ArtistsMusicbrainzSpider))
    monkeypatch.setenv("SMS_CONTACT", "me@example.test")
    assert ArtistsMusicbrainzSpider.from_crawler(get_crawler(ArtistsMusicbrainzSpider))


def test_musicbrainz_is_asked_once_a_second() -> None:
    settings = Settings()
    settings.setmodule("sms_crawlers.settings")
    ArtistsMusicbrainzSpider.update_settings(settings)
    assert settings.getfloat("DOWNLOAD_DELAY") == 1
    # Scrapy's own downloader would take up to half of it off.
    assert settings["DOWNLOADER"] == "sms_crawlers.network.downloader.TurnTakingDownloader"


@pytest.mark.parametrize("name", ["Tin Heron", 'Say "When"', "AC\\DC", "Mötley & Co: Live?", "a=b;c"])
def test_any_name_can_be_asked_for(name: str) -> None:
    request: Any = spider_on(ArtistsMusicbrainzSpider, "2026-11-20").request_about(AskedArtist(name))
    (found,) = read(spider_on(ArtistsMusicbrainzSpider, "2026-11-20"), request.url, b'{"artists": []}')
    assert (found.asked_by, found.asked) == ("name", name)


def test_an_act_that_cannot_be_read_leaves_no_answer_without_it() -> None:
    body = orjson.dumps({"artists": [{"id": "a", "name": "Tin Heron", "score": 100}, {"id": "b"}]})
    outcomes = read(spider_on(ArtistsMusicbrainzSpider, "2026-11-20"), SEARCH.format("Tin+Heron"), body)
    assert [error.field for error in errors(outcomes)] == ["name"]
    assert not [outcome for outcome in outcomes if isinstance(outcome, ArtistLookupItem)]


def test_an_id_that_is_none_is_not_asked_for() -> None:
    artist = AskedArtist("Tin Heron", "../../etc")
    for cls in (ArtistsMusicbrainzSpider, SetlistfmSpider):
        assert isinstance(spider_on(cls, "2026-11-20").request_about(artist), RecordSkip)


@pytest.mark.trust(19)
def test_spotifys_token_is_in_a_header_and_nowhere_else() -> None:
    spider = spider_on(ArtistsSpotifySpider, "2026-11-20")
    spider.asked = named_artists("Tin Heron")
    (request,) = read(spider, "https://accounts.spotify.com/api/token", b'{"access_token": "t0ken-of-an-hour"}')
    assert request.headers["Authorization"] == b"Bearer t0ken-of-an-hour"
    assert "t0ken" not in request.url + str(request.meta) + str(request.cb_kwargs) + repr(vars(spider))


def test_a_recording_holds_no_token_and_says_who_was_asked_about(scrapy: ScrapyCommand, tmp_path: Path) -> None:
    made = tmp_path / "made"
    recording = str(RECORDINGS / "artists_spotify")
    done = scrapy.run("record", "artists_spotify", str(made), "-a", "artists=Velvet Ferry", REPLAY=recording)
    assert done.returncode == 0, done.stderr
    assert orjson.loads((made / "meta.json").read_bytes())["arguments"] == {"artists": "Velvet Ferry"}
    assert not [path for path in made.iterdir() if b"token-of-a-recording" in path.read_bytes()]
    assert len(orjson.loads((made / "items.json").read_bytes())["lookups"]) == 1


def test_a_setlists_day_is_day_month_year() -> None:
    body = orjson.dumps({"setlist": [{"id": "1", "eventDate": day, "artist": {"name": "A"}} for day in DAYS]})
    url = f"https://api.setlist.fm/rest/1.0/artist/{HERON}/setlists?p=1"
    outcomes = read(spider_on(SetlistfmSpider, "2026-11-20"), url, body)
    assert [item.event_day for item in items(outcomes)] == ["2026-03-04"]
    assert len(errors(outcomes)) == len(DAYS) - 1
    assert skips(outcomes) == []


DAYS = ("04-03-2026", "2026-03-04", "31-02-2026", "4-3-2026", None)
