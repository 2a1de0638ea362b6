"""A title taken apart: a value. Pure."""

from __future__ import annotations

from typing import NamedTuple

from carpenter.titles.spans import Atom, Stretch, fold_atoms
from carpenter.titles.tokens import Joint

CUT_TITLE_LENGTH = 30
"""From this length an ellipsis at the end means that the source cut the title; before it, it is style."""


class Title(NamedTuple):
    """A title taken apart."""

    text: str
    """What is left when flags, presenter and place are lifted out."""
    spans: tuple[tuple[int, int], ...]
    """Where in `text` each atom stands."""
    atoms: tuple[Atom, ...]
    joints: tuple[Joint, ...]
    """What stands between each atom and the next."""
    opening: Joint | None
    """The word before the first atom, as in "feat. A, B"."""
    presenter: str | None
    flags: frozenset[str]
    is_cut: bool
    """Did the source cut the title short? Its last atom is then no name."""
    is_shouted: bool
    stretches: tuple[Stretch, ...]
    """The stretches of atoms that could be one name."""
    is_list: bool = False
    """Is it a plain list, of names that can be nothing but acts?"""

    def between(self, first: int, last: int) -> str:
        """The text from one atom to another, both included."""
        return self.text[self.spans[first][0] : self.spans[last][1]]

    def key_between(self, first: int, last: int) -> str:
        """The folded text from one atom to another, both included."""
        return fold_atoms(self.text, self.spans, self.atoms, first, last)
