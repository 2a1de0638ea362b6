"""A title taken apart, as `title_parser` hands it to `lineup_parser` and `bill_parser`."""

from __future__ import annotations

from typing import NamedTuple

from carpenter.titles.spans import CandidateSpan, Token, fold_tokens
from carpenter.titles.tokens import Separator

CUT_TITLE_LENGTH = 30
"""From this length an ellipsis at the end means that the source cut the title; before it, it is style."""


class Title(NamedTuple):
    """A title taken apart."""

    text: str
    """What is left of it without annotations, presenter and venue."""
    spans: tuple[tuple[int, int], ...]
    """Start and end of each token in `text`."""
    tokens: tuple[Token, ...]
    separators: tuple[Separator, ...]
    """The separator between each token and the next."""
    opening: Separator | None
    """The separator before the first token, as in "feat. A, B"."""
    presenter: str | None
    flags: frozenset[str]
    is_cut: bool
    """Did the source cut the title short? Its last token is then no name."""
    is_shouted: bool
    candidate_spans: tuple[CandidateSpan, ...]
    """The spans of tokens that could be one name."""
    is_list: bool = False
    """Is it a list of plain names that can be nothing but acts? Then `fast_path` reads its line-up."""

    def between(self, first: int, last: int) -> str:
        """The text from one token to another, both included."""
        return self.text[self.spans[first][0] : self.spans[last][1]]

    def key_between(self, first: int, last: int) -> str:
        """The folded text from one token to another, both included."""
        return fold_tokens(self.text, self.spans, self.tokens, first, last)
