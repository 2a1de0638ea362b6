"""What is asked of the things of one type, and the same told of many of them at once.

A request is answered level by level: all things of a level are known before the next is read, so that whatever hangs
on them is read in one statement, however many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sms_api.graphql.reading import Reading, in_parts
from sms_api.graphql.things import Kind
from sms_catalog.keyset import Page

Told = dict[str, Any]
"""The members of a thing as the answer has them."""


class Branch(Protocol):
    """A field whose values are things again."""

    def values(self, reading: Reading, things: Sequence[Any]) -> Sequence[Any]:
        """The field of each of these things, told."""


@dataclass(slots=True)
class Selection:
    """The fields that are asked for of things of one type, in the order of the question."""

    leaves: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    """By response key; a branch has its place here, and None."""
    branches: dict[str, Branch] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    """What has to be known of the things."""

    def told(self, reading: Reading, things: Sequence[Any]) -> list[Told]:
        """The answer about each of these things."""
        if not things:
            return []
        leaves = tuple(self.leaves.items())
        told = [{key: read(thing) for key, read in leaves} for thing in things]
        for key, branch in self.branches.items():
            for one, value in zip(told, branch.values(reading, things), strict=True):
                one[key] = value
        return told


@dataclass(slots=True)
class Reference:
    """A thing of a known kind, named by its key. Whatever many things share is read and told once."""

    kind: Kind
    key_of: Callable[[Any], Any]
    """None where there is none."""
    selection: Selection

    def values(self, reading: Reading, things: Sequence[Any]) -> Sequence[Told | None]:
        keys = [self.key_of(thing) for thing in things]
        asked = {key for key in keys if key is not None}
        if self.selection.members <= {self.kind.key}:  # foreign keys hold: it is there
            found = {key: {self.kind.key: key} for key in asked}
        else:
            found = dict(reading.things(self.kind, asked, self.selection.members))
        told = dict(zip(found, self.selection.told(reading, list(found.values())), strict=True))
        return [told.get(key) for key in keys]


@dataclass(slots=True)
class NodeReferences:
    """Things of any kind, named by kind and key; each must be looked up, since nothing vouches for it."""

    names_of: Callable[[Any], Sequence[tuple[Kind, Any] | None]]
    selections: Mapping[str, Selection]
    """By type."""

    def values(self, reading: Reading, things: Sequence[Any]) -> Sequence[Sequence[Told | None]]:
        names = [self.names_of(thing) for thing in things]
        of_kind: dict[str, tuple[Kind, set[Any]]] = {}
        for name in (name for of_thing in names for name in of_thing if name is not None):
            of_kind.setdefault(name[0].name, (name[0], set()))[1].add(name[1])
        told: dict[tuple[str, Any], Told] = {}
        for kind, keys in of_kind.values():
            selection = self.selections[kind.type_name]
            found = reading.things(kind, keys, selection.members)
            for key, one in zip(found, selection.told(reading, list(found.values())), strict=True):
                told[kind.name, key] = one
        return [[told.get((name[0].name, name[1])) if name else None for name in of_thing] for of_thing in names]


@dataclass(slots=True)
class First:
    """The one value of a branch that has lists of one."""

    branch: Branch

    def values(self, reading: Reading, things: Sequence[Any]) -> Sequence[Any]:
        return [value[0] for value in self.branch.values(reading, things)]


@dataclass(slots=True)
class Part:
    """Something that is known with the thing itself."""

    part_of: Callable[[Any], Any]
    selection: Selection

    def values(self, reading: Reading, things: Sequence[Any]) -> Sequence[Told]:
        return self.selection.told(reading, [self.part_of(thing) for thing in things])


@dataclass(slots=True)
class Parts:
    """A list of such."""

    parts_of: Callable[[Any], Sequence[Any]]
    selection: Selection

    def values(self, reading: Reading, things: Sequence[Any]) -> Sequence[Sequence[Told]]:
        parts = [self.parts_of(thing) for thing in things]
        told = self.selection.told(reading, [part for of_thing in parts for part in of_thing])
        return in_parts(told, map(len, parts))


@dataclass(slots=True)
class Pages:
    """A page of a list for each thing."""

    pages_of: Callable[[Reading, Sequence[Any]], Sequence[Page[Any]]]
    selection: Selection

    def values(self, reading: Reading, things: Sequence[Any]) -> Sequence[Told]:
        return self.selection.told(reading, self.pages_of(reading, things))
