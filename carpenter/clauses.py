"""A title's atoms gathered into names, and names into clauses and runs, by the names that are known. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from carpenter.pieces import Piece, read_piece
from carpenter.text import fold_key
from carpenter.titles import INTRODUCES, SOFT, Joint, Title


@dataclass(frozen=True, slots=True)
class Unit:
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


@dataclass(frozen=True, slots=True)
class Run:
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
    def has_known(self) -> bool:
        return any(unit.is_known for unit in self.units)


@dataclass(frozen=True, slots=True)
class Clause(Run):
    """Units that stand together before the first "with" of a title, or after one."""

    introduction: Joint | None = None
    """The "with" or "hosted by" before it; None for what a title begins with."""
    support: Joint | None = None
    """The "with" or "feat." that follows."""
    is_sure: bool = True
    """Do acts stand here for certain?"""

    def cut(self, at: int) -> tuple[Clause, Clause]:
        """What stands before and after one joint."""
        left = replace(self, units=self.units[: at + 1], joints=self.joints[:at])
        return left, replace(self, units=self.units[at + 1 :], joints=self.joints[at + 1 :])

    def runs(self) -> list[Run]:
        """The clause cut at its hard separators."""
        bounds = [i + 1 for i, joint in enumerate(self.joints) if joint not in SOFT]
        return [
            Run(
                title=self.title,
                units=self.units[start:end],
                joints=self.joints[start : end - 1],
                before=self.joints[start - 1] if start else None,
            )
            for start, end in zip([0, *bounds], [*bounds, len(self.units)], strict=True)
        ]


def read_clauses(title: Title, known: frozenset[str]) -> list[Clause]:
    """The clauses of a title in order, known names whole."""
    units = _read_units(title, known)
    joints = [title.joints[unit.last] for unit in units[:-1]]
    clauses: list[Clause] = []
    introduction = title.opening if title.opening in INTRODUCES else None
    start = 0
    for i, following in enumerate([*joints, None] if units else []):
        if following is None or following in INTRODUCES:
            inner = tuple(joints[start:i])
            clauses.append(Clause(title, tuple(units[start : i + 1]), inner, None, introduction, following))
            introduction, start = following, i + 1
    return clauses


def _read_units(title: Title, known: frozenset[str]) -> list[Unit]:
    longest: dict[int, tuple[int, str]] = {}
    for first, last, keys in title.stretches:
        if first not in longest and (key := next((key for key in keys if key in known), None)):
            longest[first] = (last, key)
    units: list[Unit] = []
    while (first := units[-1].last + 1 if units else 0) < len(title.spans):
        last, key = longest.get(first, (first, None))
        units.append(read_unit(title, first, last, known_as=key))
    return units


def read_unit(title: Title, first: int, last: int, known_as: str | None = None) -> Unit:
    """The name that stands from one atom to another; `known_as` is its key where it is a known one."""
    text = title.between(first, last)
    piece = read_piece(text)
    if known_as is not None and fold_key(piece.name) != known_as:
        piece = replace(piece, name=text if fold_key(text) == known_as else text.rpartition(" ")[0])
    is_cut = title.is_cut and last == len(title.spans) - 1
    return Unit(piece=piece, first=first, last=last, is_known=known_as is not None, is_cut=is_cut)
