"""A title taken apart: what stands beside the names is lifted out, the rest is cut into atoms at its separators.

Nothing here knows a single act. What the atoms mean is read in carpenter/lineup.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum, auto
from functools import lru_cache
from typing import NamedTuple

from carpenter.patches import patches
from carpenter.pieces import Piece, read_piece
from carpenter.text import clean, fold_key, is_shouting
from carpenter.title_notes import lift_notes, lift_place, lift_presenter, may_name_place

LONGEST_PRINTED = 5_000
"""Characters of a title that are looked at."""

LONGEST_STRETCH = 5
"""Atoms in the longest name looked for across separators: "Dave Dee, Dozy, Beaky, Mick & Tich" has five."""

CUT_TITLE_LENGTH = 30
"""From this length an ellipsis at the end means that the source cut the title; before it, it is style."""


class Joint(IntEnum):
    """What stands between two atoms of a title; of several the first in this order counts."""

    WITH = auto()
    """with, w/, plus: support follows"""
    FEATURING = auto()
    """feat., featuring"""
    GUESTS = auto()
    """special guests: several follow"""
    HOST = auto()
    """hosted by"""
    COLON = auto()
    """a colon at the end of a word"""
    DASH = auto()
    """a dash between blanks"""
    LIST = auto()
    """/ // | + ; and bullets"""
    COMMA = auto()
    CROSS = auto()
    """x, b2b"""
    VERSUS = auto()
    """vs"""
    AND = auto()
    AMPERSAND = auto()
    AT = auto()
    """at, @"""


INTRODUCES = frozenset({Joint.WITH, Joint.FEATURING, Joint.GUESTS, Joint.HOST})
SOFT = frozenset({Joint.CROSS, Joint.VERSUS, Joint.AND, Joint.AMPERSAND, Joint.AT})


class Title(NamedTuple):
    """A title taken apart."""

    text: str
    """What is left when flags, presenter and place are lifted out."""
    spans: tuple[tuple[int, int], ...]
    """Where in `text` each atom stands."""
    pieces: tuple[Piece, ...]
    """Each atom, its name told from the remarks around it."""
    joints: tuple[Joint, ...]
    """What stands between each atom and the next."""
    opening: Joint | None
    """The word before the first atom, as in "feat. A, B"."""
    presenter: str | None
    flags: frozenset[str]
    is_cut: bool
    """Did the source cut the title short? Its last atom is then no name."""
    is_shouted: bool
    stretches: tuple[tuple[int, int, tuple[str, ...]], ...]
    """The stretches of atoms that could be one name: first atom, last atom, the folded names to look for.

    From each atom the longest first.
    """

    def between(self, first: int, last: int) -> str:
        """The text from one atom to another, both included."""
        return self.text[self.spans[first][0] : self.spans[last][1]]


_SUFFIXES = "|".join(re.escape(suffix) for suffix in sorted(patches().comma_suffixes))
_GUESTS = r"(?:very\s+)?special\s+guests?|guests?|support(?:\s+from|\s+by)?|openers?"
_SCANNER = re.compile(
    rf"""(?=[^\w\s]|\d,|(?<!\w)(?:w[i/]|f[et]|pl|s[tpu]|jo|a[cltn]|b[a2]|op|ho|ve|x|v))  # Where nothing below can begin, none is tried.
    (?:(?P<opaque>\([^()]*\)|\((?=\w)[^()]*$|\[[^\[\]]*(?:\]|$)|(?<!\S)"[^"]*"|“[^”]*”|«[^»]*»
        |(?<!\w)\*[^*]+\*(?!\w)|(?<!\w)[‘'](?=[^\W\d])[^‘’',/]{{3,60}}['’](?!\w)|\d,\d)
    |(?P<HOST>(?<!\w)(?:hosted\s+by|with\s+(?:your\s+)?hosts?)(?!\w))
    |(?P<WITH>(?<!\w)(?:(?:with|featuring|feat\.?|(?<!\d\s)ft\.|(?<!\d\s)(?-i:ft)|plus|starring|joined\s+by|accompanied\s+by|alongside
        |backed\s+by|opening\s+sets?\s+by|supported\s+by)(?![\w'’])|w/)(?:\s*(?:{_GUESTS})(?=\s*:|\s+\S|\s*$))?
        |(?<!\w)(?:very\s+)?special\s+guests?(?!\w)|(?<!\w)(?:support|openers?)(?:\s+(?:by|from))?(?=\s*:))
    |(?P<LIST>[|⎮│┃¦•●∙◦▪★☆✦;\u2600-\u27bf\U0001f300-\U0001faff]|(?<!\S)(?:/{{1,3}}|\+|·)|(?:/{{1,3}}|\+|·)(?!\S))
    |(?P<COMMA>,(?!\s*(?:{_SUFFIXES})(?!\.?\w))(?!\s+the$))
    |(?P<CROSS>(?<!\S)(?:(?-i:x)|×|✕|b2b)(?!\S))
    |(?P<VERSUS>(?<!\S)(?:vs?\.?|versus|(?-i:X))(?!\S))
    |(?P<AND>(?<![\w'’.…-])and(?![\w'’-]))
    |(?P<AMPERSAND>(?<!\S)&|&(?!\S))
    |(?P<AT>(?<!\S)(?:at(?!\S)|@))
    |(?P<COLON>:(?!\S)|(?<!\S):)
    |(?P<DASH>(?<![^\s_])[-–—―~]+(?![^\s_])|[—―]|(?<=\w)[-–]+(?=\s)|(?<=\s)[-–]+(?=[^\W\d])))""",
    re.X | re.I,
)
_CUT_REMARK = re.compile(r"(?<=\S)\s+(?:\([^()]*|\[[^\[\]]*|\*[^*\s][^*]*)$")
_CUT_JOINTS = re.compile(r"(?:a|an|w|wi|wit|f|fe|fea|feat|featu\w*|p|pl|plu|s|sp|spe|spec\w*|v|x)", re.I)
"""What a source may leave of "and", "with", "feat.", "plus" or "special guest"."""
_EDGES = " \t,;:|/+&_~-–—•"
_LINE_END = re.compile(r"[\r\n]+")
_JOINT_OF = dict(Joint.__members__)
_BARS = frozenset("/|⎮│┃¦•●∙◦▪·;")
_MAY_BE_WORD = frozenset({"CROSS", "VERSUS", "AT"})


def _joint(match: re.Match[str]) -> Joint:
    joint = _JOINT_OF[match.lastgroup or ""]
    if joint is Joint.WITH:
        word = match[0].lower()
        return Joint.GUESTS if word.endswith("guests") else Joint.FEATURING if word.startswith("feat") else joint
    return joint


def _separators(text: str) -> list[re.Match[str]]:
    """The separators of a text in order; an x, vs or at that stands at the edge of a name is the name's own word."""
    found = [match for match in _SCANNER.finditer(text) if match.lastgroup != "opaque"]
    return [match for at, match in enumerate(found) if not _is_word_of_name(text, found, at)]


def _is_word_of_name(text: str, found: list[re.Match[str]], at: int) -> bool:
    match = found[at]
    is_and = match[0] == "And"
    if not is_and and match.lastgroup not in _MAY_BE_WORD:
        return False
    if not text[found[at - 1].end() if at else 0 : match.start()].strip(_EDGES):
        return True
    following = found[at + 1].start() if at + 1 < len(found) else len(text)
    return not is_and and not text[match.end() : following].strip(_EDGES)


def _scan(text: str) -> tuple[list[tuple[int, int]], list[Joint], Joint | None, bool]:
    """Atoms, the joints between them, the joint before the first, and whether the text ends in a separator.

    Neighbouring separators make one joint.
    """
    spans: list[tuple[int, int]] = []
    joints: list[Joint] = []
    opening: Joint | None = None
    pending: Joint | None = None
    start = 0
    for match in [*_separators(text), None]:
        end = match.start() if match else len(text)
        bare = text[start:end].strip(_EDGES)
        if bare:
            if not spans:
                opening = pending
            elif pending is not None:
                joints.append(pending)
            first = text.index(bare, start, end)
            spans.append((first, first + len(bare)))
            pending = None
        if match is None:
            break
        if bare or spans or not match[0].lower().startswith(("with", "plus", "and")):
            joint = _joint(match)
            pending = joint if pending is None else min(pending, joint)
            start = match.end()
    return spans, joints, opening, pending is not None


def parse_title(title: str | None, venue_name: str | None = None) -> Title:
    """Takes a title apart. `venue_name` is the row's room, which "at ROOM" in the title then only repeats."""
    return _parse(title, venue_name if title and venue_name and may_name_place(title) else None)


@lru_cache(maxsize=8_192)
def _parse(title: str | None, venue_name: str | None) -> Title:
    printed = (clean(_LINE_END.sub(" • ", title[:LONGEST_PRINTED])) if title else None) or ""
    is_cut = len(printed) >= CUT_TITLE_LENGTH and printed.endswith(("...", "…"))
    text = printed
    if is_cut:
        text = printed.rstrip(".… ")
        if (remark := _CUT_REMARK.search(text)) is not None:
            is_cut, text = False, text[: remark.start()]
    text, flags = lift_notes(text)
    bare, presenter = lift_presenter(lift_place(text, venue_name, dated="date" in flags))
    bare, more = lift_notes(bare) if bare != text else (bare, set())
    spans, joints, opening, is_closed = _scan(bare)
    is_cut = is_cut and not is_closed
    pieces = tuple([read_piece(bare[start:end]) for start, end in spans])
    return Title(
        text=bare,
        spans=tuple(spans),
        pieces=pieces,
        joints=tuple(joints),
        opening=opening,
        presenter=presenter,
        flags=frozenset((flags | more) - {"date"}),
        is_cut=is_cut,
        is_shouted=is_shouting(printed),
        stretches=tuple(_stretches(bare, spans, pieces, joints, is_cut=is_cut)),
    )


def _stretches(
    text: str, spans: list[tuple[int, int]], pieces: tuple[Piece, ...], joints: list[Joint], *, is_cut: bool
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    count = len(spans)
    walls = [at for at, joint in enumerate(joints) if _is_wall(joint, text[spans[at][1] : spans[at + 1][0]])]
    walls.append(count - 1)
    is_named = [any(map(str.isalnum, text[start:end])) for start, end in spans]
    wall = 0
    for first, (start, end) in enumerate(spans):
        if walls[wall] < first:
            wall += 1
        if first == 0 and count > LONGEST_STRETCH and len(walls) == 1:
            yield first, count - 1, _keys(text[start : spans[-1][1]])
        if is_named[first]:
            for last in range(min(walls[wall], first + LONGEST_STRETCH - 1), first, -1):
                if is_named[last]:
                    yield first, last, _keys(text[start : spans[last][1]])
        atom, name = text[start:end], pieces[first].name
        key = fold_key(atom)
        if not name and atom[0] in "([":
            yield first, first, ()
            continue
        if name == atom and not (is_cut and first == count - 1):
            yield first, first, (key,)
            continue
        names = _cut_names(atom) if is_cut and first == count - 1 else (atom, name)
        yield first, first, tuple(dict.fromkeys(key for name in names if (key := fold_key(name))))


def _cut_names(atom: str) -> tuple[str, ...]:
    """The names that may stand whole before a cut: one word that is known is mostly the beginning of another name."""
    name, _, rest = atom.rpartition(" ")
    if name and _CUT_JOINTS.fullmatch(rest):
        return atom, name
    return (atom,) if name else ()


def _is_wall(joint: Joint, printed: str) -> bool:
    """Does a separator stand in no name? Names have "+" and pictures in them, and bars between two letters."""
    if joint is Joint.LIST:
        return printed.strip()[0] in _BARS and (printed[0] == " " or printed[-1] == " ")
    return joint is Joint.GUESTS or joint is Joint.HOST


def _keys(stretch: str) -> tuple[str, ...]:
    """The folded names that a stretch of several atoms may be: with its bracket's remark, and without."""
    key = fold_key(stretch)
    if "(" not in stretch:
        return (key,)
    bare = fold_key(read_piece(stretch).name)
    return (key, bare) if bare and bare != key else (key,)
