"""The weights and thresholds by which two rows of one room and night are one show. Pure.

The weights were fitted on labelled pairs, so that a score says how often such pairs are one show.
"""

from __future__ import annotations

from collections.abc import Mapping

from carpenter.model import Feature, Threshold
from carpenter.parsing import similarity

SAME_SHOW_SCORE = 0.61

REVIEW_SCORE = 0.35

AS_LIKELY = 0.1

APART_MINUTES = 100

NEAR_MINUTES = 30

SETS_MINUTES = 75

OTHER_SHOW_MINUTES = 60

LONG_APART_MINUTES = 240

SLIP_OF_TWELVE = (690, 750)
"""Minutes apart, from and to, that may be a morning printed for an evening."""

SLOT_MINUTES = 60

THRESHOLDS: Mapping[str, Threshold] = {
    "same show": Threshold(SAME_SHOW_SCORE, "Score from which a pair is one show."),
    "review": Threshold(REVIEW_SCORE, "Score from which a pair that is not joined is shown to a person."),
    "as likely": Threshold(
        AS_LIKELY,
        "Difference of scores up to which a row without an hour is as likely of one as of the other of two shows.",
    ),
    "apart": Threshold(
        APART_MINUTES,
        "Minutes between starts from which they are an early and a late show; doors and show differ by 30 to 90.",
    ),
    "sets": Threshold(
        SETS_MINUTES,
        "Minutes between starts from which two ids of one source with an act in common are two sets sold apart.",
    ),
    "other show": Threshold(
        OTHER_SHOW_MINUTES,
        "Minutes between an early or a late show, which says so, and the other, which does not.",
    ),
    "near": Threshold(NEAR_MINUTES, "Minutes between hours up to which they are the same hour, printed twice."),
    "slot": Threshold(
        SLOT_MINUTES,
        "Minutes up to which a weekly night fills a slot, and the night's only two listings can be one show.",
    ),
    "same act": Threshold(similarity.SAME_ACT, "Percentage of letters from which two names are of one act."),
    "same title": Threshold(similarity.SAME_TITLE, "Percentage of words from which two titles say the same."),
}

FEATURES: Mapping[str, Feature] = {
    "one night": Feature("place", 0.4, "The same room and night: all pairs that are compared."),
    "most acts": Feature("acts", 0.55, "At least half of the acts of the smaller bill are named by the other."),
    "some acts": Feature("acts", 0.45, "Some act is the same, but less than half of the smaller bill."),
    "no act": Feature("acts", -0.3, "Both name acts, none the same, and their titles differ."),
    "title": Feature("title", 0.55, "No act is the same, but the titles are."),
    "one festival": Feature("title", 0.55, "No act is the same, but the name of the festival is."),
    "page each": Feature("acts", 0.2, "One source gives two acts that start in one minute a page each."),
    "one kind": Feature("kind", 0.5, "One names no act, and both are the same kind of evening, such as karaoke."),
    "other kind": Feature("kind", -0.6, "One names no act; one is music, and the other is not."),
    "beside": Feature("kind", -1.0, "One is sold beside the other, or they are two things sold beside a show."),
    "slot": Feature("slot", 0.55, "A weekly night, and the entry of the room's own calendar for it."),
    "near hours": Feature("time", 0.2, f"They start at most {NEAR_MINUTES} minutes apart."),
    "doors and show": Feature(
        "time", 0.1, f"They start less than {APART_MINUTES} minutes apart, as doors and show can be."
    ),
    "hours of two": Feature(
        "time",
        -0.5,
        f"They start {LONG_APART_MINUTES // 60} hours apart or more, and not by a slip of twelve: two shows of a day.",
    ),
    "far hours": Feature(
        "time",
        -0.3,
        f"They start {APART_MINUTES} minutes apart or more, or {SETS_MINUTES} where neither is when the doors open.",
    ),
    "no hour": Feature("time", 0.0, "One of them tells no hour."),
    "one label": Feature("label", 0.05, "Both titles say early show, or both say late show."),
    "other label": Feature("label", -1.0, "One title says early show, the other late show."),
    "lone label": Feature(
        "label",
        -0.1,
        f"Only one title says early or late show; the other starts {OTHER_SHOW_MINUTES} minutes after or before it.",
    ),
    "other happening": Feature(
        "happening",
        -0.6,
        "Only one is a family concert, a workshop, an in-store or an after-party, and not at the same hour.",
    ),
    "one ticket": Feature("page", 0.55, "One source gives both one ticket page, which is that of one show."),
    "one source": Feature("source", -0.1, "One source lists them under two ids."),
    "one page": Feature("page", 0.3, "Both point to one page, which is this show's alone."),
    "only listings": Feature(
        "night",
        SAME_SHOW_SCORE,
        "The night's only two listings: no source has both, the hours agree, one names no act. Joins them by itself.",
    ),
}
