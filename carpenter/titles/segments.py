"""A title's atoms gathered into names, and names into clauses and runs, by the names that are known. Pure functions."""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from carpenter.titles.act_names import Piece, read_piece
from carpenter.titles.title import Title
from carpenter.titles.tokens import INTRODUCES, SOFT, Joint
from sms_text.text import fold_key


class Unit(NamedTuple):
    """A name as the title spells it: a known one, or what stands between two separators."""

    piece: Piece
    first: int
    last: int
    """Its first and last atom in the title."""
    is_known: bool
    is_cut: bool
    """Is it the end of a title that the source cut short?"""

    @property
    def name(self) -> str:
        return self.piece.name

    @property
    def word_count(self) -> int:
        return len(self.piece.name.split())


class Run(NamedTuple):
    """Units without a hard separator between them."""

    title: Title
    units: tuple[Unit, ...]
    joints: tuple[Joint, ...]
    """What stands between each unit and the next."""
    before: Joint | None = None
    """The hard separator before the run in its clause."""

    @property
    def text(self) -> str:
        return self.title.between(self.units[0].first, self.units[-1].last)

    @property
    def key(self) -> str:
        return self.title.key_between(self.units[0].first, self.units[-1].last)

    @property
    def has_known(self) -> bool:
        return True in [unit.is_known for unit in self.units]


class Clause(NamedTuple):
    """Units that stand together before the first "with" of a title, or after one."""

    title: Title
    units: tuple[Unit, ...]
    joints: tuple[Joint, ...]
    """What stands between each unit and the next."""
    introduction: Joint | None = None
    """The "with" or "hosted by" before it; None for what a title begins with."""
    support: Joint | None = None
    """The "with" or "feat." that follows."""
    is_sure: bool = True
    """Do acts stand here for certain?"""

    @property
    def text(self) -> str:
        return self.title.between(self.units[0].first, self.units[-1].last)

    @property
    def key(self) -> str:
        return self.title.key_between(self.units[0].first, self.units[-1].last)

    @property
    def has_known(self) -> bool:
        return True in [unit.is_known for unit in self.units]

    def unsure(self) -> Clause:
        """The same, where it is not certain that acts stand here."""
        return self._replace(is_sure=False)

    def cut(self, at: int) -> tuple[Clause, Clause]:
        """What stands before and after one joint."""
        left = self._replace(units=self.units[: at + 1], joints=self.joints[:at])
        return left, self._replace(units=self.units[at + 1 :], joints=self.joints[at + 1 :])

    def parts(self, joint: Joint) -> list[Clause]:
        """What stands before, between and after all joints of one kind."""
        if joint not in self.joints:
            return [self]
        first, rest = self.cut(self.joints.index(joint))
        return [first, *rest.parts(joint)]

    def runs(self) -> list[Run]:
        """The clause cut at its hard separators."""
        runs: list[Run] = []
        start, before = 0, None
        for at, joint in enumerate(self.joints):
            if joint not in SOFT:
                runs.append(Run(self.title, self.units[start : at + 1], self.joints[start:at], before))
                start, before = at + 1, joint
        runs.append(Run(self.title, self.units[start:], self.joints[start:], before))
        return runs


def read_clauses(title: Title, known: Set[str]) -> list[Clause]:
    """The clauses of a title in order, known names whole."""
    units = _read_units(title, known)
    if not units:
        return []
    joints = tuple([title.joints[unit.last] for unit in units[:-1]])
    introduction = title.opening if title.opening in INTRODUCES else None
    clauses: list[Clause] = []
    start = 0
    for at, joint in enumerate(joints):
        if joint in INTRODUCES:
            clauses.append(Clause(title, tuple(units[start : at + 1]), joints[start:at], introduction, joint))
            introduction, start = joint, at + 1
    clauses.append(Clause(title, tuple(units[start:]), joints[start:], introduction))
    return clauses


def _read_units(title: Title, known: Set[str]) -> list[Unit]:
    last_atom = len(title.spans) - 1
    if not known:
        return [
            Unit(atom.piece, at, at, False, title.is_cut and at == last_atom) for at, atom in enumerate(title.atoms)
        ]
    longest: dict[int, tuple[int, str]] = {}
    for first, last, keys in title.stretches:
        if first not in longest and not known.isdisjoint(keys):
            longest[first] = (last, next(key for key in keys if key in known))
    units: list[Unit] = []
    first = 0
    while first <= last_atom:
        if first in longest:
            units.append(read_unit(title, first, *longest[first]))
        else:
            units.append(Unit(title.atoms[first].piece, first, first, False, title.is_cut and first == last_atom))
        first = units[-1].last + 1
    return units


def read_unit(title: Title, first: int, last: int, known_as: str | None = None) -> Unit:
    """The name that stands from one atom to another; `known_as` is its key where it is a known one."""
    text = title.between(first, last)
    piece = title.atoms[first].piece if first == last else read_piece(text)
    if known_as is not None and piece.key != known_as:
        name = text if fold_key(text) == known_as else text.rpartition(" ")[0]
        piece = piece._replace(name=name, key=fold_key(name))
    is_cut = title.is_cut and last == len(title.spans) - 1
    return Unit(piece, first, last, is_known=known_as is not None, is_cut=is_cut)
