"""A title taken apart: what stands beside the names is lifted out, the rest is cut into atoms at its separators.

Nothing here knows a single act. What the atoms mean is read in carpenter/lineup.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from carpenter.patches import patches
from carpenter.pieces import read_piece
from carpenter.text import clean, fold_key, is_shouting
from carpenter.title_notes import lift_notes, lift_place, lift_presenter, may_name_place

LONGEST_PRINTED = 5_000
"""Characters of a title that are looked at."""

LONGEST_STRETCH = 6
"""Atoms in the longest name looked for across separators: "Crosby, Stills, Nash and Young" has four."""

CUT_TITLE_LENGTH = 30
"""From this length an ellipsis at the end means that the source cut the title; before it, it is style."""


class Joint(Enum):
    """What stands between two atoms of a title."""

    WITH = "with, w/, plus: support follows"
    FEATURING = "feat., featuring"
    GUESTS = "special guests: several follow"
    HOST = "hosted by"
    COLON = ":"
    DASH = " - "
    LIST = "/ // | + ; and bullets"
    COMMA = ","
    CROSS = "x, b2b"
    VERSUS = "vs"
    AND = "and"
    AMPERSAND = "&"
    AT = "at, @"


INTRODUCES = frozenset({Joint.WITH, Joint.FEATURING, Joint.GUESTS, Joint.HOST})
SOFT = frozenset({Joint.CROSS, Joint.VERSUS, Joint.AND, Joint.AMPERSAND, Joint.AT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title taken apart."""

    text: str
    """What is left when flags, presenter and place are lifted out."""
    spans: tuple[tuple[int, int], ...]
    """Where in `text` each atom stands."""
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
    rf"""(?=\W|_|\d|(?<!\w)[wfpsjabohxv×✕])  # Where nothing below can begin, none is tried.
    (?:(?P<opaque>\([^()]*(?:\)|$)|\[[^\[\]]*(?:\]|$)|(?<!\S)"[^"]*"|“[^”]*”|«[^»]*»
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
_EDGES = " \t,;:|/+&_~-–—•"
_LINE_END = re.compile(r"[\r\n]+")
_RANK = {joint: rank for rank, joint in enumerate(Joint)}


def _joint(match: re.Match[str]) -> Joint:
    joint, word = Joint[match.lastgroup or ""], match[0].lower()
    if joint is Joint.WITH and word.endswith("guests"):
        return Joint.GUESTS
    return Joint.FEATURING if joint is Joint.WITH and word.startswith("feat") else joint


def _separators(text: str) -> list[re.Match[str]]:
    """The separators of a text in order; an x, vs or at that stands at the edge of a name is the name's own word."""
    found = [match for match in _SCANNER.finditer(text) if match.lastgroup != "opaque"]
    bounds = [0, *(match.end() for match in found)], [*(match.start() for match in found), len(text)]
    blank = [not text[start:end].strip(_EDGES) for start, end in zip(*bounds, strict=True)]
    return [
        match
        for position, match in enumerate(found)
        if not _is_word_of_name(match, blank[position], blank[position + 1])
    ]


def _is_word_of_name(match: re.Match[str], is_first: bool, is_last: bool) -> bool:
    if match.lastgroup in {"CROSS", "VERSUS", "AT"}:
        return is_first or is_last
    return match[0] == "And" and is_first


def _scan(text: str) -> tuple[list[tuple[int, int]], list[Joint], Joint | None, bool]:
    """Atoms, the joints between them, the joint before the first, and whether the text ends in a separator.

    Neighbouring separators make one joint.
    """
    spans: list[tuple[int, int]] = []
    joints: list[Joint] = []
    opening: Joint | None = None
    pending: list[Joint] = []
    start = 0
    for match in [*_separators(text), None]:
        end = match.start() if match else len(text)
        bare = text[start:end].strip(_EDGES)
        if bare:
            joint = min(pending, key=_RANK.__getitem__) if pending else None
            if not spans:
                opening = joint
            elif joint is not None:
                joints.append(joint)
            first = text.index(bare, start, end)
            spans.append((first, first + len(bare)))
            pending = []
        if match is None:
            break
        if bare or spans or not match[0].lower().startswith(("with", "plus", "and")):
            pending.append(_joint(match))
            start = match.end()
    return spans, joints, opening, bool(pending)


def parse_title(title: str | None, venue_name: str | None = None) -> Title:
    """Takes a title apart. `venue_name` is the row's room, which "at ROOM" in the title then only repeats."""
    return _parse(title, venue_name if title and venue_name and may_name_place(title) else None)


@lru_cache(maxsize=8_192)
def _parse(title: str | None, venue_name: str | None) -> Title:
    printed = (clean(_LINE_END.sub(" • ", title[:LONGEST_PRINTED])) if title else None) or ""
    is_cut = len(printed) >= CUT_TITLE_LENGTH and printed.endswith(("...", "…"))
    text, flags = lift_notes(printed.rstrip(".… ") if is_cut else printed)
    bare, presenter = lift_presenter(lift_place(text, venue_name, dated="date" in flags))
    bare, more = lift_notes(bare) if bare != text else (bare, set())
    spans, joints, opening, is_closed = _scan(bare)
    is_cut = is_cut and not is_closed
    return Title(
        text=bare,
        spans=tuple(spans),
        joints=tuple(joints),
        opening=opening,
        presenter=presenter,
        flags=frozenset((flags | more) - {"date"}),
        is_cut=is_cut,
        is_shouted=is_shouting(printed),
        stretches=tuple(_stretches(bare, spans, is_cut=is_cut)),
    )


def _stretches(text: str, spans: list[tuple[int, int]], *, is_cut: bool) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    count = len(spans)
    for first, (start, _) in enumerate(spans):
        lasts = [*range(min(count, first + LONGEST_STRETCH) - 1, first - 1, -1)]
        if first == 0 and count > LONGEST_STRETCH:
            lasts.insert(0, count - 1)
        for last in lasts:
            stretch = text[start : spans[last][1]]
            names = [stretch, read_piece(stretch).name] if last == first or "(" in stretch else [stretch]
            if is_cut and first == last == count - 1:
                names.append(stretch.rpartition(" ")[0])
            yield first, last, tuple(dict.fromkeys(key for name in names if (key := fold_key(name))))
