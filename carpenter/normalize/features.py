"""The weights and thresholds by which a row is live music. Pure.

They speak where no word of the title names the kind of evening by itself, as "karaoke" and "open mic" do.
"""

from __future__ import annotations

from collections.abc import Mapping

from carpenter.model import Feature, Threshold

MUSIC_SCORE = 0.25

OTHER_SCORE = -0.2

THRESHOLDS: Mapping[str, Threshold] = {
    "music": Threshold(MUSIC_SCORE, "Score from which a row is live music."),
    "other": Threshold(
        OTHER_SCORE, "Score up to which it certainly is none. Between the two it is doubtful, and for a person."
    ),
}

FEATURES: Mapping[str, Feature] = {
    "listed": Feature("source", 0.3, "It stands in a calendar that we read for live music."),
    "own calendar": Feature("source", 0.3, "It stands in the own calendar of a room for music."),
    "own music": Feature("own kind", 0.6, "The source calls it a concert, or names a kind of music."),
    "own other": Feature("own kind", -1.0, "All that the source calls it is something else: sports, a fair."),
    "line-up": Feature("acts", 0.6, "The source lists who plays, apart from the title."),
    "known act": Feature(
        "acts", 0.6, "Other rows know a name of its title as an act's, or everybody in the field does."
    ),
    "ensemble": Feature("acts", 0.3, "A name of its title ends as an ensemble's does: quartet, orchestra."),
    "bill": Feature("acts", 0.3, "The title is a bill: several acts, a guest, a tour, an age."),
    "mixed room": Feature("room", -0.3, "The room has all kinds of evenings."),
    "other room": Feature("room", -0.5, "By its name the room is for something else: a bookshop, a cinema."),
    "sentence": Feature("print", -0.3, "The title is printed as a sentence, not as a name: Antique dolls."),
    "long title": Feature("print", -0.4, "The title is one text of nine words or more; few names are."),
    "other title": Feature("words", -0.6, "The title says what else is on: baseball, a tasting, a boat show."),
    "stage work": Feature("words", -0.8, "The title is that of a play, a musical or a ballet."),
    "music words": Feature("words", 0.4, "Title or description have words of music: band, songs, pianist."),
    "other words": Feature("words", -0.4, "The description has words of something else: novel, comedian, vendors."),
}
