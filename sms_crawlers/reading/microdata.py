"""schema.org microdata (`itemscope`, `itemprop`) and RDFa (`typeof`, `property`) in the form of the same JSON-LD."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from scrapy.http import TextResponse

from sms_crawlers.reading import fold
from sms_crawlers.reading.schema_event import is_event

_STATED_IN = ("content", "datetime", "href", "src", "data-src", "value")
"""Attributes that hold a property's value; where an element has none of them, its text does."""


class _Syntax(NamedTuple):
    """The attributes of a syntax."""

    scope: str
    name: str
    kind: str


_MICRODATA = _Syntax("itemscope", "itemprop", "itemtype")
_RDFA = _Syntax("typeof", "property", "typeof")


def microdata(page: TextResponse) -> list[dict[str, Any]]:
    """The items of the page's schema.org microdata that are no property of another one, in the page's order."""
    return [item for item, outermost in _items(page, _MICRODATA) if outermost]


def microdata_events(page: TextResponse) -> list[dict[str, Any]]:
    """The Events among the page's microdata, or else its RDFa, those that are a property of another item too."""
    found = ([item for item, _ in _items(page, syntax) if is_event(item)] for syntax in (_MICRODATA, _RDFA))
    return next(filter(None, found), [])


def _items(page: TextResponse, syntax: _Syntax) -> list[tuple[dict[str, Any], bool]]:
    """Every item, and whether it is no property of another. Each property goes to the item around it."""
    if page.selector.type not in ("html", "xml"):
        return []
    elements = [element.root for element in page.xpath(f"//*[@{syntax.scope} or @{syntax.name}]")]
    found = {root: _typed(root, syntax) for root in elements if syntax.scope in root.attrib}
    outermost = dict.fromkeys(found, True)
    owners = dict(found) | _referred(page, found)
    for root in elements:
        names = [re.split(r"[/:#]", name)[-1] for name in (root.get(syntax.name) or "").split()]
        owner = owners.get(_scope_around(root, owners, itself=root not in found))
        if owner is None or owner is found.get(root):
            continue
        value = found[root] if root in found else _value(root)
        if root in found and names:
            outermost[root] = False
        for name in names:
            there = owner.get(name)
            owner[name] = value if there is None else [*(there if isinstance(there, list) else [there]), value]
    return [(item, outermost[root]) for root, item in found.items() if item["@type"]]


def _typed(root: Any, syntax: _Syntax) -> dict[str, Any]:
    kinds = [re.split(r"[/:#]", kind)[-1] for kind in (root.get(syntax.kind) or "").split()]
    return {"@type": kinds if len(kinds) > 1 else "".join(kinds)}


def _referred(page: TextResponse, found: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Elements elsewhere in the page whose properties an item takes by `itemref`."""
    return {
        element.root: item
        for root, item in found.items()
        for name in (root.get("itemref") or "").split()
        for element in page.xpath("//*[@id=$name]", name=name)
    }


def _scope_around(element: Any, known: dict[Any, dict[str, Any]], *, itself: bool) -> Any:
    if itself and element in known:
        return element
    return next((around for around in element.iterancestors() if around in known), None)


def _value(element: Any) -> str | None:
    stated = next((element.get(name) for name in _STATED_IN if element.get(name)), None)
    return stated or fold("".join(map(str, element.itertext())))
