"""Text that acts on whoever prints it as it stands, and the check that nothing printed does."""

from __future__ import annotations

import os
import re
import unicodedata

FORGED = "1999-09-09 09:09:09 [neumos] ERROR: neumos: failed: forged"

ATTACKS = {
    "window title": "\x1b]0;pwned\x07",
    "clipboard": "\x1b]52;c;cHduZWQ=\x07",
    "screen": "\x1b[2J\x1b[H\x1b[8m",
    "c1": "\x9b2J\x9d0;pwned\x9c\x90\x7f",
    "bidi": "\u202egnp.exe\u2066\u200f\u061c",
    "line": f"\n{FORGED}",
    "ends": f"\r{FORGED}\x0b{FORGED}\x0c{FORGED}\x85{FORGED}\u2028{FORGED}\u2029{FORGED}",
    "unseen": "neu\u200bmos\ufeff\U000e0041\u2060",
    "markup": "[bold red]\x1b[/][link=file:///etc/passwd]x[/link]",
}
HOSTILE = "".join(ATTACKS.values())

_ACTING = {"Cc", "Cf", "Zl", "Zp", "Cs"}
_DRAWING = re.compile(r"\x1b\[(?:[0-9;]*m|2K|1A|\?25[lh])")
"""What rich writes to a terminal: colours, a line emptied, the line above, the cursor hidden and shown."""


def acting_in(line: str) -> list[str]:
    """The characters of a line that a terminal obeys, or that hide or reorder what is read."""
    return [f"U+{ord(character):04X}" for character in line if unicodedata.category(character) in _ACTING]


def assert_inert(printed: str) -> None:
    """Nothing in what was printed acts, and no line of it is one that a text has forged."""
    for line in printed.split("\n"):
        assert not acting_in(line), (acting_in(line), line)
        assert not line.startswith(FORGED[:19]), line


def without_drawing(drawn: str) -> str:
    """What stands on a terminal, less the codes with which rich draws."""
    return _DRAWING.sub("", drawn).replace("\r", "")


def read_terminal(descriptor: int) -> str:
    """All that was written to the other side of a pseudo-terminal, which is closed by now; closes this one."""
    drawn = b""
    while True:
        try:
            drawn += os.read(descriptor, 65536)
        except OSError:  # how Linux says that the other side is closed
            os.close(descriptor)
            return drawn.decode()
