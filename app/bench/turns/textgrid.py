"""Praat's TextGrid, in its long and its short form: the words tier with times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORD_TIER = "words"


class BadTextGrid(ValueError):
    """The text is no TextGrid with a tier of words."""


@dataclass(frozen=True)
class Span:
    """A word and its times in seconds."""

    text: str
    start_s: float
    end_s: float


def read_textgrid(text: str) -> tuple[Span, ...]:
    """The words of the tier named "words"; silent intervals are left out.

    Raises:
        BadTextGrid: no such tier, or the text ends too early.
    """
    tokens = _tokens(text)
    try:
        for token in tokens:
            if token == "IntervalTier" and next(tokens) == WORD_TIER:  # noqa: S105 - no password
                next(tokens), next(tokens)  # the tier's own times
                return tuple(span for span in _spans(tokens) if span.text)
    except (StopIteration, ValueError) as error:
        raise BadTextGrid("the TextGrid ends too early or holds no times") from error
    raise BadTextGrid(f"expected a tier named {WORD_TIER}, found none")


def _spans(tokens: Iterator[str]) -> list[Span]:
    spans = []
    for _ in range(int(next(tokens))):
        start, end = float(next(tokens)), float(next(tokens))
        spans.append(Span(next(tokens).strip(), start, end))
    return spans


def _tokens(text: str) -> Iterator[str]:
    """Quoted texts and bare numbers in order; names such as `xmin =` and `[1]` mean nothing."""
    plain = re.sub(r"\[\d*\]", " ", text)
    for quoted, number in re.findall(r'"((?:[^"]|"")*)"|(?<![\w.])(-?\d+(?:\.\d+)?)', plain):
        yield number or quoted.replace('""', '"')
