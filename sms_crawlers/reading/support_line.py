"""Lines that print who plays beside the headliner: "with special guests A and B"."""

from __future__ import annotations

import re

from sms_crawlers.items import ListedArtist
from sms_crawlers.reading import fold

_OPENING = re.compile(
    r"(?:(?:w/|(?:with|plus|and|featuring|joined by|support(?:ed)?(?: from| by)?|(?:very )?(?:special )?guests?)\b"
    r"|(?:feat|ft)\.|[+&:])\s*)+",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*,(?!\s*(?:ltd|inc|jr|sr|llc)\b)\s*(?:(?:and|&|\+)\s+)?|\s+(?:\+|//?|\||•)\s+", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
_AND_BUT_NO_BAND = re.compile(r"\s+(?:and|&)\s+(?!(?:the|his|her|their)\b)", re.IGNORECASE)
_NOBODY = re.compile(r"(?:many )?more|others|tb[ac]|t\.b\.[ac]\.|(?:very )?(?:special )?guests?", re.IGNORECASE)


def support_acts(line: str | None) -> list[ListedArtist]:
    """The acts of such a line in its order, each with the role "support"; guests without a name are left out.

    They are parted at commas, "and", "&", "+" and "/". A name that goes on after one of them stays whole: "Ltd.", and
    "and the …" unless it ends a list.
    """
    printed = fold(line or "") or ""
    opening = _OPENING.match(printed)
    *others, last = _MARK.split(printed[opening.end() if opening else 0 :])
    pieces = [piece for other in others for piece in _AND_BUT_NO_BAND.split(other)]
    names = [fold(piece) for piece in (*pieces, *(_AND if others else _AND_BUT_NO_BAND).split(last))]
    return [{"name": name, "role": "support"} for name in names if name and not _NOBODY.fullmatch(name)]
