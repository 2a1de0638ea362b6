"""Which act of a service an artist of the catalog is: only what is without doubt is taken. Pure functions."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from carpenter.artists.features import (
    FEATURES,
    GOOD_SERVICE_SCORE,
    LONG_NAME,
    POOR_SERVICE_SCORE,
    SAME_ARTIST_SCORE,
    SHORT_NAME,
)
from carpenter.model import Evidence
from sms_database.artist_lookup import Candidate
from sms_database.ids import candidate_uuid
from sms_text.text import clean, fold_key
from sms_text.urls import safe_url

SERVICES = ("musicbrainz", "spotify")
"""In the order in which they are asked: what the one says of an act is evidence for the next."""

_SPOTIFY = re.compile(r"https?://open\.spotify\.com/(?:intl-\w+/)?artist/(\w+)/?")
_PAGES = frozenset(
    {
        *("official homepage", "bandcamp", "soundcloud", "youtube", "streaming", "free streaming", "social network"),
        *("songkick", "bandsintown", "setlistfm"),
    }
)
"""Kinds of relation whose page a listener may want; the others are databases."""

Link = tuple[str, str]
"""(kind, value) as in `artist_links`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistFacts:
    """What is known of an artist before any service is heard."""

    id: uuid.UUID
    key: str
    """The folded name."""
    links: frozenset[Link] = frozenset()
    """What rows give."""
    countries: frozenset[str] = frozenset()
    """Where it plays: ISO 3166 codes of the cities of its events."""
    decided: Mapping[str, str | None] = field(default_factory=dict)
    """Service to the act there that a person chose; None: a person says that it is none."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a service said that bears on an artist."""

    by_name: Sequence[Candidate] = ()
    """Of all spellings of the artist's name, each act once."""
    by_id: Mapping[str, Candidate] = field(default_factory=dict)
    """Acts that were looked up by the service's own id, with all that it knows of them."""


@dataclass(frozen=True, slots=True)
class Match:
    """The artist is this act of the service."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ArtistPair:
    """An artist and an act that it may be."""

    artist: uuid.UUID
    service: str
    candidate: Candidate
    score: float
    evidence: tuple[Evidence, ...]

    @property
    def candidate_uuid(self) -> uuid.UUID:
        """The candidate's stand-in for an id of ours."""
        return candidate_uuid(self.service, self.candidate["id"])


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A person has to say which of these it is, if any; those that fit best come first."""

    pairs: tuple[ArtistPair, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No act of the service is the artist, as far as can be told."""

    reason: str


@dataclass(slots=True)
class Learned:
    """All that services add to an artist, with those that say so."""

    links: dict[Link, set[str]] = field(default_factory=lambda: defaultdict(set))
    aliases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    review: list[ArtistPair] = field(default_factory=list)


def learn(artist: ArtistFacts, answers: Mapping[str, Answers]) -> Learned:
    """What the services' answers add to an artist. Depends on its arguments alone, not on who answered first."""
    learned = Learned()
    for service in SERVICES:
        said = answers.get(service, Answers())
        known = artist.links | learned.links.keys()
        match judge(service, artist, known, said):
            case Match(id=match_id):
                learned.links[service, match_id].add(service)
                candidate = _candidate(match_id, said)
                if candidate is not None:
                    for link in _links(candidate):
                        learned.links[link].add(service)
                    for name in filter(None, map(clean, _names(candidate))):
                        learned.aliases[name].add(service)
            case Doubtful(pairs=pairs):
                learned.review += pairs
    return learned


def judge(service: str, artist: ArtistFacts, known: Iterable[Link], said: Answers) -> Match | Doubtful | NoMatch:
    """Which act of the service an artist is. `known` are all links that rows or other services give of it.

    A name alone never chooses between two: Nirvana of Aberdeen and Nirvana of London have one name.
    """
    if service in artist.decided:
        chosen = artist.decided[service]
        return NoMatch("a person says that it is none") if chosen is None else Match(chosen, "a person says so")
    ids = sorted(value for kind, value in known if kind == service)
    if len(ids) > 1:
        return NoMatch(f"{len(ids)} different ids are given")
    if ids:
        return _judge_given(service, artist, ids[0], said)
    namesakes = [candidate for candidate in said.by_name if _squashed(artist.key) in map(_squashed, _keys(candidate))]
    if not namesakes:
        return NoMatch("nobody of this name")
    pairs = _pairs(service, artist, namesakes)
    if len(pairs) == 1 and pairs[0].score >= SAME_ARTIST_SCORE:
        return Match(pairs[0].candidate["id"], "the only one of this name")
    return Doubtful(pairs, "a name alone" if len(pairs) == 1 else f"{len(pairs)} of this name")


def _judge_given(service: str, artist: ArtistFacts, given: str, said: Answers) -> Match | Doubtful | NoMatch:
    """An id that is given already: it is believed of an act that has the name. Sellers do mistake tribute acts."""
    candidate = _candidate(given, said)
    if candidate is None:
        return NoMatch("the id that is given was not looked up")
    if artist.key in _keys(candidate):
        return Match(given, "an id that is given")
    return Doubtful(_pairs(service, artist, [candidate]), "the id that is given is of another name")


def _pairs(service: str, artist: ArtistFacts, candidates: Sequence[Candidate]) -> tuple[ArtistPair, ...]:
    pairs = []
    for candidate in candidates:
        evidence = tuple(_evidence(artist, candidate, others=len(candidates) - 1))
        score = max(0.0, min(1.0, round(sum(e.weight for e in evidence), 3)))
        pairs.append(ArtistPair(artist.id, service, candidate, score, evidence))
    return tuple(sorted(pairs, key=lambda pair: (-pair.score, pair.candidate["id"])))


def _evidence(artist: ArtistFacts, candidate: Candidate, *, others: int) -> Iterator[Evidence]:
    name = candidate["name"]
    if fold_key(name) == artist.key:
        yield FEATURES["same name"].evidence(f"{name} is the same name")
    elif artist.key in _keys(candidate):
        yield FEATURES["alias"].evidence(f"{name} is also called so")
    elif _squashed(artist.key) in map(_squashed, _keys(candidate)):
        yield FEATURES["other gaps"].evidence(f"{name} is the same name with other gaps")
    else:
        yield FEATURES["other name"].evidence(f"{name} is another name")
    if others:
        yield FEATURES["namesakes"].evidence(f"{others} more of this name")
    else:
        yield FEATURES["no namesake"].evidence("no other of this name")
    letters = sum(map(str.isalnum, artist.key))
    if letters <= SHORT_NAME:
        yield FEATURES["short name"].evidence(f"{letters} letters are hardly a name")
    elif letters >= LONG_NAME and " " in artist.key:
        yield FEATURES["long name"].evidence("a name of several words")
    score = candidate.get("score")
    if score is not None and score >= GOOD_SERVICE_SCORE:
        yield FEATURES["good score"].evidence(f"the service's own score is {score}")
    elif score is not None and score < POOR_SERVICE_SCORE:
        yield FEATURES["poor score"].evidence(f"the service's own score is {score}")
    if candidate.get("country") in artist.countries:
        yield FEATURES["country"].evidence(f"from {candidate['country']}, where it plays")


def _candidate(candidate_id: str, said: Answers) -> Candidate | None:
    in_search = (candidate for candidate in said.by_name if candidate["id"] == candidate_id)
    return said.by_id.get(candidate_id) or next(in_search, None)


def _names(candidate: Candidate) -> list[str]:
    return [candidate["name"], *candidate.get("aliases", ())]


def _keys(candidate: Candidate) -> set[str]:
    return set(map(fold_key, _names(candidate)))


def _squashed(key: str) -> str:
    """A folded name without its gaps: "M.U.S.E." beside "Muse"."""
    return key.replace(" ", "")


def _links(candidate: Candidate) -> Iterator[Link]:
    """The ids and pages that a service relates to an act."""
    for link in candidate.get("links", ()):
        url = safe_url(link["url"])
        if url is None:
            continue
        if spotify := _SPOTIFY.fullmatch(url):
            yield "spotify", spotify[1]
        elif link["kind"] in _PAGES:
            yield "url", url
