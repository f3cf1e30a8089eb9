"""Likeness in words: what the answer takes up of the reference beyond the question's words."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.tokens import (
    JOINING,
    Rarity,
    content,
    share,
    tokens,
    weight,
    word_weight,
)

_GRAM_LENGTHS = (3, 4, 5)
_TINY = 1e-6
_LEAST_REST = 0.05
_MOST_REST = 5.0


@dataclass(frozen=True)
class Read:
    """A question, one reference and an answer as words and as stems."""

    question: list[str]
    reference: list[str]
    answer: list[str]
    asked: frozenset[str]
    wanted: list[str]
    said: list[str]

    @property
    def new(self) -> frozenset[str]:
        """What the reference says beyond the question; all of it where nothing is left."""
        return (frozenset(self.wanted) - self.asked) or frozenset(self.wanted)


def read(question: str, reference: str, answer: str) -> Read:
    """Split the three texts once for all signs."""
    asked, wanted, said = tokens(question), tokens(reference), tokens(answer)
    return Read(asked, wanted, said, frozenset(content(asked)), content(wanted), content(said))


def stem_signs(text: Read, rarity: Rarity) -> dict[str, float]:
    """Recall, precision and order of the stems that carry meaning."""
    wanted, said = frozenset(text.wanted), frozenset(text.said)
    both, new, own = wanted & said, text.new, said - text.asked
    both_new = new & own

    def heavy(stems: frozenset[str]) -> float:
        return sum(weight(stemmed, rarity) for stemmed in stems)

    in_order = _common_order(text.wanted, text.said)
    pairs = set(pairwise(text.wanted))
    return {
        "recall": share(len(both), len(wanted)),
        "precision": share(len(both), len(said)),
        "f1": share(2 * len(both), len(wanted) + len(said)),
        "new_recall": share(len(new & said), len(new)),
        "new_precision": share(len(both_new), len(own)),
        "new_f1": share(2 * len(both_new), len(new) + len(own)),
        "novelty": share(len(own), len(said)),
        "reference_asked": share(len(wanted & text.asked), len(wanted)),
        "answer_asked": share(len(said & text.asked), len(said)),
        "heavy_recall": share(heavy(both), heavy(wanted)),
        "heavy_new_recall": share(heavy(new & said), heavy(new)),
        "heavy_precision": share(heavy(both), heavy(said)),
        "heavy_new_precision": share(heavy(both_new), heavy(own)),
        "order_reference": share(in_order, len(text.wanted)),
        "order_answer": share(in_order, len(text.said)),
        "pair_recall": share(len(pairs & set(pairwise(text.said))), len(pairs)),
    }


def length_signs(text: Read) -> dict[str, float]:
    """How long, how varied and how joined the answer is, beside the reference."""
    answer, reference = math.log1p(len(text.answer)), math.log1p(len(text.reference))
    return {
        "answer_length": answer,
        "reference_length": reference,
        "length_ratio": answer - reference,
        "question_length": math.log1p(len(text.question)),
        "answer_new_length": math.log1p(len(frozenset(text.said) - text.asked)),
        "reference_new_length": math.log1p(len(text.new)),
        "variety": share(len(set(text.answer)), len(text.answer)),
        "joining": share(sum(word in JOINING for word in text.answer), len(text.answer)),
    }


def letter_signs(question: str, reference: str, answer: str) -> dict[str, float]:
    """Likeness in runs of letters, which forgives spelling and endings."""
    asked, wanted, said = _grams(question), _grams(reference), _grams(answer)
    return {
        "letters": _gram_cosine(said, wanted),
        "letters_new": _gram_cosine(
            Counter({run: n for run, n in said.items() if run not in asked}),
            Counter({run: n for run, n in wanted.items() if run not in asked}),
        ),
        "letters_asked": _gram_cosine(said, asked),
    }


def soft_signs(text: Read, rarity: Rarity) -> dict[str, float]:
    """Shares of the three texts in one another, where words that are spelt alike count as near.

    Soft cardinality (Jimenez et al. 2012): a word that has near neighbours in the set counts less.
    """
    words = list(dict.fromkeys(text.question + text.reference + text.answer))
    if not words:
        return dict.fromkeys(_SOFT_NAMES, 0.0)
    place = {word: index for index, word in enumerate(words)}
    likeness = _spelling(words)
    weights = np.array([word_weight(word, rarity) for word in words])
    sets = {
        "A": {place[word] for word in text.answer},
        "R": {place[word] for word in text.reference},
        "Q": {place[word] for word in text.question},
    }

    def size(names: str) -> float:
        rows = sorted(set().union(*(sets[name] for name in names)))
        near = likeness[np.ix_(rows, rows)].sum(axis=1)
        return float((weights[rows] / near).sum()) if rows else 0.0

    return _soft_shares({names: size(names) for names in ("A", "R", "Q", "AR", "AQ", "RQ", "ARQ")})


_SOFT_NAMES = (
    "soft_precision", "soft_recall", "soft_f1", "soft_answer_asked", "soft_asked_said",
    "soft_reference_asked", "soft_new_recall", "soft_new_precision", "soft_new_f1",
    "soft_reference_new", "soft_answer_new", "soft_missing", "soft_extra",
)  # fmt: skip


def _soft_shares(size: dict[str, float]) -> dict[str, float]:
    answer, reference, question = size["A"], size["R"], size["Q"]
    shared = answer + reference - size["AR"]
    said_asked = answer + question - size["AQ"]
    wanted_asked = reference + question - size["RQ"]
    of_all = answer + reference + question - size["AR"] - size["AQ"] - size["RQ"] + size["ARQ"]
    new, wanted, own = shared - of_all, reference - wanted_asked, answer - said_asked
    values = (
        shared / (answer + _TINY),
        shared / (reference + _TINY),
        2 * shared / (answer + reference + _TINY),
        said_asked / (answer + _TINY),
        said_asked / (question + _TINY),
        wanted_asked / (reference + _TINY),
        new / (wanted + _LEAST_REST),
        new / (own + _LEAST_REST),
        2 * new / (wanted + own + _LEAST_REST),
        math.log(max(wanted, 0.0) + 0.1),
        math.log(max(own, 0.0) + 0.1),
        min(_MOST_REST, wanted - new) / _MOST_REST,
        min(_MOST_REST, own - new) / _MOST_REST,
    )
    return dict(zip(_SOFT_NAMES, values, strict=True))


def _spelling(words: list[str]) -> NDArray[np.float64]:
    """Squared Dice likeness of the words' pairs and triples of letters."""
    runs = [_letter_runs(word) for word in words]
    place = {run: n for n, run in enumerate(dict.fromkeys(run for some in runs for run in some))}
    holds = np.zeros((len(words), len(place)), dtype=np.float32)
    for row, some in enumerate(runs):
        holds[row, [place[run] for run in some]] = 1.0
    counts = holds.sum(axis=1)
    dice = 2.0 * (holds @ holds.T) / (counts[:, None] + counts[None, :])
    return np.asarray(dice, dtype=np.float64) ** 2


@lru_cache(maxsize=65_536)
def _letter_runs(word: str) -> frozenset[str]:
    edged = f"^{word}$"
    return frozenset(edged[i : i + n] for n in (2, 3) for i in range(len(edged) - n + 1))


def _grams(text: str) -> Counter[str]:
    plain = f" {' '.join(tokens(text))} "
    return Counter(plain[i : i + n] for n in _GRAM_LENGTHS for i in range(len(plain) - n + 1))


def _gram_cosine(one: Counter[str], other: Counter[str]) -> float:
    if not one or not other:
        return 0.0
    dot = sum(_damped(one[run]) * _damped(other[run]) for run in one.keys() & other.keys())
    return dot / math.sqrt(_square(one) * _square(other))


def _square(grams: Counter[str]) -> float:
    return sum(_damped(count) ** 2 for count in grams.values())


def _damped(count: int) -> float:
    return 1.0 + math.log(count)


def _common_order(one: list[str], other: list[str]) -> int:
    """Length of the longest common subsequence."""
    before = [0] * (len(other) + 1)
    for left in one:
        row = [0]
        for column, right in enumerate(other):
            row.append(before[column] + 1 if left == right else max(row[-1], before[column + 1]))
        before = row
    return before[-1]
