"""Names in two scripts: Cyrillic, Greek, kana and Hangul as Latin letters, roughly. Pure functions.

Systems differ (й is y, i or j), so what is written is brought to one of their spellings on both sides, and the result
is good for comparing only. https://www.unicode.org/reports/tr15/ decomposes Hangul.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = dict(
    zip(
        "абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюяђјљњћџ",
        "a b v g g d e e e zh z i i i i k l m n o p r s t u u f kh ts ch sh shch  i  e iu ia dj i lj nj c dz".split(
            " "
        ),
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t i f ch ps o".split(" "),
        strict=True,
    )
)
_KANA_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サシスセソ",
    "z": "ザジズゼゾ",
    "t": "タチツテト",
    "d": "ダヂヅデド",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
}
_KANA_BESIDE = dict(
    zip("ヤユヨワヲンヴャュョーッァィゥェォ", "ia iu io wa o n v ia iu io   a i u e o".split(" "), strict=True)
)
_KANA = _KANA_BESIDE | {
    sign: consonant + vowel for consonant, row in _KANA_ROWS.items() for sign, vowel in zip(row, "aiueo", strict=True)
}
_HANGUL_FIRST = "g kk n d tt r m b pp s ss  j jj ch k t p h".split(" ")
_HANGUL_VOWELS = "a ae ia iae eo e ieo ie o wa wae oe io u wo we wi iu eu ui i".split(" ")
_HANGUL_LAST = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" ")
_ONE_SPELLING = (
    (re.compile(r"shch|sch(?=[aeiou])"), "sh"),
    (re.compile(r"ts|tz"), "c"),
    (re.compile(r"kh"), "h"),
    (re.compile(r"[yj]"), "i"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"w"), "v"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"[^a-z0-9]"), ""),
)
_LETTERS = {**_CYRILLIC, **_GREEK, **_KANA}


def is_latin(key: str) -> bool:
    """Has a folded name no letter but Latin ones?"""
    return key.isascii()


@lru_cache(maxsize=4_096)
def romanized(key: str) -> str:
    """A folded name in Latin letters, in one spelling of those that systems differ in, without blanks."""
    text = "".join(map(_letter, key))
    for pattern, spelling in _ONE_SPELLING:
        text = pattern.sub(spelling, text)
    return text


def _letter(character: str) -> str:
    if character.isascii():
        return character
    code = ord(character)
    if 0x3041 <= code <= 0x3096:  # hiragana stand 96 code points before katakana
        character = chr(code + 0x60)
    if 0xAC00 <= code <= 0xD7A3:
        first, rest = divmod(code - 0xAC00, 588)
        vowel, last = divmod(rest, 28)
        return _HANGUL_FIRST[first] + _HANGUL_VOWELS[vowel] + _HANGUL_LAST[last]
    found = _LETTERS.get(character)
    return found if found is not None else _LETTERS.get(unicodedata.normalize("NFD", character)[0], character)
