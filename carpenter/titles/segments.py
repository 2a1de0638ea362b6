"""Gathers a title's tokens into names, and the names into segments and runs. Pure functions.

In "Ada Fox & Mossback, Tin Heron with Ash" there are two segments, parted by "with". The first has two runs, parted by
the comma; in the first of them a conjunction stands between two names.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from carpenter.titles.act_names import ActName, read_act_name, without_brackets
from carpenter.titles.title import Title
from carpenter.titles.tokens import CONJUNCTIONS, INTRODUCERS, Separator
from sms_text.text import fold_key


class NameToken(NamedTuple):
    """A name as the title spells it: one token, or the tokens that a known name takes up."""

    act_name: ActName
    first: int
    last: int
    """The positions in the title of its first and last token."""
    is_known: bool
    is_cut: bool
    """Is it the last of a title that the source cut short?"""

    @property
    def name(self) -> str:
        return self.act_name.name

    @property
    def word_count(self) -> int:
        return len(self.act_name.name.split())


class ConjunctionRun(NamedTuple):
    """Names with nothing but conjunctions between them."""

    title: Title
    tokens: tuple[NameToken, ...]
    separators: tuple[Separator, ...]
    """The separator between each name and the next."""
    before: Separator | None = None
    """The separator before the run in its segment."""

    @property
    def text(self) -> str:
        return self.title.between(self.tokens[0].first, self.tokens[-1].last)

    @property
    def key(self) -> str:
        return self.title.key_between(self.tokens[0].first, self.tokens[-1].last)

    @property
    def has_known(self) -> bool:
        return True in [token.is_known for token in self.tokens]


class Segment(NamedTuple):
    """The names before the first "with", "feat." or "hosted by" of a title, or after one of these."""

    title: Title
    tokens: tuple[NameToken, ...]
    separators: tuple[Separator, ...]
    """The separator between each name and the next."""
    introduction: Separator | None = None
    """The "with" or "hosted by" before it; None for a title's first segment."""
    support: Separator | None = None
    """The "with" or "feat." after it."""
    is_sure: bool = True
    """Is it certain that the names here are acts?"""

    @property
    def text(self) -> str:
        return self.title.between(self.tokens[0].first, self.tokens[-1].last)

    @property
    def key(self) -> str:
        return self.title.key_between(self.tokens[0].first, self.tokens[-1].last)

    @property
    def has_known(self) -> bool:
        return True in [token.is_known for token in self.tokens]

    def unsure(self) -> Segment:
        """The same segment, with `is_sure` off."""
        return self._replace(is_sure=False)

    def cut(self, at: int) -> tuple[Segment, Segment]:
        """The parts before and after the separator at a position."""
        left = self._replace(tokens=self.tokens[: at + 1], separators=self.separators[:at])
        return left, self._replace(tokens=self.tokens[at + 1 :], separators=self.separators[at + 1 :])

    def parts(self, separator: Separator) -> list[Segment]:
        """The segment cut at all separators of one kind."""
        if separator not in self.separators:
            return [self]
        first, rest = self.cut(self.separators.index(separator))
        return [first, *rest.parts(separator)]

    def runs(self) -> list[ConjunctionRun]:
        """The segment cut at every separator that is no conjunction."""
        runs: list[ConjunctionRun] = []
        start, before = 0, None
        for at, separator in enumerate(self.separators):
            if separator not in CONJUNCTIONS:
                runs.append(ConjunctionRun(self.title, self.tokens[start : at + 1], self.separators[start:at], before))
                start, before = at + 1, separator
        runs.append(ConjunctionRun(self.title, self.tokens[start:], self.separators[start:], before))
        return runs


def read_segments(title: Title, known: Set[str]) -> list[Segment]:
    """The segments of a title in order; a known name is never cut."""
    tokens = _read_name_tokens(title, known)
    if not tokens:
        return []
    separators = tuple([title.separators[token.last] for token in tokens[:-1]])
    introduction = title.opening if title.opening in INTRODUCERS else None
    segments: list[Segment] = []
    start = 0
    for at, separator in enumerate(separators):
        if separator in INTRODUCERS:
            segments.append(
                Segment(title, tuple(tokens[start : at + 1]), separators[start:at], introduction, separator)
            )
            introduction, start = separator, at + 1
    segments.append(Segment(title, tuple(tokens[start:]), separators[start:], introduction))
    return segments


def _read_name_tokens(title: Title, known: Set[str]) -> list[NameToken]:
    last_token = len(title.spans) - 1
    if not known:
        return [
            NameToken(token.act_name, at, at, False, title.is_cut and at == last_token)
            for at, token in enumerate(title.tokens)
        ]
    longest: dict[int, tuple[int, str]] = {}
    for first, last, keys in title.candidate_spans:
        if first not in longest and not known.isdisjoint(keys):
            longest[first] = (last, next(key for key in keys if key in known))
    tokens: list[NameToken] = []
    first = 0
    while first <= last_token:
        if first in longest:
            tokens.append(read_name_token(title, first, *longest[first]))
        else:
            tokens.append(
                NameToken(title.tokens[first].act_name, first, first, False, title.is_cut and first == last_token)
            )
        first = tokens[-1].last + 1
    return tokens


def read_name_token(title: Title, first: int, last: int, known_as: str | None = None) -> NameToken:
    """The name from one token to another, both included; `known_as` is its folded form where it is a known one."""
    text = title.between(first, last)
    act_name = title.tokens[first].act_name if first == last else read_act_name(text)
    if known_as is not None and act_name.key != known_as:
        bare = without_brackets(act_name.name)
        name = text if fold_key(text) == known_as else bare if fold_key(bare) == known_as else text.rpartition(" ")[0]
        act_name = act_name._replace(name=name, key=fold_key(name))
    is_cut = title.is_cut and last == len(title.spans) - 1
    return NameToken(act_name, first, last, is_known=known_as is not None, is_cut=is_cut)
