"""Text as people read it, and the keys by which names are compared. Pure functions; no text makes them raise."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

import nh3
from anyascii import anyascii

from sms_text.unseen import UNSEEN

LINE_LIMIT = 500
"""Longest line kept, in characters: titles and names beyond it are pasted descriptions."""

PROSE_LIMIT = 20_000
"""Longest description kept, in characters."""

_MARKUP_PER_CHARACTER = 10
"""How much longer than its text a string may be for entities and tags; the rest is not looked at."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_QUOTE = re.compile(r"\\{1,3}(['\"])")
_NO_MOJIBAKE = re.compile(r"[ -~\n\xa0‘’“”–—…]*+|[ -~ß-öø-ÿ]*+")
"""ASCII with printers' signs, or with small accented letters: in mojibake there is more beside them."""
_OTHER_WIDTH = re.compile(r"[\uff01-\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|table|h[1-6]|section|article|blockquote|hr)\b[^<>]*>", re.I)
_ANY_TAG = re.compile(r"</?(?:p|br|div|span|a|strong|em|b|i|u|ul|li|h[1-6]|script|style|img|table|td|tr)\b", re.I)
_SILENT_TAGS = {"script", "style", "head", "title", "noscript", "template", "iframe", "object", "svg"}
_CLEANER = nh3.Cleaner(tags=set(), clean_content_tags=_SILENT_TAGS)


def clean(text: str | None, *, limit: int = LINE_LIMIT) -> str | None:
    """One line as people read it, at most `limit` characters; None where nothing is left.

    Mojibake and entities (also double ones) undone, unseen characters removed, white space folded. Quotes and
    capitals stay as printed.
    """
    if text is None:
        return None
    text = text[: limit * _MARKUP_PER_CHARACTER]
    line = text if _is_clean(text) else _BLANKS.sub(" ", _repaired(_without_entities(text))).strip()
    return line[:limit].strip() or None


def plain_text(html: str | None, *, limit: int = PROSE_LIMIT) -> str | None:
    """A description without markup: paragraphs and breaks are line ends, scripts and styles are gone."""
    if html is None:
        return None
    text = html[: limit * _MARKUP_PER_CHARACTER]
    if "<" in text or "&" in text:
        text = _without_tags(text)
    if _is_clean(text):
        return text[:limit].strip() or None
    text = "\n".join(map(str.strip, _lines(text)))
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:limit].strip() or None


def _without_tags(html: str) -> str:
    for _ in range(3):  # Some sources escape their markup twice.
        html = unescape(_CLEANER.clean(_BLOCK_TAG.sub("\n", _SURROGATE.sub("", html))))
        if "<" not in html or not _ANY_TAG.search(html):
            break
    return html


def _lines(text: str) -> Iterator[str]:
    """The lines of a text as people read them; ftfy, too, judges each line by itself."""
    for line in _without_entities(text).split("\n"):
        if _is_clean(line):
            yield line
        else:
            yield from (_BLANKS.sub(" ", part) for part in _repaired(f"{line}\n").splitlines())


def _is_clean(line: str) -> bool:
    """Would repairing and folding blanks leave a line as it is, but for blanks at its ends?

    What is printable holds no control or format characters, no line ends and no blank but " ".
    """
    if not line.isprintable() or "  " in line or "\\" in line or ("&" in line and ";" in line):
        return False
    if line.isascii() or _NO_MOJIBAKE.fullmatch(line):
        return True
    if _OTHER_WIDTH.search(line) or not unicodedata.is_normalized("NFC", line):
        return False
    # Loaded at the first text that needs it: who reads the catalog only folds, and starts without ftfy's tables.
    from sms_text.mojibake import is_mojibake

    return not is_mojibake(line)


def _repaired(text: str) -> str:
    if not (text.isascii() or _NO_MOJIBAKE.fullmatch(text)):
        from sms_text.mojibake import repaired

        text = repaired(_SURROGATE.sub("", text))
    return UNSEEN.sub("", _ESCAPED_QUOTE.sub(r"\1", text))


def _without_entities(text: str) -> str:
    for _ in range(3):
        if "&" not in text or text == (text := _ENTITY.sub(lambda match: unescape(match[0]), text)):
            break
    return text


def fold_key(name: str) -> str:
    """The key by which two spellings of an act or a room are one: lower-case words with single blanks.

    Accents are folded in Latin, Greek and Cyrillic; other letters stay. "&", "+", "'n'" and "and" are one word; a
    leading "the" and punctuation are dropped, unless nothing else is left. A name that is not blank has a key;
    that of a name of signs only ("!!!", an emoji) is those signs. What stands after LINE_LIMIT characters is not read.
    """
    return _fold(name if len(name) <= LINE_LIMIT else name.strip()[:LINE_LIMIT])


@lru_cache(maxsize=65_536)
def _fold(name: str) -> str:
    name = name.strip()
    folded = name.lower() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()
    if not any(map(str.isalnum, folded)):
        return _signs(folded) or name
    words = _words(folded)
    if "n" in words:
        words[1:-1] = ["and" if word == "n" else word for word in words[1:-1]]
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return " ".join(words) or _signs(folded) or name


def fold_text(text: str) -> str:
    """The words of a text with single blanks, folded as `fold_key` folds those of a name; a leading "the" stays.

    Empty where there are signs only.
    """
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return " ".join(["and" if word == "n" else word for word in _words(folded)])


def _words(folded: str) -> list[str]:
    """The words of a text in lower case; what is between them is left out. Letters with dots between are one word."""
    if "." in folded:
        folded = _DOTTED.sub(lambda match: match[0].replace(".", ""), folded)
    if "$" in folded or "!" in folded:
        folded = _S_SIGN.sub("s", _I_SIGN.sub("i", folded))
    if "+" in folded:
        folded = _PLUS_WORD.sub(" and ", folded)
    if "&" in folded:
        folded = folded.replace("&", " and ")
    if folded.isascii():
        return _ascii_words(folded)
    for character in set(folded) - _PLAIN:  # a text of thousands of characters has a few dozen different ones
        folded = folded.replace(character, _fold_character(character))
    return folded.split()


def _signs(folded: str) -> str:
    return unicodedata.normalize("NFKC", _BLANKS.sub("", UNSEEN.sub("", folded)))


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 ")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])")
_S_SIGN = re.compile(r"\$(?:(?<=\w\$)|(?=[a-z]))")
_I_SIGN = re.compile(r"!(?<=[^\W\d]!)(?=[^\W\d])")
_PLUS_WORD = re.compile(r"(?<!\S)\+(?!\S)")
_WORD_CHARACTERS = bytes(code if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256))


def _ascii_words(text: str) -> list[str]:
    """The words of an ASCII text, as what is left between its signs; an apostrophe parts no word."""
    return text.encode().translate(_WORD_CHARACTERS, b"'").decode().split()


_VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""They say whether a sign is drawn in black or in colours."""


@lru_cache(maxsize=16_384)
def _fold_character(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else "" if character == "'" else " "
    if character in "’‘`´ʼ′":
        return ""
    category = unicodedata.category(character)
    if category.startswith("M"):
        if character in _VARIATION_SELECTORS:
            return ""
        return character if unicodedata.combining(character) == 0 or ord(character) > 0x0400 else ""
    if category[0] not in "LN":
        return " "
    script = unicodedata.name(character, "").partition(" ")[0]
    if script == "LATIN":
        return "".join(letter for letter in anyascii(character).lower() if letter.isalnum())
    if script in {"GREEK", "CYRILLIC"}:
        return unicodedata.normalize("NFD", character)[0]
    return character


def slugify(text: str) -> str:
    """An ASCII slug for addresses, at most 80 characters, never empty."""
    line = text[:LINE_LIMIT]
    letters = line if line.isascii() else anyascii(line)
    slug = "-".join(_ascii_words(letters.lower()))
    return slug[:80].strip("-") or f"n-{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"
