"""Find the pooling's variances: searches on questions with some of their answers graded.

For a scorer that goes anywhere each data set is met as a stranger would be: its calibration is
that of all data sets together, and the severity is not searched for below .1, because data sets
alone differ by .4 in their means. A scorer for one data set's own use has no such limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.corpus import Corpus, Places
from app.assessment.scorer.model import ScorerModel
from app.assessment.scorer.pooling import (
    Answers,
    Compared,
    Kernel,
    carried,
    compared,
    likeness,
    own_variance,
)
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
_STEPS = (2.0, 1.6, 1.4, 1.25)
_LEAST, _MOST = 1e-4, 10.0


@dataclass(frozen=True)
class _Question:
    """One question's answers compared, those to be graded first in front."""

    compared: Compared
    estimates: Floats
    scores: Floats
    source: str


def fit_kernel(
    corpus: Corpus, train: Places, model: ScorerModel, said: Floats, seed: int
) -> Kernel:
    """For strangers' questions: the best of a grid, one value after the other."""
    questions = list(_questions(corpus, train, model, said, seed, _MOST_QUESTIONS))
    best, lowest = FIRST_KERNEL, _error(FIRST_KERNEL, questions, model)
    for _ in range(_ROUNDS):
        for name, values in _GRID.items():
            for value in values:
                tried = replace(best, **{name: value})
                error = _error(tried, questions, model)
                if error < lowest:
                    best, lowest = tried, error
    return best


def fit_own_kernel(
    corpus: Corpus, train: Places, model: ScorerModel, said: Floats, seed: int
) -> Kernel:
    """For one data set's own questions: each value up or down by ever smaller factors.

    Where no question has enough answers to tell, the model's own stays.
    """
    questions = list(_questions(corpus, train, model, said, seed, len(train)))
    if all(len(question.scores) < _COUNTS[0] + _LEAST_LEFT for question in questions):
        return model.kernel
    best, lowest = FIRST_KERNEL, _error(FIRST_KERNEL, questions, model)
    for step in _STEPS:
        for name in _GRID:
            for factor in (1.0 / step, step):
                while True:
                    value = max(getattr(best, name), _LEAST) * factor
                    tried = replace(best, **{name: float(f"{value:.6g}")})
                    error = _error(tried, questions, model)
                    if error >= lowest or not _LEAST <= value <= _MOST:
                        break
                    best, lowest = tried, error
    base = model.calibration.of(said)
    return _scaled(best, float(((corpus.scores[train] - base) ** 2).mean()))


def _scaled(kernel: Kernel, variance: float) -> Kernel:
    """The same kernel with variances that sum to this one: what is carried over stays the same."""
    whole = kernel.severity + kernel.meaning + kernel.words + kernel.signs + kernel.noise
    names = ("severity", "meaning", "words", "signs", "slope", "noise")
    scale = variance / whole
    return replace(
        kernel, **{name: float(f"{scale * getattr(kernel, name):.6g}") for name in names}
    )


def _questions(
    corpus: Corpus, train: Places, model: ScorerModel, said: Floats, seed: int, most: int
) -> Iterator[_Question]:
    """Up to so many questions of each source, drawn by the seed."""
    draw = np.random.default_rng(seed)
    names, sources = corpus.questions[train], corpus.sources[train]
    for source in np.unique(sources):
        of_source = np.unique(names[sources == source])
        for name in draw.permutation(of_source)[:most]:
            own = np.flatnonzero(names == name)
            answers = _answers(corpus, train, model, said, own)
            first = most_telling(answers.vectors, max(_COUNTS))
            order = own[[*first, *(n for n in range(len(own)) if n not in set(first))]]
            ordered = _answers(corpus, train, model, said, order)
            yield _Question(
                compared(ordered, ordered), said[order], corpus.scores[train[order]], str(source)
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
        base = model.calibration.of(question.estimates)
        for count in _COUNTS:
            if count + _LEAST_LEFT > len(base):
                continue
            first, rest = slice(0, count), slice(count, None)
            shift = carried(
                kernel,
                own_variance(kernel, question.estimates[rest]),
                likeness(kernel, question.compared.part(rest, first)),
                likeness(kernel, question.compared.part(first, first)),
                question.scores[first] - base[first],
            )
            found = (np.clip(base[rest] + shift.by, 0.0, 1.0) - question.scores[rest]) ** 2
            parts.setdefault((question.source, count), []).append(found)
    return float(
        np.mean(
            [
                np.concatenate(errors).mean() / np.concatenate(spread[source]).var()
                for (source, _), errors in parts.items()
            ]
        )
    )
