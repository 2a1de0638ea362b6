"""schema.org microdata (`itemscope`, `itemprop`) in the form that the same facts have as JSON-LD."""

from __future__ import annotations

from typing import Any

from scrapy.http import TextResponse

from sms_crawlers.reading import fold
from sms_crawlers.reading.schema_event import is_event

_STATED_IN = ("content", "datetime", "href", "src", "data-src", "value")
"""Attributes that hold a property's value; where an element has none of them, its text does."""


def microdata(page: TextResponse) -> list[dict[str, Any]]:
    """The items of the page's schema.org microdata that are no property of another one, in the page's order."""
    return [item for item, outermost in _items(page) if outermost]


def microdata_events(page: TextResponse) -> list[dict[str, Any]]:
    """The Events among the page's microdata, those that are a property of another item too."""
    return [item for item, _ in _items(page) if is_event(item)]


def _items(page: TextResponse) -> list[tuple[dict[str, Any], bool]]:
    """Every item, and whether it is no property of another. One pass: each property goes to the item around it."""
    if page.selector.type not in ("html", "xml"):
        return []
    found: dict[Any, dict[str, Any]] = {}
    outermost: dict[Any, bool] = {}
    for element in page.xpath("//*[@itemscope or @itemprop]"):
        root: Any = element.root
        names = (root.get("itemprop") or "").split()
        owner = found.get(_scope_around(root, found))
        if "itemscope" in root.attrib:
            found[root] = {"@type": (root.get("itemtype") or "").split("/")[-1].strip()}
            outermost[root] = not (names and owner is not None)
        if owner is None:
            continue
        value = found.get(root) or _value(root)
        for name in names:
            there = owner.get(name)
            owner[name] = value if there is None else [*(there if isinstance(there, list) else [there]), value]
    return [(item, outermost[root]) for root, item in found.items() if item["@type"]]


def _scope_around(element: Any, known: dict[Any, dict[str, Any]]) -> Any:
    return next((around for around in element.iterancestors() if around in known), None)


def _value(element: Any) -> str | None:
    stated = next((element.get(name) for name in _STATED_IN if element.get(name)), None)
    return stated or fold("".join(map(str, element.itertext())))
