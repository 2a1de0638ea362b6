"""Text of others as a terminal, a log and a spreadsheet may have it. Pure functions that import nothing of ours."""

from __future__ import annotations

import re

_LOOKS_BACK_AT = "\u0590-\u1fff\u2190-\ud7ff\uf900-\uff0f\U00010000-\U000dffff"
"""Characters of scripts and emoji in which a joiner, a non-joiner or a space without width means something."""

_UNSEEN = re.compile(
    # The flags of England, Scotland and Wales are a black flag and tags: these stay, and all other tags are shown.
    "(?P<flag>\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"
    f"|(?<=[{_LOOKS_BACK_AT}])(?P<joiner>[\u200b-\u200d])"
    "|[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

_ENDS = r"\t\r\n;"
_BLANK = r"[\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*"
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_FORMULA = re.compile(
    rf"(?P<before>\A|[{_ENDS}])(?!{_BLANK}{_NUMBER}{_BLANK}(?:\Z|[{_ENDS}]))(?P<formula>{_BLANK}[=+@＝＋－＠-])"
)

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def printable(text: str) -> str:
    r"""The text on one line, with every character that would act or hide written as an escape: `\x1b`, `\u202e`, `\n`.

    These are control characters (C0, DEL, C1), which a terminal obeys; line and paragraph separators, which forge a
    line; bidirectional controls, which reorder what is read; other invisible characters of no one script (zero width,
    soft hyphen, tags), with which two texts look alike; and lone surrogates, which cannot be written. Joiners,
    non-joiners and zero-width spaces stay where they follow a character of a script or emoji that uses them. All else
    stays as it is, a backslash too: twice is as once.
    """
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub(_escaped, text)


def as_text_cell(text: str) -> str:
    """The text as a cell of a CSV file that no spreadsheet takes for a formula: `'` stands before what would begin one.

    That is = + - @ (full-width ones too), after whatever white space or invisible character, at the beginning of the
    cell and also after a semicolon, tab or line end in it: where commas mark decimals a spreadsheet parts cells there.
    A cell that begins with a tab or line end gets one as well. What is a plain number (-5, +3.2) stays.
    """
    cell = _FORMULA.sub(r"\g<before>'\g<formula>", text)
    return f"'{cell}" if cell[:1] in ("\t", "\r", "\n") else cell


def as_lines(text: str) -> str:
    r"""The text as a calendar, an XML document or a feed may have it: every line end is "\n", and no other control
    character, lone surrogate or noncharacter is left. Programs take some of these for line ends, and refuse others.
    """
    return text if text.isprintable() else _NO_TEXT.sub("", _LINE_ENDS.sub("\n", text))


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if found["flag"] or found["joiner"]:
        return character
    number = ord(character)
    if number < 0x100:
        return _NAMED.get(character) or f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
