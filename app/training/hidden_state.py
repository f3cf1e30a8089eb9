"""Fitting a linear probe to a model's hidden states: ridge regression, questions left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.assessment.hidden_state import Floats, StateScorer

PENALTIES = (3_000.0, 10_000.0, 30_000.0, 100_000.0)
"""Tried for each fit; the states are standardised, so a unit counts as one."""
FOLDS = 5
_LEAST_SCALE = 1e-3

States = NDArray[np.float32]
Names = NDArray[np.str_]


def fit_state_scorer(
    model: str, states: States, scores: Floats, questions: Names, sources: Names, seed: int = 0
) -> StateScorer:
    """The probe with the penalty that has the least error on questions left out.

    Args:
        model: The model and the layer that the states are of.
        states: Shape (answers, units).
        scores: People's marks, 0..1.
        questions: The question of each answer; its answers are left out together.
        sources: The data set of each answer, whose mean mark is taken off.
        seed: Of the folds.
    """
    wanted = _centred(scores, sources)
    errors = np.zeros(len(PENALTIES))
    for test, train in by_folds(questions, seed):
        mean, scale = _spread(states[train])
        known, new = (states[train] - mean) / scale, (states[test] - mean) / scale
        for place, weights in enumerate(_ridge(known, wanted[train], PENALTIES)):
            errors[place] += ((new @ weights - wanted[test]) ** 2).sum()
    best = PENALTIES[int(errors.argmin())]
    mean, scale = _spread(states)
    (weights,) = _ridge((states - mean) / scale, wanted, (best,))
    return StateScorer(model, mean.astype(np.float64), scale.astype(np.float64), weights)


def left_out_states(
    model: str, states: States, scores: Floats, questions: Names, seed: int = 0
) -> Floats:
    """What probes that never saw the question say of each answer of one data set, -.5..0.5."""
    said = np.zeros(len(scores))
    sources = np.full(len(scores), "")
    for test, train in by_folds(questions, seed):
        found = fit_state_scorer(
            model, states[train], scores[train], questions[train], sources[train], seed
        )
        said[test] = found.says(states[test])
    return said


def by_folds(
    questions: Names, seed: int, folds: int = FOLDS
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The rows of each fold of the questions, and all others."""
    shuffled = np.random.default_rng(seed).permutation(np.unique(questions))
    for fold in np.array_split(shuffled, folds):
        own = np.isin(questions, fold)
        if own.any() and not own.all():
            yield np.flatnonzero(own), np.flatnonzero(~own)


def _centred(scores: Floats, sources: Names) -> Floats:
    wanted = scores.astype(np.float64)
    for name in np.unique(sources):
        own = sources == name
        wanted[own] -= wanted[own].mean()
    return wanted


def _spread(states: States) -> tuple[Floats, Floats]:
    return states.mean(axis=0), np.maximum(states.std(axis=0), _LEAST_SCALE)


def _ridge(rows: Floats, wanted: Floats, penalties: Sequence[float]) -> list[Floats]:
    """The weights at each penalty; the rows are centred."""
    products, target = rows.T @ rows, rows.T @ wanted
    units = np.eye(len(target))
    return [
        np.asarray(np.linalg.solve(products + penalty * units, target), np.float64)
        for penalty in penalties
    ]
