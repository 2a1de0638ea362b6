"""How right a resolution is: pairs and B-cubed of a clustering, line-ups, and whether scores mean what they say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import NamedTuple


@dataclass(frozen=True)
class Accuracy:
    """Precision and recall, each from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(true: Sequence[Hashable], found: Sequence[Hashable]) -> Accuracy:
    """Of the pairs of rows in one found group, which are in one true group, and the other way round."""
    both = sum(comb(n, 2) for n in Counter(zip(true, found, strict=True)).values())
    return Accuracy(_part(both, _pairs(found)), _part(both, _pairs(true)))


def b_cubed(true: Sequence[Hashable], found: Sequence[Hashable]) -> Accuracy:
    """The mean over rows of how much of the row's group is right (Bagga and Baldwin, 1998)."""
    cells = Counter(zip(true, found, strict=True))
    of_true, of_found = Counter(true), Counter(found)
    rows = max(1, len(true))
    precision = sum(n * n / of_found[f] for (_, f), n in cells.items()) / rows
    recall = sum(n * n / of_true[t] for (t, _), n in cells.items()) / rows
    return Accuracy(precision, recall)


def line_ups(true: Mapping[Hashable, Collection[str]], found: Mapping[Hashable, Collection[str]]) -> Accuracy:
    """Of the acts said to play a show, how many do, and the other way round; all shows together."""
    right = sum(len(set(acts) & set(found.get(show, ()))) for show, acts in true.items())
    said = sum(len(set(found.get(show, ()))) for show in true)
    return Accuracy(_part(right, said), _part(right, sum(len(set(acts)) for acts in true.values())))


def main_group(true: Iterable[Hashable], found: Iterable[Hashable]) -> dict[Hashable, Hashable]:
    """For each true group the found group that holds most of its rows."""
    votes: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for group, other in zip(true, found, strict=True):
        votes[group][other] += 1
    return {group: counts.most_common(1)[0][0] for group, counts in votes.items()}


class Bin(NamedTuple):
    """Links with a score from `low` up to the next bin's: how many, their mean score, how many are right."""

    low: float
    links: int
    mean: float
    right: int


def reliability(links: Iterable[tuple[float, bool]], low: float = 0.5, width: float = 0.1) -> list[Bin]:
    """Scores against truth (DeGroot and Fienberg, 1983): of links given 0.9, about nine in ten should be right.

    A link is its score, from 0 to 1, and whether it is right; what is below `low` stands in a bin of its own from 0.
    The last bin holds 1.0 too.
    """
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    last = round((1 - low) / width) - 1
    for score, is_right in links:
        bins[min(last, int((score - low) / width + 1e-9)) if score >= low else -1].append((score, is_right))
    return [
        Bin(
            low=0.0 if number < 0 else low + number * width,
            links=len(members),
            mean=sum(score for score, _ in members) / len(members),
            right=sum(is_right for _, is_right in members),
        )
        for number, members in sorted(bins.items())
    ]


def _pairs(groups: Iterable[Hashable]) -> int:
    return sum(comb(n, 2) for n in Counter(groups).values())


def _part(some: int, all_of_them: int) -> float:
    return some / all_of_them if all_of_them else 1.0
