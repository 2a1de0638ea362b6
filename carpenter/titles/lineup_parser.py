"""Which pieces of a title are acts, given the names that are known to be. Pure functions.

The order of evidence: a known name wherever it stands between separators, the longest first; then the separators that
always part acts; then "&", "and", " - " and ":", which part them only on evidence.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from carpenter.titles.act_names import read_piece
from carpenter.titles.annotations import remark_flags
from carpenter.titles.conjunctions import Context, split_run
from carpenter.titles.fast_path import list_lineup
from carpenter.titles.lineup import Candidate, Lineup, ends_long_title, is_remnant
from carpenter.titles.name_types import (
    LONGEST_NAME,
    Naming,
    is_activity,
    is_backing,
    is_event,
    is_nobody,
    is_series,
    is_stand_in,
    is_the_room,
    is_theme,
    is_tour,
    names_a_night,
    naming,
)
from carpenter.titles.segments import Clause, Unit, read_clauses, read_unit
from carpenter.titles.title import Title
from carpenter.titles.tokens import SOFT, Joint
from sms_text.text import fold_key

_PARTS = frozenset({Joint.COLON, Joint.DASH})


def read_lineup(title: Title, known: Set[str], venue_words: frozenset[str] = frozenset()) -> Lineup:
    """The acts of a title in order of billing, and what names the night or the tour instead.

    `known` are folded names of acts; `venue_words` those of the room, which is never an act.
    """
    if title.is_list and (listed := list_lineup(title, known, venue_words)) is not None:
        return listed
    reader = _Reader(title, venue_words)
    for clause in read_clauses(title, known):
        reader.read(clause)
    return reader.lineup


class _Reader:
    """Reads the clauses of one title into a line-up."""

    def __init__(self, title: Title, venue_words: frozenset[str]) -> None:
        self.lineup = Lineup()
        self._title = title
        self._venue_words = venue_words
        self._is_activity = False
        self._has_host = False

    def read(self, clause: Clause) -> None:
        """Reads what stands before the first "with", or after one."""
        for unit in clause.units:
            if unit.piece.flags:
                self.lineup.flags |= unit.piece.flags
        if clause.introduction is Joint.HOST or self._is_activity:
            self._take_known(clause)
        elif clause.introduction is None:
            self._read_head(clause)
        else:
            self._read_list(clause)

    def _take_known(self, clause: Clause) -> None:
        """Who is named at an open mic or a trivia night runs it, unless the name is that of an act.

        Hosts go by their first names: that an act of one word has the same says nothing. Who is named with the host is
        a guest.
        """
        is_host = clause.introduction is Joint.HOST
        is_guest = self._has_host and not is_host
        known = (unit.piece for unit in clause.units if unit.is_known and (is_guest or unit.word_count > 1))
        self._has_host = self._has_host or clause.introduction is not None
        self.lineup.acts += [Candidate(piece, True, is_certain=False, is_host=is_host) for piece in known]

    def _read_head(self, clause: Clause) -> None:
        key = clause.key
        if is_series(key) or (is_activity(key) and _is_evening(clause)):
            self._is_activity = True
            self.lineup.headline = clause.text
            self._take_known(clause)
        elif clause.joints.count(Joint.DASH) > 1 and self._is_list_of_acts(parts := clause.parts(Joint.DASH)):
            for part in parts:
                self._read_list(part.unsure())
        elif not _PARTS.isdisjoint(clause.joints):
            joint = Joint.COLON if Joint.COLON in clause.joints else Joint.DASH
            self._read_parts(joint, *clause.cut(clause.joints.index(joint)))
        else:
            self._read_list(clause)

    def _is_list_of_acts(self, parts: Sequence[Clause]) -> bool:
        """Are several dashes those of a list? They are where no part can be anything else than acts."""
        texts = [part.text for part in parts]
        return not any(map(is_event, texts)) and not any(map(is_theme, texts)) and not any(map(self._is_nobody, texts))

    def _read_parts(self, joint: Joint, left: Clause, right: Clause) -> None:
        """What stands before and after ":" or " - ": a night and its acts, or acts and their theme."""
        plays_left, plays_right = self._sides_of_acts(joint, left, right)
        if is_tour(right.text):
            self.lineup.tour = right.text
        if not plays_left:
            self.lineup.headline = left.text if plays_right else f"{left.text}: {right.text}"
        if plays_left:
            self._read_head(left if plays_right or _is_theme_of(left, right) else left.unsure())
        if plays_right:
            self._read_head(right if not right.units[0].piece.owns else right.unsure())

    def _sides_of_acts(self, joint: Joint, left: Clause, right: Clause) -> tuple[bool, bool]:
        """Do acts stand on the left, and on the right?"""
        owner = right.units[0].piece
        is_night = len(right.runs()) == 1 and is_event(right.text)
        if is_series(left.key):
            return False, False
        if _is_theme_of(left, right):
            return True, False
        if owner.owns and owner.name:
            return False, True
        if is_night or is_nobody(right.text):
            return left.has_known or not (is_night or self._title.presenter), False
        if is_event(left.text) or self._is_nobody(left.text) or not left.units[0].name:
            return False, True
        if right.has_known:
            return left.has_known or joint is Joint.DASH, True
        if joint is Joint.COLON and not left.has_known and (len(right.runs()) > 1 or left.support is Joint.FEATURING):
            return False, len(right.runs()) > 1
        return True, False

    def _read_list(self, clause: Clause) -> None:
        clause = _without_cut_end(clause)
        is_plain = clause.introduction is None and Joint.LIST not in clause.joints
        if is_plain and not clause.has_known and naming(clause.units[-1].name).names_a_night:
            self.lineup.headline = clause.text
            return
        if SOFT.isdisjoint(clause.joints):
            for at, unit in enumerate(clause.units):
                self._take(unit, clause, at, is_alone=not clause.joints)
            return
        runs = clause.runs()
        position = 0
        for run in runs:
            at, position = position, position + len(run.units)
            if len(run.units) == 1:
                self._take(run.units[0], clause, at, is_alone=len(runs) == 1)
                continue
            if not run.has_known and self._heads(run.text, clause, len(runs)):
                self.lineup.headline = run.text
                continue
            ends_list = run.before is Joint.COMMA and run is runs[-1]
            for group in split_run(run, Context(clause.introduction, len(runs) == 1, ends_list)):
                unit = group[0]
                if len(group) > 1:
                    unit = read_unit(self._title, group[0].first, group[-1].last)
                self._take(unit, clause, at, is_alone=len(runs) == 1 and group[0] is run.units[0])
                at += len(group)

    def _heads(self, text: str, clause: Clause, run_count: int) -> bool:
        """Does a run name the night?"""
        is_heading = run_count == 1 and clause.introduction is None
        return names_a_night(text) or (is_heading and is_event(read_piece(text).heading))

    def _take(self, unit: Unit, clause: Clause, at: int, *, is_alone: bool) -> None:
        """Takes a name that begins at one of the clause's units."""
        name, key = unit.piece.name, unit.piece.key
        if unit.is_known:
            if not is_the_room(name, key, self._venue_words):
                self.lineup.acts.append(
                    Candidate(unit.piece, True, False, may_be_cut=ends_long_title(self._title, unit.last))
                )
            return
        says = naming(name)
        is_heading = is_alone and clause.introduction is None
        if says.is_tour:
            self.lineup.tour = name
        elif says.is_work or says.names_a_night or (is_heading and _names_event(unit, clause)):
            self.lineup.headline = self.lineup.headline or name
        elif not unit.is_cut and self._may_be_act(unit, says):
            may_be_cut = ends_long_title(self._title, unit.last)
            if may_be_cut and is_remnant(name):
                return
            is_certain = not may_be_cut and not says.is_event and _is_certain(unit, clause, at)
            self.lineup.acts.append(Candidate(unit.piece, False, is_certain, may_be_cut=may_be_cut))

    def _may_be_act(self, unit: Unit, says: Naming) -> bool:
        name, owns = unit.piece.name, unit.piece.owns
        if not 0 < len(name.split()) <= LONGEST_NAME:
            return False
        if is_stand_in(name) if owns else says.is_nobody:
            return False
        return owns or not is_the_room(name, unit.piece.key, self._venue_words)

    def _is_nobody(self, name: str) -> bool:
        return is_nobody(name) or is_the_room(name, fold_key(name), self._venue_words)


def _is_evening(clause: Clause) -> bool:
    """Does a clause that names an open mic, trivia or the like begin with it, with a remark at most beside it?"""
    runs = clause.runs()
    is_list = len(runs) > 2 or Joint.LIST in clause.joints
    if is_list and _PARTS.isdisjoint(clause.joints):
        return False
    return is_activity(runs[0].key) and not (len(runs[0].units) == 1 and runs[0].has_known)


def _is_theme_of(left: Clause, right: Clause) -> bool:
    """Is the right part what the acts on the left play, tour with or celebrate?"""
    if is_tour(right.text) or remark_flags(right.text) is not None:
        return True
    return is_theme(right.text) and len(right.runs()) == 1 and not is_event(left.text)


def _without_cut_end(clause: Clause) -> Clause:
    """A clause less what a source cut off, and less the name that the cut part may have ended: "Greg & The…"."""
    if len(clause.units) < 2 or not clause.units[-1].is_cut or clause.units[-1].is_known:
        return clause
    before, end = clause.units[-2:]
    joint = clause.joints[-1]
    may_be_one = joint in SOFT and (not before.is_known or (joint is Joint.AMPERSAND and is_backing(end.name)))
    is_doubtful = may_be_one and len(clause.units) > 2
    return clause.cut(len(clause.joints) - (2 if is_doubtful else 1))[0]


def _names_event(unit: Unit, clause: Clause) -> bool:
    return is_event(unit.piece.heading) or (clause.support is not None and unit.piece.is_dated)


def _is_certain(unit: Unit, clause: Clause, at: int) -> bool:
    """Do the separators around a name leave no doubt where it begins and ends?

    A list of two with one comma may be one name.
    """
    if not clause.is_sure or unit.first != unit.last:
        return False
    joints = clause.joints
    if not SOFT.isdisjoint(joints[max(0, at - 1) : at + 1]):
        return False
    return not joints or Joint.LIST in joints or (len(joints) > 1 and SOFT.isdisjoint(joints))
