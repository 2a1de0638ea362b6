"""The weights and thresholds by which an act of a service is an artist of the catalog. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from carpenter.model import Feature, Threshold

SAME_ARTIST_SCORE = 0.85

GOOD_SERVICE_SCORE = 95

POOR_SERVICE_SCORE = 85

SHORT_NAME = 3

LONG_NAME = 8

THRESHOLDS: Mapping[str, Threshold] = {
    "same artist": Threshold(
        SAME_ARTIST_SCORE, "Score from which the only act of a name is the artist; below it a person has to say so."
    ),
    "good": Threshold(GOOD_SERVICE_SCORE, "The service's own score, of 100, from which it speaks for an act."),
    "poor": Threshold(POOR_SERVICE_SCORE, "The service's own score below which it speaks against an act."),
    "short name": Threshold(SHORT_NAME, "Letters up to which a name says hardly anything."),
    "long name": Threshold(LONG_NAME, "Letters from which a name of several words is hardly anyone else's."),
}

FEATURES: Mapping[str, Feature] = {
    "same name": Feature("name", 0.5, "The act has the same name."),
    "alias": Feature("name", 0.4, "The service knows the name as another of the act's."),
    "other gaps": Feature("name", 0.2, "The same name but for its gaps: M.U.S.E. and Muse."),
    "other name": Feature("name", 0.0, "Another name; so only where a row gives the act's id."),
    "namesakes": Feature("namesakes", -0.3, "The service has other acts of this name."),
    "no namesake": Feature("namesakes", 0.2, "The service has no other act of this name."),
    "short name": Feature("distinctive", -0.1, f"A name of at most {SHORT_NAME} letters."),
    "long name": Feature("distinctive", 0.2, f"A name of several words and at least {LONG_NAME} letters."),
    "good score": Feature("service", 0.1, f"The service's own score is {GOOD_SERVICE_SCORE} or more."),
    "poor score": Feature("service", -0.2, f"The service's own score is below {POOR_SERVICE_SCORE}."),
    "country": Feature("country", 0.1, "The act is from a country where the artist plays."),
}
