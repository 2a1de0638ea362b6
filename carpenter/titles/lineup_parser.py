"""Decides which names of a title are acts, given the names that other rows attest. Pure functions.

The evidence in order: a known name between any two separators, the longest first; then the separators that always
separate acts; then "&", "and", " - " and ":", which separate acts only where something else says so.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from carpenter.titles.act_names import is_show_of_occasion, read_act_name
from carpenter.titles.annotations import annotation_flags
from carpenter.titles.conjunctions import Context, split
from carpenter.titles.fast_path import plain_lineup
from carpenter.titles.lineup import FoundAct, Lineup, ends_long_title, is_remnant
from carpenter.titles.name_types import (
    LONGEST_NAME,
    NameTypes,
    add_on_kind,
    is_activity,
    is_backing,
    is_certainly_event,
    is_event,
    is_guest_placeholder,
    is_label,
    is_listening,
    is_placeholder,
    is_series,
    is_theme,
    is_tour,
    is_venue_name,
    types_of,
)
from carpenter.titles.segments import NameToken, Segment, read_name_token, read_segments
from carpenter.titles.title import Title
from carpenter.titles.tokens import CONJUNCTIONS, Separator
from sms_text.text import fold_key

_SIDES = frozenset({Separator.COLON, Separator.DASH})


def read_lineup(title: Title, known: Set[str], venue_words: frozenset[str] = frozenset()) -> Lineup:
    """The acts of a title in order of billing, and the names of the event and of the tour.

    `known` are folded names of acts; `venue_words` are the folded words of the row's venue, which is never an act.
    """
    if title.is_list and (listed := plain_lineup(title, known, venue_words)) is not None:
        return listed
    reader = _Reader(title, venue_words)
    for segment in read_segments(title, known):
        reader.read(segment)
    return _without_event_alone(reader.lineup, title)


def _without_event_alone(lineup: Lineup, title: Title) -> Lineup:
    """The line-up without a name that may be an event's, where nobody stands beside it: "Paddle Rave | Opener"."""
    if len(lineup.acts) == 1 and len(title.tokens) > 1:
        act = lineup.acts[0]
        is_first = act.act_name.key == title.tokens[0].act_name.key
        if (
            is_first
            and not (act.is_known or act.is_certain or act.act_name.is_possessive)
            and is_event(act.act_name.name)
        ):
            lineup.acts = []
            lineup.headline = lineup.headline or act.act_name.name
    return lineup


class _Reader:
    """Reads the segments of one title into a line-up."""

    def __init__(self, title: Title, venue_words: frozenset[str]) -> None:
        self.lineup = Lineup()
        self._title = title
        self._venue_words = venue_words
        self._is_activity = False
        self._has_host = False

    def read(self, segment: Segment) -> None:
        """Adds the acts of one segment to the line-up."""
        for token in segment.tokens:
            if token.act_name.flags:
                self.lineup.flags |= token.act_name.flags
        if segment.introduction is Separator.HOST or self._is_activity:
            self._take_known(segment)
        elif segment.introduction is None:
            self._read_head(segment)
        else:
            self._read_list(segment)

    def _take_known(self, segment: Segment) -> None:
        """Adds the names that are known as acts, and no other: at an open mic or a trivia night a name is the host's.

        A known name of one word does not count, for hosts go by their first names; it does after "with" beside a host,
        where guests are named.
        """
        is_host = segment.introduction is Separator.HOST
        is_guest = self._has_host and not is_host
        known = (token.act_name for token in segment.tokens if token.is_known and (is_guest or token.word_count > 1))
        self._has_host = self._has_host or segment.introduction is not None
        self.lineup.acts += [FoundAct(act_name, True, is_certain=False, is_host=is_host) for act_name in known]

    def _read_head(self, segment: Segment) -> None:
        key = segment.key
        if is_series(key) or (is_activity(key) and _begins_with_activity(segment)):
            self._is_activity = True
            self.lineup.headline = segment.text
            self._take_known(segment)
        elif self._is_list_of_acts(parts := segment.parts(Separator.DASH)):
            for part in parts:
                self._read_list(part.unsure())
        elif not _SIDES.isdisjoint(segment.separators):
            separator = Separator.COLON if Separator.COLON in segment.separators else Separator.DASH
            self._read_parts(separator, *segment.cut(segment.separators.index(separator)))
        else:
            self._read_list(segment)

    def _is_list_of_acts(self, parts: Sequence[Segment]) -> bool:
        """Do the dashes between parts separate acts? They do where each of several parts can be nothing but acts."""
        if len(parts) < 3:
            return False
        texts = [part.text for part in parts]
        return not any(map(is_event, texts)) and not any(map(is_theme, texts)) and not any(map(self._is_no_act, texts))

    def _read_parts(self, separator: Separator, left: Segment, right: Segment) -> None:
        """Reads the two sides of ":" or " - ": an event and its acts, or acts and their theme."""
        has_acts_left, has_acts_right = self._sides_of_acts(separator, left, right)
        if is_tour(right.text):
            self.lineup.tour = right.text
        if not has_acts_left:
            self.lineup.headline = left.text if has_acts_right else f"{left.text}: {right.text}"
        if has_acts_left:
            self._read_head(left if has_acts_right or _is_theme_of(left, right) else left.unsure())
        if has_acts_right:
            self._read_head(right if not right.tokens[0].act_name.is_possessive else right.unsure())

    def _sides_of_acts(self, separator: Separator, left: Segment, right: Segment) -> tuple[bool, bool]:
        """Do acts stand on the left, and on the right?"""
        owner = right.tokens[0].act_name
        is_event_name = len(right.runs()) == 1 and is_event(right.text)
        if is_series(left.key) or is_listening(left.key):
            return False, False
        if _is_theme_of(left, right):
            return True, False
        if owner.is_possessive and owner.name:
            return False, True
        if separator is Separator.COLON and not left.has_known and is_label(left.text) and not is_event_name:
            return False, True
        if is_event_name or is_placeholder(right.text):
            return left.has_known or not (is_event_name or self._title.presenter), False
        if is_event(left.text) or self._is_no_act(left.text) or not left.tokens[0].name:
            return False, True
        if right.has_known:
            return left.has_known or separator is Separator.DASH, True
        if (
            separator is Separator.COLON
            and not left.has_known
            and (len(right.runs()) > 1 or left.support is Separator.FEATURING)
        ):
            return False, len(right.runs()) > 1
        return True, False

    def _read_list(self, segment: Segment) -> None:
        segment = _without_cut_end(segment)
        is_plain = segment.introduction is None and Separator.LIST not in segment.separators
        if is_plain and not segment.has_known and types_of(segment.tokens[-1].name).is_certainly_event:
            self.lineup.headline = segment.text
            return
        if CONJUNCTIONS.isdisjoint(segment.separators):
            for at, token in enumerate(segment.tokens):
                self._take(token, segment, at, is_alone=not segment.separators)
            return
        runs = segment.runs()
        position = 0
        for run in runs:
            at, position = position, position + len(run.tokens)
            if len(run.tokens) == 1:
                self._take(run.tokens[0], segment, at, is_alone=len(runs) == 1)
                continue
            if not run.has_known and add_on_kind(run.key) is not None:
                continue
            if not run.has_known and self._is_event_name(run.text, segment, len(runs)):
                self.lineup.headline = run.text
                continue
            ends_list = run.before is Separator.COMMA and run is runs[-1]
            for group in split(run, Context(segment.introduction, len(runs) == 1, ends_list)):
                token = group[0]
                if len(group) > 1:
                    token = read_name_token(self._title, group[0].first, group[-1].last)
                self._take(token, segment, at, is_alone=len(runs) == 1 and group[0] is run.tokens[0])
                at += len(group)

    def _is_event_name(self, text: str, segment: Segment, run_count: int) -> bool:
        """Is a run the name of the event?"""
        is_whole_head = run_count == 1 and segment.introduction is None
        return is_certainly_event(text) or (is_whole_head and is_event(read_act_name(text).event_name))

    def _take(self, token: NameToken, segment: Segment, at: int, *, is_alone: bool) -> None:
        """Adds a name as an act, the event or a tour; `at` is the position in the segment of its first token."""
        name, key = token.act_name.name, token.act_name.key
        if token.is_known:
            if not is_venue_name(name, key, self._venue_words):
                self.lineup.acts.append(
                    FoundAct(token.act_name, True, False, may_be_cut=ends_long_title(self._title, token.last))
                )
            return
        types = types_of(name)
        is_whole_head = is_alone and segment.introduction is None
        if types.is_tour:
            self.lineup.tour = name
        elif types.is_work or types.is_certainly_event or (is_whole_head and _names_event(token, segment)):
            self.lineup.headline = self.lineup.headline or name
        elif not token.is_cut and self._may_be_act(token, types):
            may_be_cut = ends_long_title(self._title, token.last)
            if may_be_cut and is_remnant(name):
                return
            is_certain = not may_be_cut and not types.is_event and _is_certain(token, segment, at)
            self.lineup.acts.append(FoundAct(token.act_name, False, is_certain, may_be_cut=may_be_cut))

    def _may_be_act(self, token: NameToken, types: NameTypes) -> bool:
        name, is_possessive = token.act_name.name, token.act_name.is_possessive
        if not 0 < len(name.split()) <= LONGEST_NAME:
            return False
        if is_guest_placeholder(name) if is_possessive else types.is_placeholder:
            return False
        return is_possessive or not is_venue_name(name, token.act_name.key, self._venue_words)

    def _is_no_act(self, name: str) -> bool:
        return is_placeholder(name) or is_venue_name(name, fold_key(name), self._venue_words)


def _begins_with_activity(segment: Segment) -> bool:
    """Does a segment begin with its open mic, trivia or the like, with an annotation at most beside it?"""
    runs = segment.runs()
    is_list = len(runs) > 2 or Separator.LIST in segment.separators
    if is_list and _SIDES.isdisjoint(segment.separators):
        return False
    return is_activity(runs[0].key) and not (len(runs[0].tokens) == 1 and runs[0].has_known)


def _is_theme_of(left: Segment, right: Segment) -> bool:
    """Is the right side the work, tour or occasion of the acts on the left?"""
    if is_tour(right.text) or annotation_flags(right.text) is not None:
        return True
    if is_show_of_occasion(right.text) and not is_event(left.text):
        return True
    return is_theme(right.text) and len(right.runs()) == 1 and not is_event(left.text)


def _without_cut_end(segment: Segment) -> Segment:
    """A segment without its cut last name, nor the name before it where the two may be one: "Greg & The…"."""
    if len(segment.tokens) < 2 or not segment.tokens[-1].is_cut or segment.tokens[-1].is_known:
        return segment
    before, end = segment.tokens[-2:]
    separator = segment.separators[-1]
    may_be_one = separator in CONJUNCTIONS and (
        not before.is_known or (separator is Separator.AMPERSAND and is_backing(end.name))
    )
    is_doubtful = may_be_one and len(segment.tokens) > 2
    return segment.cut(len(segment.separators) - (2 if is_doubtful else 1))[0]


def _names_event(token: NameToken, segment: Segment) -> bool:
    return is_event(token.act_name.event_name) or (segment.support is not None and token.act_name.is_dated)


def _is_certain(token: NameToken, segment: Segment, at: int) -> bool:
    """Do the separators around a name prove where it begins and ends?

    Those of a list of two with one comma do not: it may be one name.
    """
    if not segment.is_sure or token.first != token.last:
        return False
    separators = segment.separators
    if not CONJUNCTIONS.isdisjoint(separators[max(0, at - 1) : at + 1]):
        return False
    return (
        not separators or Separator.LIST in separators or (len(separators) > 1 and CONJUNCTIONS.isdisjoint(separators))
    )
