"""A text cut into atoms at its separators. Nothing here knows a name. Pure functions."""

from __future__ import annotations

import re
from enum import IntEnum, auto

from carpenter.parsing.vocabulary import vocabulary


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


_SUFFIXES = "|".join(re.escape(suffix) for suffix in sorted(vocabulary().comma_suffixes))
_GUESTS = r"(?:very\s+)?special\s+guests?|guests?|support(?:\s+from|\s+by)?|openers?"
_SCANNER = re.compile(
    rf"""# Where nothing below can begin, none is tried.
    (?=[^\w\s]|\d,|(?<!\w)(?:w[i/.s\s]|f[et]|pl|s[tpu]|jo|a[cltn]|b[a2]|op|ho|ve|x|v))
    (?:(?P<opaque>\([^()]*\)|\((?=\w)[^()]*$|\[[^\[\]]*(?:\]|$)|(?<!\S)"[^"]*"|“[^”]*”|«[^»]*»
        |(?<!\w)\*(?!(?:with|w/|and|&)\*)[^*]+\*(?!\w)|(?<!\w)[‘'](?=[^\W\d])[^‘’',/]{{3,60}}['’](?!\w)|\d,\d)
    |(?P<HOST>(?<!\w)(?:hosted\s+by|with\s+(?:your\s+)?hosts?)(?!\w))
    |(?P<WITH>(?<!\w)(?:(?:with|featuring|feat\.?|(?<!\d\s)ft\.|(?<!\d\s)(?-i:ft)|plus|starring|joined\s+by|accompanied\s+by|alongside
        |backed\s+by|opening\s+sets?\s+by|supported\s+by|wsg|w\.s\.g\.|w/\s?s/?g)(?![\w'’])|w/|(?-i:w)\.?(?=\s))(?:\s*(?:{_GUESTS})(?=\s*:|\s+\S|\s*$))?
        |(?<!\w)(?:very\s+)?special\s+guests?(?!\w)|(?<!\w)(?:support|openers?|opening(?:\s+acts?)?)(?:\s+(?:by|from))?(?=\s*:))
    |(?P<LIST>[|⎮│┃¦•●∙◦▪★☆✦;\u2600-\u27bf\U0001f300-\U0001faff]|(?<!\S)(?:/{{1,3}}|\+|·|::(?!\S))|(?:/{{1,3}}|\+|·)(?!\S))
    |(?P<COMMA>[,、،](?!\s*(?:{_SUFFIXES})(?!\.?\w))(?!\s+the$))
    |(?P<CROSS>(?<!\S)(?:(?-i:x)|×|✕|b2b)(?!\S))
    |(?P<VERSUS>(?<!\S)(?:vs?\.?|versus|(?-i:X))(?!\S))
    |(?P<AND>(?<![\w'’.…-])and(?![\w'’-]))
    |(?P<AMPERSAND>(?<!\S)&|&(?!\S))
    |(?P<AT>(?<!\S)(?:at(?!\S)|@))
    |(?P<COLON>:(?!\S)|(?<!\S):)
    |(?P<DASH>(?<![^\s_])[-–—―~]+(?![^\s_])|[—―]|(?<=\w)[-–]+(?=\s)|(?<=\s)[-–]+(?=[^\W\d])))""",
    re.X | re.I,
)
SEPARATING_WORDS = frozenset(
    "hosted with featuring feat ft plus starring joined accompanied alongside backed opening supported very special"
    " support opener openers wsg w x b2b v vs versus and at".split()
)
"""Words of which one stands in every separator that has no sign."""

_EDGES = " \t,;:|/+&_~-–—•"
_JOINT_OF = dict(Joint.__members__)
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


def scan(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[Joint, ...], Joint | None, bool]:
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
    return tuple(spans), tuple(joints), opening, pending is not None
