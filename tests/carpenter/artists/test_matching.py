"""Which act of a service an artist is: only what is without doubt."""

from __future__ import annotations

import uuid
from typing import Any, cast

import pytest

from carpenter.artists.matching import Answers, ArtistFacts, Doubtful, Match, NoMatch, judge, learn
from sms_database.artist_lookup import Candidate
from sms_text.text import fold_key


def artist(name: str, **known: Any) -> ArtistFacts:
    return ArtistFacts(id=uuid.uuid4(), key=fold_key(name), **({"countries": frozenset({"US"})} | known))


def act(act_id: str, name: str, *aliases: str, **more: Any) -> Candidate:
    return cast(Candidate, {"id": act_id, "name": name, "aliases": list(aliases), **more})


def judged(name: str, *candidates: Candidate, service: str = "musicbrainz", **known: Any) -> Match | Doubtful | NoMatch:
    facts = artist(name, **known)
    return judge(service, facts, facts.links, Answers(candidates))


LONE = act("heron", "Tin Heron", score=100, country="US")


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Tin Heron", [LONE, act("other", "Tin Heron Trio", score=80)]),
        ("TIN HERON", [LONE]),
        ("The Tin Heron", [act("heron", "Tin Heron", score=100, country="NL")]),
        ("Tin Heron", [act("heron", "Tin Heron Orchestra", "Tin Heron", score=96)]),
        ("Mossback", [act("heron", "Mossback", score=100, country="US")]),
    ],
)
def test_the_only_one_of_a_name_is_taken(name: str, candidates: list[Candidate]) -> None:
    assert judged(name, *candidates) == Match("heron", "the only one of this name")


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Nirvana", [act("a", "Nirvana", score=100, country="US"), act("b", "Nirvana", score=97, country="GB")]),
        ("Tin Heron", [LONE, act("b", "Tin Heron", score=3)]),
        ("Tin Heron", [LONE, act("b", "Somebody Else", "Tin Heron", score=3)]),
        ("Muse", [act("a", "Muse", score=100, country="US"), act("b", "M.U.S.E.", score=90)]),
        ("Tinheron", [LONE]),
        ("Mossback", [act("a", "Mossback", score=100, country="SE")]),
        ("Mossback", [act("a", "Mossback", score=100)]),
        ("Ash", [act("a", "Ash", score=100, country="US")]),
        ("Tin Heron", [act("a", "Tin Heron", score=60, country="US")]),
    ],
)
def test_a_name_alone_does_not_choose(name: str, candidates: list[Candidate]) -> None:
    verdict = judged(name, *candidates)
    assert isinstance(verdict, Doubtful)
    assert [pair.candidate["id"] for pair in verdict.pairs] == [candidate["id"] for candidate in candidates]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Paper Ladders", [("a", "Paper Ladders"), ("b", "Paper Lanterns")]),
        ("Muse", None),
        ("Paper Ladders", None),
    ],
)
def test_spotify_has_no_score_and_strangers(name: str, found: list[tuple[str, str]] | None) -> None:
    two = [("a", name), ("b", name.upper())]
    verdict = judged(name, *(act(*entry) for entry in found or two), service="spotify")
    assert isinstance(verdict, Match if found else Doubtful)


def test_nobody_of_the_name_is_no_doubt() -> None:
    assert judged("Tin Heron", act("a", "Tin Herring", score=95)) == NoMatch("nobody of this name")
    assert judged("Tin Heron") == NoMatch("nobody of this name")


def test_an_id_that_rows_give_chooses_among_namesakes() -> None:
    rows_say = frozenset({("musicbrainz", "b")})
    nirvanas = (act("a", "Nirvana", score=100), act("b", "Nirvana", score=97))
    assert judged("Nirvana", *nirvanas, links=rows_say) == Match("b", "an id that is given")


def test_an_id_of_another_name_is_doubted() -> None:
    """A seller gives a tribute act the id of whom it plays."""
    tribute = artist("Nearly Nirvana", links=frozenset({("musicbrainz", "a")}))
    answers = Answers(by_id={"a": act("a", "Nirvana", "Nirvana US")})
    assert isinstance(judge("musicbrainz", tribute, tribute.links, answers), Doubtful)
    assert learn(tribute, {"musicbrainz": answers}).aliases == {}


def test_rows_that_contradict_each_other_choose_nobody() -> None:
    given = frozenset({("musicbrainz", "a"), ("musicbrainz", "heron")})
    assert judged("Tin Heron", LONE, links=given) == NoMatch("2 different ids are given")


def test_a_person_has_the_last_word() -> None:
    nirvanas = (act("a", "Nirvana", score=100), act("b", "Nirvana", score=97))
    assert judged("Nirvana", *nirvanas, decided={"musicbrainz": "b"}) == Match("b", "a person says so")
    assert isinstance(judged("Tin Heron", LONE, decided={"musicbrainz": None}), NoMatch)


def test_a_match_gives_aliases_and_pages_and_the_other_services_id() -> None:
    links = [
        {"kind": "official homepage", "url": "https://tinheron.example/"},
        {"kind": "free streaming", "url": "https://open.spotify.com/artist/0Heron"},
        {"kind": "wikidata", "url": "https://www.wikidata.org/wiki/Q1"},
        {"kind": "bandcamp", "url": "javascript:alert(1)"},
    ]
    known = act("heron", "Tin Heron", "The Tin Herons", links=links)
    spotify = Answers([act("0Stranger", "Tin Heron")])
    learned = learn(artist("Tin Heron"), {"musicbrainz": Answers([LONE], {"heron": known}), "spotify": spotify})
    assert set(learned.aliases) == {"Tin Heron", "The Tin Herons"}
    assert dict(learned.links) == {
        ("musicbrainz", "heron"): {"musicbrainz"},
        ("spotify", "0Heron"): {"musicbrainz"},
        ("url", "https://tinheron.example/"): {"musicbrainz"},
    }
    assert learned.review == []
