"""A source's key: asked for before anything is requested, never stored, not needed where nothing is asked."""

from __future__ import annotations

import pytest
from scrapy.utils.test import get_crawler

from sms_crawlers.area import AreaSpider
from sms_crawlers.errors import BadArgument, MissingKey
from sms_crawlers.keys import NOT_NEEDED, ApiKey
from tests.crawlers.example_spiders import ExampleHall

KEY = ApiKey("EXAMPLE_ROOM_KEY", "https://example.test/keys")


class KeyedSpider(ExampleHall):
    keys = (KEY,)


def test_a_spider_without_its_key_says_which_and_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY.variable, raising=False)
    with pytest.raises(MissingKey, match=r"^EXAMPLE_ROOM_KEY is not set: get a key at https://example\.test/keys"):
        KeyedSpider.from_crawler(get_crawler(KeyedSpider))


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY.variable, "s3cret")
    assert KeyedSpider.from_crawler(get_crawler(KeyedSpider)).key_values == {KEY.variable: "s3cret"}


@pytest.mark.parametrize("settings", [{"OFFLINE": True}, {"REPLAY": "anywhere"}])
def test_no_key_is_read_where_nothing_is_asked(settings: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY.variable, "s3cret")
    assert KeyedSpider.from_crawler(get_crawler(KeyedSpider, settings)).key_values == {KEY.variable: NOT_NEEDED}


class CitySpider(AreaSpider):
    name = "city_example"
    title = "City example"
    homepage = "https://example.test"
    kind = "api"


def test_an_area_is_a_city_of_ours_and_a_radius() -> None:
    assert (CitySpider().area.slug, CitySpider().radius_km) == ("seattle", CitySpider().area.radius_km)
    assert CitySpider(radius_km="12.5").radius_km == 12.5
    assert CitySpider().city is None, "rows tell their city themselves"


@pytest.mark.parametrize("arguments", [{"city": "atlantis"}, {"radius_km": "wide"}, {"radius_km": "0"}])
def test_a_wrong_area_is_refused_in_one_line(arguments: dict[str, str]) -> None:
    with pytest.raises(BadArgument, match=r"^-a (city|radius_km)="):
        CitySpider(**arguments)
