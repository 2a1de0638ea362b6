"""Answers with something wrong in them, made from good ones: cut short, of other types, with pieces missing."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
from lxml import etree, html

ODD_VALUES: tuple[Any, ...] = (None, True, -1, 1.5e300, "", "x", "9" * 400, "\x00\u202e", [], {}, ["x"], {"x": 1}, [[]])
_PIECES = 50
"""How many places of an answer are broken, one at a time; which ones is the same in every run."""


def cut_short(body: bytes) -> Iterator[bytes]:
    """The answer result after less and less of it."""
    yield b""
    for share in (1, 3, 6, 9):
        yield body[: len(body) * share // 10]
    yield body[:-2]


def broken(body: bytes) -> Iterator[bytes]:
    """The answer with one place at a time of another type, emptied or gone."""
    chance = random.Random(len(body))
    try:
        whole = orjson.loads(body)
    except orjson.JSONDecodeError:
        start = body.lstrip()[:15]
        breaking = _broken_lines if start.startswith(b"BEGIN:VCALENDAR") else _broken_markup
        yield from breaking(body, chance)
    else:
        yield from (orjson.dumps(changed) for changed in _broken_json(whole, chance))


def _broken_json(whole: Any, chance: random.Random) -> Iterator[Any]:
    """The value with one of its inner values of another type, or gone."""
    yield from ODD_VALUES[:-2]
    places = list(_places(whole))
    for path in chance.sample(places, min(_PIECES, len(places))):
        changed = copy.deepcopy(whole)
        holder = changed
        for step in path[:-1]:
            holder = holder[step]
        odd = chance.choice((*ODD_VALUES, ...))
        if odd is ...:
            del holder[path[-1]]
        else:
            holder[path[-1]] = odd
        yield changed


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in inner:
        yield (*path, step)
        yield from _places(below, (*path, step))


def _broken_markup(body: bytes, chance: random.Random) -> Iterator[bytes]:
    """The page with one of its elements gone, without its text, or with odd attributes; and with broken inner JSON."""
    is_xml = body.lstrip().startswith((b"<?xml", b"<rss"))
    parse = etree.fromstring if is_xml else html.fromstring
    count = sum(1 for _ in parse(body).iter(etree.Element))
    for number in chance.sample(range(1, count), min(_PIECES, count - 1)):
        page = parse(body)
        element = list(page.iter(etree.Element))[number]
        how = chance.choice(("drop", "empty", "text", "attributes"))
        if how == "drop" and element.getparent() is not None:
            element.getparent().remove(element)
        elif how == "empty":
            element.clear()
        elif how == "text":
            element.text = chance.choice(("x", "9" * 400, "31 Feb", "25:00"))
        else:
            for name in element.attrib:
                element.attrib[name] = chance.choice(("", "x", "https://[", "javascript:0"))
        yield etree.tostring(page) if is_xml else html.tostring(page)
    yield from _broken_scripts(body, chance)


def _broken_scripts(body: bytes, chance: random.Random) -> Iterator[bytes]:
    """The page with JSON in its scripts broken."""
    for script in html.fromstring(body).iter("script"):
        inner = (script.text or "").strip()
        try:
            whole = orjson.loads(inner)
        except orjson.JSONDecodeError:
            continue
        before, _, after = body.partition(inner.encode())
        for changed in _broken_json(whole, chance):
            yield before + orjson.dumps(changed) + after


def _broken_lines(body: bytes, chance: random.Random) -> Iterator[bytes]:
    """The calendar with one of its lines gone, emptied or odd."""
    lines = body.splitlines(keepends=True)
    for number in chance.sample(range(len(lines)), min(_PIECES, len(lines))):
        name = lines[number].partition(b":")[0]
        odd = chance.choice((b"", name + b":\r\n", name + b":x\r\n", name + b":99999999T999999Z\r\n", b"\x00\xff\r\n"))
        yield b"".join([*lines[:number], odd, *lines[number + 1 :]])


def with_rows(body: bytes, count: int) -> bytes:
    """The answer with its longest list of records repeated until it has `count` of them."""
    try:
        whole = orjson.loads(body)
    except orjson.JSONDecodeError:
        if body.lstrip().startswith(b"BEGIN:VCALENDAR"):
            return _with_entries(body, count)
        return _with_script_rows(body, count) or _with_elements(body, count)
    longest = _longest_list(whole)
    longest[:] = [longest[number % len(longest)] for number in range(count)]
    return orjson.dumps(whole)


def _longest_list(whole: Any) -> list[Any]:
    """The list of records that takes most of a JSON value."""
    lists = [value for value in _values(whole) if isinstance(value, list) and any(isinstance(v, dict) for v in value)]
    return max(lists, key=lambda records: len(orjson.dumps(records)), default=[])


def _with_script_rows(body: bytes, count: int) -> bytes | None:
    """The page with the records of a script of JSON repeated, where that list is most of the page."""
    scripts = (script.text or "" for script in html.fromstring(body).iter("script"))
    for inner in scripts:
        with suppress(orjson.JSONDecodeError):
            whole = orjson.loads(inner)
            if len(orjson.dumps(_longest_list(whole))) > len(body) / 2:
                before, _, after = body.partition(inner.encode())
                return before + with_rows(orjson.dumps(whole), count) + after
    return None


def _values(value: Any) -> Iterator[Any]:
    yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values(below)


def _with_elements(body: bytes, count: int) -> bytes:
    """The page with the children repeated of the element whose children are most alike."""
    is_xml = body.lstrip().startswith((b"<?xml", b"<rss"))
    page = (etree.fromstring if is_xml else html.fromstring)(body)

    def alike(parent: Any) -> int:
        kinds = Counter((child.tag, child.get("class")) for child in parent if isinstance(child.tag, str))
        return max(kinds.values(), default=0) * (1 + len(parent.xpath("string()")))

    parent = max(page.iter(etree.Element), key=alike)
    children = list(parent)
    for number in range(len(children), count):
        parent.append(copy.deepcopy(children[number % len(children)]))
    return bytes(etree.tostring(page) if is_xml else html.tostring(page))


def _with_entries(body: bytes, count: int) -> bytes:
    """The calendar with its entries repeated, each under an id of its own."""
    head, *entries = body.split(b"BEGIN:VEVENT")
    tail = entries[-1].partition(b"END:VEVENT")[2]
    inner = [entry.partition(b"END:VEVENT")[0] for entry in entries]
    repeated = [
        b"BEGIN:VEVENT" + inner[number % len(inner)].replace(b"UID:", b"UID:%d-" % number) + b"END:VEVENT"
        for number in range(count)
    ]
    return head + b"\r\n".join(repeated) + tail
