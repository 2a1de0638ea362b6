"""Literals of JavaScript as scripts in pages have them: bare keys, either quotes, comments, trailing commas."""

from __future__ import annotations

import re
from typing import Any

from sms_crawlers.errors import UnreadablePage

MAX_DEPTH = 50

_TOKEN = re.compile(
    r"""\s+ | //[^\n\r]* | /\*.*?\*/
    | (?P<text>"(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | `(?:[^`\\]|\\.)*`)
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w$]))
    | (?P<word>[A-Za-z_$][\w$]*)
    | (?P<mark>[][{}:,])""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}


def literal_after(script: str, name: str) -> Any:
    """The array or object that a script assigns to a variable: `var name = […]`.

    Objects become dicts, and nothing is evaluated: a value that is no literal raises UnreadablePage, as does a script
    without the assignment.
    """
    found = re.search(rf"(?<![\w$.]){re.escape(name)}\s*=\s*(?=[\[{{])", script)
    if found is None:
        raise UnreadablePage(f"no literal is assigned to {name}")
    return _Reader(script, found.end()).value(0)


class _Reader:
    """Reads one literal, token by token."""

    def __init__(self, script: str, position: int) -> None:
        self._script = script
        self._position = position

    def value(self, depth: int) -> Any:
        """The literal that begins here."""
        kind, token = self._next()
        if kind == "text":
            return _unescaped(token[1:-1])
        if kind == "number":
            return int(token) if re.fullmatch(r"[-+]?\d{1,15}", token) else float(token)
        if kind == "word" and token in _WORDS:
            return _WORDS[token]
        if token == "[" and depth < MAX_DEPTH:
            return self._array(depth)
        if token == "{" and depth < MAX_DEPTH:
            return self._object(depth)
        raise self._unreadable(token)

    def _array(self, depth: int) -> list[Any]:
        values = []
        while not self._takes("]"):
            values.append(self.value(depth + 1))
            self._part("]")
        return values

    def _object(self, depth: int) -> dict[str, Any]:
        members = {}
        while not self._takes("}"):
            kind, token = self._next()
            if kind not in ("text", "word", "number"):
                raise self._unreadable(token)
            if not self._takes(":"):
                raise self._unreadable(token)
            members[_unescaped(token[1:-1]) if kind == "text" else token] = self.value(depth + 1)
            self._part("}")
        return members

    def _part(self, end: str) -> None:
        """Go over the comma between members; before the end there need be none."""
        before = self._position
        if self._takes(end):
            self._position = before
        elif not self._takes(","):
            raise self._unreadable(self._next()[1])

    def _takes(self, mark: str) -> bool:
        before = self._position
        if self._next()[1] == mark:
            return True
        self._position = before
        return False

    def _next(self) -> tuple[str, str]:
        while found := _TOKEN.match(self._script, self._position):
            self._position = found.end()
            if found.lastgroup:
                return found.lastgroup, found.group()
        raise self._unreadable(self._script[self._position : self._position + 20])

    def _unreadable(self, token: str) -> UnreadablePage:
        return UnreadablePage(f"no literal at character {self._position} of the script: {token[:40]!r}")


def _unescaped(text: str) -> str:
    """The text of a literal. Two escapes that are halves of one character, as of emoji, are joined."""
    return _ESCAPE.sub(_character, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code is None:
        return _CONTROL.get(escape[4], escape[4])
    return chr(min(int(code, 16), 0x10FFFF))
