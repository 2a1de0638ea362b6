"""What look-ups add to artists: their answers brought together, and what is learnt of them. Pure functions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from carpenter.artists.matching import SERVICES, Answers, ArtistFacts, ArtistPair, learn
from carpenter.model import evidence_json
from carpenter.rows import ArtistRow, ChosenLink, Given, IdLookup, NameLookup, ReviewRow
from sms_database.artist_lookup import Candidate

ByName = Mapping[tuple[str, str], Mapping[str, Candidate]]
"""The acts of answers about a name, by (folded name, service) and id; each act once."""


def artist_facts(artists: Iterable[ArtistRow], chosen: Iterable[ChosenLink]) -> list[ArtistFacts]:
    """What is known of artists before any service is heard. Of choices for one service, the last counts."""
    decided: dict[uuid.UUID, dict[str, str | None]] = defaultdict(dict)
    for choice in chosen:
        decided[choice.artist][choice.service] = choice.value
    return [
        ArtistFacts(
            id=row.id,
            key=row.name_key,
            links=frozenset((kind, value) for kind, value in row.links),
            countries=frozenset(row.countries),
            decided=decided.get(row.id, {}),
        )
        for row in artists
    ]


def acts_by_name(lookups: Iterable[NameLookup]) -> ByName:
    """The acts that services know by each name; of one that two answers give, the later answer's."""
    named: dict[tuple[str, str], dict[str, Candidate]] = defaultdict(dict)
    for lookup in lookups:
        named[lookup.name_key, lookup.service] |= {candidate["id"]: candidate for candidate in lookup.candidates}
    return named


def ids_to_look_up(artists: Iterable[ArtistFacts], named: ByName) -> set[str]:
    """The ids of all acts that bear on these artists: by their names, by links, and by choice."""
    return {i for artist in artists for service in SERVICES for i in _ids(artist, service, named)}


def _ids(artist: ArtistFacts, service: str, named: ByName) -> set[str]:
    given = {value for kind, value in artist.links if kind == service}
    chosen = artist.decided.get(service)
    return given | named.get((artist.key, service), {}).keys() | (set() if chosen is None else {chosen})


def learn_all(artists: Sequence[ArtistFacts], named: ByName, looked_up: Iterable[IdLookup]) -> Given:
    """What services give of these artists; of one that nothing was said of, and nobody decided on, nothing."""
    known = {(each.service, each.asked): each.candidates[0] for each in looked_up if each.candidates}
    answers = {artist.id: _answers(artist, named, known) for artist in artists}
    learned = {a.id: learn(a, answers[a.id]) for a in artists if answers[a.id] or a.decided}
    return Given(
        {(i, alias): services for i, each in learned.items() for alias, services in each.aliases.items()},
        {(i, *link): services for i, each in learned.items() for link, services in each.links.items()},
        [_review_row(pair) for each in learned.values() for pair in each.review],
    )


def _answers(artist: ArtistFacts, named: ByName, known: Mapping[tuple[str, str], Candidate]) -> dict[str, Answers]:
    """What was said of an artist, by each service that said anything."""
    answers = {}
    for service in SERVICES:
        by_id = {i: known[service, i] for i in _ids(artist, service, named) if (service, i) in known}
        by_name = tuple(named.get((artist.key, service), {}).values())
        if by_id or by_name:
            answers[service] = Answers(by_name, by_id)
    return answers


def _review_row(pair: ArtistPair) -> ReviewRow:
    evidence = [evidence_json(each) for each in pair.evidence]
    return ReviewRow(pair.artist, pair.candidate_uuid, "artist", _shown(pair), pair.score, evidence)


def _shown(pair: ArtistPair) -> dict[str, str | None]:
    """What a person needs to know of a candidate."""
    candidate = pair.candidate
    return {
        "service": pair.service,
        "id": candidate["id"],
        "name": candidate["name"],
        "url": candidate.get("url"),
        "note": candidate.get("note"),
        "country": candidate.get("country"),
    }
