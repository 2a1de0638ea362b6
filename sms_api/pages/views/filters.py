"""The filters of a list: one line of links and native inputs, each state an address. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sms_api.pages.views.wording import Link
from sms_catalog.facets import FacetCount
from sms_catalog.query import ALL_AGES, Query, folded_name
from sms_catalog.query_parameters import query_parameters
from sms_catalog.query_values import number_text

OPEN_STAGES = ("open_jam", "open_mic")

_IN_FORM = frozenset({"hood", "price"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A neighborhood to choose."""

    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list may be narrowed by."""

    action: str
    """The path that the form asks."""
    links: Sequence[Link]
    """Each puts a filter on, or takes it off where it is on."""
    hoods: Sequence[Choice]
    price: str
    kept: Sequence[tuple[str, str]]
    """The parameters that the form's own inputs do not say."""
    clear: str | None
    """The address without any filter; None where there is none."""


def filters_of(path: str, query: Query, defaults: Query, counts: Mapping[str, Sequence[FacetCount]]) -> Filters:
    """The filters of a list at a path, which asks for the defaults by itself, and now asks for the query."""

    def toggle(words: str, is_on: bool, changed: Callable[[], Query], otherwise: Callable[[], Query]) -> Link:
        tail = urlencode(query_parameters(otherwise() if is_on else changed(), defaults=defaults))
        return Link(words, f"{path}?{tail}" if tail else path, is_on)

    parameters = query_parameters(query, defaults=defaults)
    chosen = query.neighborhoods or ()
    stages = query.kinds == OPEN_STAGES
    return Filters(
        action=path,
        links=[
            toggle(
                "free" + _count(counts.get("price", ()), "free", "yes"),
                query.is_free is True,
                lambda: replace(query, is_free=True, price_max=None),
                lambda: replace(query, is_free=None),
            ),
            toggle(
                "all ages" + _count(counts.get("age", ()), "age", "all"),
                query.age == ALL_AGES,
                lambda: replace(query, age=ALL_AGES),
                lambda: replace(query, age=None),
            ),
            toggle(
                "open stages",
                stages,
                lambda: replace(query, kinds=OPEN_STAGES),
                lambda: replace(query, kinds=defaults.kinds),
            ),
            toggle(
                "all kinds",
                query.kinds is None,
                lambda: replace(query, kinds=None),
                lambda: replace(query, kinds=defaults.kinds),
            ),
        ],
        hoods=[
            Choice(hood.label, hood.count, folded_name(hood.label) in chosen)
            for hood in sorted(counts.get("hood", ()), key=lambda hood: hood.label.casefold())
        ],
        price="" if query.price_max is None else number_text(query.price_max),
        kept=[pair for pair in parameters if pair[0] not in _IN_FORM],
        clear=path if parameters else None,
    )


def _count(counts: Iterable[FacetCount], parameter: str, value: str) -> str:
    """ " (12)"; empty where it was not counted."""
    found = (each.count for each in counts if (each.parameter, each.value) == (parameter, value))
    return next((f" ({count:,})" for count in found), "")
