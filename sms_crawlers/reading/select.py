"""Taking text and links out of markup, strictly: what should be there once is there once, or the reader says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    blocks: list[Block] = []
    owner: Any = None
    # Asked of lxml itself, whose texts know their parents; parsel's do not.
    for node in selector.root.xpath("descendant-or-self::text()|descendant-or-self::br"):
        element, text = _owner_and_text(node)
        if element is None:
            continue
        block = _nearest_block(element, selector.root)
        if block is not owner or not blocks:
            blocks.append(Block(_tag(block)))
            blocks[-1].lines.append(Line(""))
            owner = block
        if text is None:
            blocks[-1].lines.append(Line(""))
        else:
            so_far = blocks[-1].lines[-1]
            blocks[-1].lines[-1] = Line(so_far.text + text, so_far.href or _href(element))
    return list(_without_blanks(blocks))


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
    found = re.search(r"background(?:-image)?\s*:[^;]*?url\(\s*(['\"]?)(.+?)\1\s*\)", style or "")
    return found[2] if found else None


def fold(text: str | None) -> str | None:
    """Text with its white space folded; None for text that is empty or missing."""
    return " ".join((text or "").split()) or None


def slug(text: str) -> str:
    """Text as a stable piece of a key: lower case ASCII letters and digits, other runs as one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).replace("'", "").lower()).strip("-")


def _owner_and_text(node: Any) -> tuple[Any, str | None]:
    """The element that a text stands in, with the text; for a br, the element around it and None."""
    if isinstance(node, str):
        around: Any = node
        element = around.getparent().getparent() if around.is_tail else around.getparent()
        return (None, None) if element is None or _tag(element) in _UNSEEN_TAGS else (element, str(node))
    return node.getparent(), None


def _nearest_block(element: Any, top: Any) -> Any:
    while element is not top and _tag(element) not in BLOCK_TAGS and element.getparent() is not None:
        element = element.getparent()
    return element


def _href(element: Any) -> str | None:
    link = next((e for e in (element, *element.iterancestors()) if _tag(e) in BLOCK_TAGS or _tag(e) == "a"), None)
    return link.get("href") if link is not None and _tag(link) == "a" else None


def _tag(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _without_blanks(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        lines = [Line(folded, line.href) for line in block.lines if (folded := fold(line.text))]
        if lines:
            yield Block(block.tag, lines)
