"""The form by which a reader tells of a mistake. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sms_api.pages.views.show import Fact
from sms_catalog.reports import reported_words
from sms_catalog.words import NO_VALUE
from sms_database.reports import OTHER
from sms_text.unseen import UNSEEN
from sms_text.urls import safe_url

LONGEST_SAID = 1_000
"""Characters of what a reader says."""

LONGEST_LINK = 500

FORM_FIELDS = ("field", "said", "link")

_NAMES: Mapping[str, Mapping[str, str]] = {
    "venue": {
        "name": "Name",
        "address": "Address",
        "neighborhood": "Neighborhood",
        "capacity": "How many it holds",
        "website": "Website",
    },
    "artist": {"name": "Name", "links": "Links"},
}

_OF_EVENT = {"description": "In their words"}
"""What is reported of a show beside the table of its facts."""


@dataclass(frozen=True, slots=True)
class Reportable:
    """Something on a page that may be wrong."""

    field: str
    words: str
    """Its name, and what the page says."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a reader filled in, as it came."""

    field: str = ""
    said: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader filled in, tidied, and what is wrong with it: a sentence by the name of each form field."""

    field: str
    said: str
    link: str | None
    problems: Mapping[str, str]


def reportable_of_event(facts: Sequence[Fact]) -> list[Reportable]:
    """What may be wrong on a show's page."""
    told = [Reportable(fact.entry, f"{fact.name}: {fact.value or 'not known'}") for fact in facts]
    return [*told, *(Reportable(field, name) for field, name in _OF_EVENT.items()), _other("show")]


def reportable_of(entity: str, thing: Mapping[str, Any]) -> list[Reportable]:
    """What may be wrong on the page of a venue or an artist (`sms_catalog.venues`, `sms_catalog.artists`)."""
    told = {field: reported_words(entity, thing, field) for field in _NAMES[entity]}
    named = [
        Reportable(field, f"{name}: {'not known' if told[field] == NO_VALUE else told[field]}")
        for field, name in _NAMES[entity].items()
    ]
    return [*named, _other({"venue": "room", "artist": "act"}[entity])]


def read_report(filled: Filled, reportable: Sequence[Reportable]) -> Read:
    """A report as it may be kept, unless there are problems."""
    problems = {}
    if filled.field not in {each.field for each in reportable}:
        problems["field"] = "Choose what is wrong."
    lines = (UNSEEN.sub("", line).strip() for line in filled.said.splitlines())
    said = "\n".join(lines).strip()
    if not said:
        problems["said"] = "Say what is right, or what is wrong here."
    elif len(said) > LONGEST_SAID:
        problems["said"] = f"At most {LONGEST_SAID:,} characters: these are {len(said):,}."
    given = filled.link.strip()
    link = safe_url(given) or (None if "//" in given or "." not in given else safe_url(f"https://{given}"))
    if given and (link is None or len(link) > LONGEST_LINK):
        problems["link"] = f"That is no address of a page: https://, and at most {LONGEST_LINK} characters."
    return Read(filled.field, said, link, problems)


def _other(thing: str) -> Reportable:
    return Reportable(OTHER, f"Something else about this {thing}")
