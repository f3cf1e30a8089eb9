"""Find the pooling's variances: a seeded search on questions with some of their answers graded.

Each data set is met as a stranger would be: its calibration is that of all data sets together. The
severity is not searched for below .1: data sets alone differ by .4 in their means, and a stranger's
may differ as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.corpus import Corpus, Places
from app.assessment.scorer.model import ScorerModel
from app.assessment.scorer.pooling import Answers, Kernel, pooled
from app.assessment.scorer.scorer import Estimates, comparable
from app.assessment.spread import most_telling

Floats = NDArray[np.float64]

FIRST_KERNEL = Kernel(
    severity=0.1, meaning=0.05, meaning_reach=0.4, words=0.05, signs=0.1, signs_reach=1.0,
    slope=0.01, noise=0.03,
)  # fmt: skip
_GRID: dict[str, tuple[float, ...]] = {
    "severity": (0.1, 0.2, 0.5),
    "meaning": (0.0, 0.02, 0.05, 0.1, 0.2),
    "meaning_reach": (0.15, 0.25, 0.4),
    "words": (0.0, 0.02, 0.05, 0.1),
    "signs": (0.0, 0.05, 0.1, 0.2),
    "signs_reach": (0.3, 1.0, 3.0),
    "slope": (0.0, 0.01, 0.03),
    "noise": (0.02, 0.05, 0.1),
}
_COUNTS = (5, 20)
_LEAST_LEFT = 5
_MOST_QUESTIONS = 10
_ROUNDS = 2


@dataclass(frozen=True)
class _Question:
    """One question's answers, those to be graded first in front."""

    answers: Answers
    scores: Floats
    source: str


def fit_kernel(
    corpus: Corpus, train: Places, model: ScorerModel, said: Floats, seed: int
) -> Kernel:
    """The best of a search over one value after the other, from the first guess on."""
    questions = list(_questions(corpus, train, model, said, seed))
    best, lowest = FIRST_KERNEL, _error(FIRST_KERNEL, questions, model)
    for _ in range(_ROUNDS):
        for name, values in _GRID.items():
            for value in values:
                tried = replace(best, **{name: value})
                error = _error(tried, questions, model)
                if error < lowest:
                    best, lowest = tried, error
    return best


def _questions(
    corpus: Corpus, train: Places, model: ScorerModel, said: Floats, seed: int
) -> Iterator[_Question]:
    """Up to a dozen questions of each source, drawn by the seed."""
    draw = np.random.default_rng(seed)
    names, sources = corpus.questions[train], corpus.sources[train]
    for source in np.unique(sources):
        of_source = np.unique(names[sources == source])
        for name in draw.permutation(of_source)[:_MOST_QUESTIONS]:
            own = np.flatnonzero(names == name)
            answers = _answers(corpus, train, model, said, own)
            first = most_telling(answers.vectors, max(_COUNTS))
            order = [*first, *(n for n in range(len(own)) if n not in set(first))]
            yield _Question(
                _answers(corpus, train, model, said, own[order]),
                corpus.scores[train[own[order]]],
                str(source),
            )


def _answers(
    corpus: Corpus, train: Places, model: ScorerModel, said: Floats, own: Places
) -> Answers:
    rows = model.standard.of(corpus.rows[train[own]])
    items = [corpus.graded[place].item for place in train[own]]
    return comparable(items, corpus.vectors, Estimates(rows, said[own], np.zeros(len(own))))


def _error(kernel: Kernel, questions: list[_Question], model: ScorerModel) -> float:
    """Mean over sources and counts of the squared error, in units of the source's variance."""
    parts: dict[tuple[str, int], list[Floats]] = {}
    spread: dict[str, list[Floats]] = {}
    for question in questions:
        spread.setdefault(question.source, []).append(question.scores)
        base = model.calibration.constant + model.calibration.slope * question.answers.estimates
        for count in _COUNTS:
            if count + _LEAST_LEFT > len(base):
                continue
            graded, new = _split(question.answers, count)
            shift = pooled(kernel, new, graded, question.scores[:count] - base[:count])
            guess = np.clip(base[count:] + shift.by, 0.0, 1.0)
            found = (guess - question.scores[count:]) ** 2
            parts.setdefault((question.source, count), []).append(found)
    return float(
        np.mean(
            [
                np.concatenate(errors).mean() / np.concatenate(spread[source]).var()
                for (source, _), errors in parts.items()
            ]
        )
    )


def _split(answers: Answers, count: int) -> tuple[Answers, Answers]:
    first, rest = slice(0, count), slice(count, None)
    return _some(answers, first), _some(answers, rest)


def _some(answers: Answers, which: slice) -> Answers:
    return Answers(
        answers.vectors[which],
        answers.signs[which],
        answers.words[which],
        answers.estimates[which],
    )
