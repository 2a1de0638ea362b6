"""Proposing selectors for a page of no known platform: rows that look alike, each with a day in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from parsel import Selector
from scrapy.http import TextResponse

from sms_crawlers.platforms.rows import first_words, is_hour_or_price, printed_date
from sms_crawlers.reading import UnreadableField, find_days, price_phrase, text_of

MIN_ROWS = 3
"""Fewer rows that look alike may do so by chance."""

MAX_PART_LENGTH = 120
"""Letters of an element that prints a date or price and little else."""

MIN_SHARE_OF_ROWS = 0.8
"""Share of the rows in which a selector must find something: a row may lack what the others have."""

_HEADING = re.compile(r"h[1-6]$")
_TITLE_CLASS = re.compile(r"title|name|headline|artist|performer|summary", re.IGNORECASE)
_PLAIN_CLASS = re.compile(r"[A-Za-z_][A-Za-z_-]*\d{0,2}$")
"""A class that the page's author named; `post-1234` tells one row from the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A selector within a row, and what it finds in the first rows."""

    css: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsProposal:
    """Selectors for a page's rows; `RowListSpider` takes them as they are."""

    row_css: str
    rows: int
    """How many rows it finds in the page."""
    days: int
    """How many different days they print."""
    upcoming: int
    """How many of those are not past."""
    date: Part
    title: Part | None
    """None: the first words of the row besides its date."""
    link: Part | None
    price: Part | None

    def settings(self) -> dict[str, str]:
        """The class attributes of a `RowListSpider`."""
        parts = {"date_css": self.date, "title_css": self.title, "link_css": self.link, "price_css": self.price}
        return {"row_css": self.row_css} | {name: part.css for name, part in parts.items() if part is not None}


def propose_rows(page: TextResponse, today: date) -> RowsProposal | None:
    """The best proposal for a page: that with the most days ahead; None where no rows with such days are found."""
    proposals = [_proposal(page, rows, today) for rows in _groups_of_rows(page, today)]
    return max(filter(None, proposals), key=lambda found: (found.upcoming, found.rows), default=None)


def _groups_of_rows(page: TextResponse, today: date) -> Iterator[list[Any]]:
    """The rows around dates that stand in elements alike, each group grown as far as a row holds its own date only."""
    alike: dict[str, list[Any]] = {}
    for element in _date_elements(page, today):
        alike.setdefault(_path(element), []).append(element)
    for dates in alike.values():
        rows, parents = dates, _parents(dates)
        while len(set(parents)) == len(rows):
            rows, parents = parents, _parents(parents)
        if len(rows) >= MIN_ROWS:
            yield rows


def _parents(elements: Sequence[Any]) -> list[Any]:
    """The elements around those; none at the root."""
    return [parent for element in elements if (parent := element.getparent()) is not None]


def _date_elements(page: TextResponse, today: date) -> Iterator[Any]:
    """The innermost elements that print a day."""
    if not isinstance(page.selector.root, str) and page.selector.type in ("html", "xml"):
        found: set[Any] = set()
        for element in reversed(list(page.selector.root.iter())):
            inside_is_one = any(child in found for child in element)
            if inside_is_one or _days_in(element, today):
                found.add(element)
                if not inside_is_one:
                    yield element


def _days_in(element: Any, today: date) -> list[date]:
    """The days that an element prints, where it prints one and little else."""
    if not isinstance(element.tag, str) or element.tag in (
        "script",
        "style",
        "html",
        "body",
        "head",
        "title",
        "option",
    ):
        return []
    text = " ".join("".join(element.itertext()).split())
    if not text and element.tag == "time":
        text = (element.get("datetime") or "").partition("T")[0]
    if not any(character.isdigit() for character in text) or len(text) > MAX_PART_LENGTH:
        return []
    return _days_of(text, today)


def _days_of(text: str, today: date) -> list[date]:
    try:
        return find_days(text, near=today)
    except UnreadableField:
        return []


def _proposal(page: TextResponse, rows: Sequence[Any], today: date) -> RowsProposal | None:
    row_css = _selector_of_rows(page, rows)
    found = page.css(row_css) if row_css else []
    days = {day for row in found for day in _days_of(_whole_text(row), today)[:1]}
    upcoming = sum(1 for day in days if day >= today)
    if row_css is None or len(days) < MIN_ROWS or not upcoming or len(found) > 2 * len(rows):
        return None
    if any(row.css(row_css)[1:] for row in found):  # rows within rows: tags that nobody closed
        return None
    date_part = _part(found, lambda element: bool(_days_in(element.root, today)), _by_size)
    title = _part(found, lambda element: _may_be_title(element, today), _by_look, varied=True)
    titled = len(found) if title else sum(1 for row in found if date_part and _words_besides(row, date_part.css))
    if date_part is None or titled < MIN_SHARE_OF_ROWS * len(found):
        return None
    link = _part(found, lambda element: element.root.tag == "a" and bool(element.attrib.get("href")), _by_look, "href")
    price = _part(found, _tells_a_price, _by_size, share=0.34)
    return RowsProposal(
        row_css=row_css,
        rows=len(found),
        days=len(days),
        upcoming=upcoming,
        date=date_part,
        title=title,
        link=link,
        price=price,
    )


def _selector_of_rows(page: TextResponse, rows: Sequence[Any]) -> str | None:
    """The shortest selector, from the row upwards, that finds the rows and no others; else that of the whole path."""
    wanted = set(rows)
    css = _own_selector(rows[0], rows)
    parent = rows[0].getparent()
    for _ in range(4):
        if {found.root for found in page.css(css)} == wanted or parent is None or parent.tag == "html":
            break
        css, parent = f"{_own_selector(parent, [parent])} > {css}", parent.getparent()
    return css if wanted <= {found.root for found in page.css(css)} else None


def _part(
    rows: Sequence[Selector],
    fits: Callable[[Selector], bool],
    rank: Callable[[Selector], int],
    attribute: str | None = None,
    *,
    share: float = MIN_SHARE_OF_ROWS,
    varied: bool = False,
) -> Part | None:
    """The selector whose first find in a row fits, in at least `share` of the rows; the best by `rank`."""
    candidates: dict[str, int] = {}
    for row in rows:
        for element in row.css("*")[1:] or row.css("*"):
            if fits(element):
                css = _own_selector(element.root, [element.root])
                candidates[css] = max(candidates.get(css, rank(element)), rank(element))
    best: tuple[int, Part] | None = None
    for css, its_rank in candidates.items():
        firsts = [next(iter(row.css(css)), None) for row in rows]
        values = [_value(first, attribute) for first in firsts if first is not None and fits(first)]
        if len(values) < share * len(rows) or (varied and len(set(values)) * 2 <= len(values)):
            continue
        if attribute and len(set(values)) * 2 <= len(values):
            continue
        if best is None or its_rank > best[0]:
            best = its_rank, Part(css=css, examples=tuple(values[:3]))
    return best[1] if best else None


def _value(element: Selector, attribute: str | None) -> str:
    if attribute:
        return element.attrib.get(attribute, "")
    return text_of(element) or element.attrib.get("datetime", "")


def _may_be_title(element: Selector, today: date) -> bool:
    """Has it words of its own that are no date, hour or price?"""
    text = text_of(element) or ""
    if not 2 <= len(text) <= 200 or not any(character.isalpha() for character in text) or _days_of(text, today):
        return False
    return not is_hour_or_price(text)


def _tells_a_price(element: Selector) -> bool:
    text = _whole_text(element)
    return len(text) <= MAX_PART_LENGTH and price_phrase(text) is not None


def _words_besides(row: Selector, date_css: str) -> str | None:
    date_text = printed_date(next(iter(row.css(date_css)), None))
    return first_words(row, date_text) if date_text else None


def _by_look(element: Selector) -> int:
    """Headings first, then what is called a title, then links, then what comes first."""
    root = element.root
    around = [root, *root.iterancestors()][:3]
    if any(isinstance(part.tag, str) and _HEADING.match(part.tag) for part in around):
        return 4 if _HEADING.match(root.tag) else 3
    if _TITLE_CLASS.search(root.get("class") or ""):
        return 2
    return 1 if root.tag == "a" else 0


def _by_size(element: Selector) -> int:
    """The one with the least text first, which says nothing else; of those around one text, the innermost."""
    return len(list(element.root.iterancestors())) - 100 * len(_whole_text(element))


def _whole_text(element: Selector) -> str:
    return text_of(element) or ""


def _path(element: Any) -> str:
    """The tags from the page's root down to the element, and the element's own classes."""
    tags = [str(part.tag) for part in reversed(list(element.iterancestors()))]
    return " > ".join([*tags, _own_selector(element, [element])])


def _own_selector(element: Any, alike: Iterable[Any]) -> str:
    """Tag and the classes that all of the elements alike have."""
    shared = [
        name
        for name in (element.get("class") or "").split()
        if _PLAIN_CLASS.match(name) and all(name in (other.get("class") or "").split() for other in alike)
    ]
    return ".".join([element.tag if _PLAIN_CLASS.match(str(element.tag)) else "*", *shared])
