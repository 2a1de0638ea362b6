"""What was meant by words that nothing has: slips of typing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from sms_api.search.reader import IndexReader, Span

_NEAR = 4
"""Words that a mistyped one may have meant."""

_TRIED = 32
"""Ways to read all of the words."""


def understood(reader: IndexReader, words: Sequence[str], span: Span) -> Sequence[str] | None:
    """The words to look for: these, where anything anywhere has them all, else the nearest that are found in the span.

    None where there are none either.
    """
    if reader.finds(words, Span()):
        return words
    return next((other for other in islice(_readings(reader, words), _TRIED) if reader.finds(other, span)), None)


def _readings(reader: IndexReader, words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ways to read them: words that nothing has are others; where each is something's, one of them is another."""
    unknown = [n for n, word in enumerate(words) if not reader.knows(word, may_be_begun=n == len(words) - 1)]
    if unknown:
        near = [[word for _, word in reader.near(words[n], _NEAR)] for n in unknown]
        for chosen in product(*near):
            yield _with(words, dict(zip(unknown, chosen, strict=True)))
        return
    others = sorted((slips, n, word) for n, asked in enumerate(words) for slips, word in reader.near(asked, _NEAR))
    for _, n, word in others:
        yield _with(words, {n: word})


def _with(words: Sequence[str], others: dict[int, str]) -> Sequence[str]:
    return [others.get(n, word) for n, word in enumerate(words)]
