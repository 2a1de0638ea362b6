"""The weights and thresholds by which two mentions name one venue. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from carpenter.model import Feature, Threshold
from carpenter.parsing import similarity
from carpenter.venues import geography

SAME_VENUE_SCORE = 0.8

KNOWN_ELSEWHERE = 0.7

LONG_NAME = 6

NEAR_NUMBERS = 100

PROGRAMME = 3

MAX_NIGHTS = 8

MANY_CLASHES = 3

THRESHOLDS: Mapping[str, Threshold] = {
    "same venue": Threshold(SAME_VENUE_SCORE, "Score from which two mentions are one venue."),
    "known elsewhere": Threshold(
        KNOWN_ELSEWHERE, "Weight of a name from which it can be that of a venue in another town, or in none."
    ),
    "long name": Threshold(
        LONG_NAME, "Letters from which names that differ by one are spellings of one, whatever word stands beside them."
    ),
    "same name": Threshold(similarity.SAME_VENUE, "Percentage of letters from which two names differ by a few."),
    "described name": Threshold(
        similarity.SAME_VENUE_AT_PLACE, "Percentage of words from which a name is that of a described venue there."
    ),
    "same point": Threshold(geography.SAME_PLACE_KM, "Kilometres up to which two mentions can be in one building."),
    "described point": Threshold(
        geography.DESCRIBED_PLACE_KM, "Kilometres up to which a mention can be in the building of a described venue."
    ),
    "other point": Threshold(geography.OTHER_PLACE_KM, "Kilometres from which two points are two buildings."),
    "town": Threshold(
        geography.TOWN_KM, "Kilometres from which a point is not of its town: an office's, or a mistake."
    ),
    "near numbers": Threshold(NEAR_NUMBERS, "Difference of house numbers up to which they are of one block."),
    "programme": Threshold(
        PROGRAMME, "Acts, and nights, from which two names of one venue are told by what plays there alone."
    ),
    "most nights": Threshold(MAX_NIGHTS, "Nights that count; more of them add no more."),
    "many clashes": Threshold(
        MANY_CLASHES, "Nights with different acts from which two names are two rooms, if half as many do not agree."
    ),
}

FEATURES: Mapping[str, Feature] = {
    "same name": Feature("name", 1.0, "The same name."),
    "same words": Feature("name", 0.85, "The same name but for words like hall or club."),
    "few letters": Feature("name", 0.8, "Names that differ by a few letters."),
    "swapped letters": Feature("name", 0.65, "Names that differ by two letters that are swapped."),
    "begins with": Feature("name", 0.7, "One name begins with the other."),
    "few letters and words": Feature("name", 0.7, "Names that differ by a few letters, and words like hall or club."),
    "holds words": Feature("name", 0.55, "One name holds the words of the other."),
    "same first word": Feature("name", 0.35, "Names that begin with the same word, which is not one like hall."),
    "other kind of room": Feature("name", 0.25, "The same name, but a hall and a lounge: two rooms."),
    "smaller room": Feature("name", 0.1, "The name of a venue, and one that says it is a smaller room of that venue."),
    "same address": Feature("place", 0.5, "The same house number and street."),
    "same point": Feature("place", 0.4, "Points of one building."),
    "other street": Feature("place", -0.5, "Different streets, or numbers of different blocks."),
    "other place": Feature("place", -0.7, "Points of two buildings, or two states."),
    "same acts": Feature("nights", 0.15, "For each night on which both name an act that is the same."),
    "other acts": Feature("nights", -0.12, "For each night on which both name acts, none the same."),
    "programme": Feature(
        "nights", 0.4, "Nothing is known of name and place, but several acts are the same, none other."
    ),
    "other town": Feature("town", -1.0, "Two towns, and not the same name and place, or name and nights."),
}
