"""The closed lists of words that tables, programs and pages share."""

from __future__ import annotations

MUSIC_KINDS = frozenset({"show", "open_mic", "open_jam", "dj_night", "festival"})
"""Kinds that a calendar of live music shows without being asked."""


EVENT_KINDS = (
    *("bingo", "closed", "comedy", "craft_night", "dance", "dj_night", "drag", "festival", "film", "karaoke"),
    *("open_jam", "open_mic", "other", "package", "parking", "private", "show", "trivia", "workshop"),
)
"""Every kind that an event can have."""


DOUBTFUL_KIND = "doubtful: nothing tells that it is live music"
"""The reason in `events.provenance` of a kind that is "other" until a person, or another row, says what it is."""


SOURCE_KINDS = ("venue", "api", "feed", "generator", "enrichment", "setlist")


VERDICTS = ("ok", "suspect", "failed")
"""What a run that has ended is judged."""


CAUSES = ("unreachable", "refused", "empty", "layout_changed", "incomplete", "quiet", "stopped", "mistake")
"""Why a run is judged as it is: a host did not answer or with an error; a host or its robots.txt said no; nothing was
read; records or fields are not where they were; a part of the listing is missing; nothing is on, which is ok; the run
ended before its time; the spider has a mistake."""


ASKED_BY = ("name", "id")


DECISION_KINDS = ("override", "merge", "split", "hide", "artist_link")


PAIR_KINDS = ("event", "artist")


CHANGES = ("create", "update", "noop", "skip", "error", "merge", "split", "delete")


EVENT_STATUSES = ("scheduled", "cancelled", "postponed", "rescheduled", "sold_out", "unlisted")


LISTED_STATUSES = tuple(status for status in EVENT_STATUSES if status != "unlisted")
"""Of events that a source still lists."""
