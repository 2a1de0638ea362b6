"""Taking text and links out of markup, strictly: what should be there once is there once, or the reader says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from anyascii import anyascii
from parsel import Selector
from scrapy.http import TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.reading.problem import UnreadableField

BLOCK_TAGS = frozenset(
    "address article aside blockquote body center dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main"
    " nav ol p pre section table td th tr ul".split()
)
MAX_STYLE_LENGTH = 2_000
"""Characters of a style attribute that are looked at: an address of the web is shorter."""
_UNSEEN_TAGS = frozenset(("script", "style", "noscript", "template"))


@dataclass(frozen=True)
class Line:
    """One printed line, white space folded, with the address of the first link in it as it stands in the page."""

    text: str
    href: str | None = None


@dataclass
class Block:
    """What stands in one heading or paragraph; `tag` is that of the element, in lower case."""

    tag: str
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The block's lines, one below the other."""
        return "\n".join(line.text for line in self.lines)


def one(selector: Selector | TextResponse, css: str, field: str | None = None) -> Selector:
    """The one element that `css` finds.

    Where it finds none or several, raises UnreadableField(field, …), or UnreadablePage if no field is named, for then
    the page as a whole is not what it should be.
    """
    found = selector.css(css)
    if len(found) == 1:
        return found[0]
    reason = f"{len(found) or 'nothing'} found where {css!r} should be once"
    raise UnreadableField(field, reason) if field else UnreadablePage(reason)


def first(selector: Selector | TextResponse, css: str) -> Selector | None:
    """The first element that `css` finds, if any."""
    return next(iter(selector.css(css)), None)


def text_of(selector: Selector | None) -> str | None:
    """The text in an element, white space folded (no-break spaces too) and entities resolved; None if it has none."""
    return None if selector is None else " ".join(lines_of(selector)) or None


def lines_of(selector: Selector) -> list[str]:
    """The lines that a reader sees in an element: parted by br and by blocks, empty ones left out."""
    return [line.text for block in blocks_of(selector) for line in block.lines]


def blocks_of(selector: Selector) -> list[Block]:
    """The headings and paragraphs in an element in document order, each with its lines; empty ones are left out.

    A text belongs to the nearest block around it. So hand-made pages may leave tags open: a heading that a parser puts
    inside an earlier, never closed one is a block of its own all the same.
    """
    blocks: list[_OpenBlock] = []
    places = _Places(selector.root)
    # Asked of lxml itself, whose texts know their parents; parsel's do not.
    for node in selector.root.xpath("descendant-or-self::node()[self::text() or self::br]"):
        element = _element_of(node)
        if _tag(element) in _UNSEEN_TAGS:
            continue
        owner, href = places.of(element)
        if not blocks or blocks[-1].owner is not owner:
            blocks.append(_OpenBlock(owner))
        blocks[-1].add(node if isinstance(node, str) else None, href)
    return [block for block in (open_block.closed() for open_block in blocks) if block.lines]


def absolute(response: TextResponse, href: str | None) -> str | None:
    """A link of the page as an absolute http(s) address; None for none, "#", and other schemes."""
    if not href or href.strip().startswith("#"):
        return None
    try:
        url = response.urljoin(href.strip())
    except ValueError:
        return None
    return url if re.match(r"https?://[^/]", url) else None


def background_image(style: str | None) -> str | None:
    """The address in `background-image:url(…)` of a style attribute, as it stands there; None if it has none."""
    found = re.search(r"background(?:-image)?\s*:[^;]*?url\(\s*(['\"]?)(.+?)\1\s*\)", (style or "")[:MAX_STYLE_LENGTH])
    return found[2] if found else None


def fold(text: str | None) -> str | None:
    """Text with its white space folded; None for text that is empty or missing."""
    return " ".join((text or "").split()) or None


def slug(text: str) -> str:
    """Text as a stable piece of a key: lower case ASCII letters and digits, other runs as one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).replace("'", "").lower()).strip("-")


class _OpenBlock:
    """A block while its texts come in: for each line its pieces and the first link."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self._pieces: list[list[str]] = [[]]
        self._hrefs: list[str | None] = [None]

    def add(self, text: str | None, href: str | None) -> None:
        """Take a piece of the current line; None begins the next one."""
        if text is None:
            self._pieces.append([])
            self._hrefs.append(None)
        else:
            self._pieces[-1].append(text)
            if text.strip():
                self._hrefs[-1] = self._hrefs[-1] or href

    def closed(self) -> Block:
        lines = zip(map("".join, self._pieces), self._hrefs, strict=True)
        return Block(_tag(self.owner), [Line(text, href) for raw, href in lines if (text := fold(raw))])


class _Places:
    """Which block and which link an element lies in; each element is asked once, however deep a page is nested."""

    def __init__(self, top: Any) -> None:
        self._top = top
        self._known: dict[Any, tuple[Any, str | None]] = {}

    def of(self, element: Any) -> tuple[Any, str | None]:
        """The nearest block around the element (or the element itself), and the address of a link within it."""
        path = []
        while element not in self._known and not self._is_block(element):
            path.append(element)
            element = element.getparent()
        place = self._known.setdefault(element, (element, None))
        for inner in reversed(path):
            place = (place[0], inner.get("href")) if _tag(inner) == "a" else place
            self._known[inner] = place
        return place

    def _is_block(self, element: Any) -> bool:
        return element is self._top or _tag(element) in BLOCK_TAGS or element.getparent() is None


def _element_of(node: Any) -> Any:
    """The element that a text stands in, or that a br parts."""
    parent = node.getparent()
    return parent.getparent() if isinstance(node, str) and node.is_tail else parent  # type: ignore[attr-defined]


def _tag(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""
