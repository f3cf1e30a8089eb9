"""Fit the scorer's members with scikit-learn, and turn them into plain numbers."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPRegressor

from app.assessment.scorer.corpus import Corpus, Places
from app.assessment.scorer.members import Line, Member, Network, Trees
from app.assessment.scorer.model import Standard

Floats = NDArray[np.float64]
TINY = 1e-9
_DIGITS = 6


@dataclass(frozen=True)
class Recipe:
    """How strongly the members are held back, and how many networks there are."""

    line_penalty: float
    network_penalty: float
    units: int
    rounds: int
    networks: int
    trees: int
    leaves: int
    least_in_leaf: int
    leaf_penalty: float


GENERAL = Recipe(10_000.0, 30.0, 16, 15, 2, 100, 5, 80, 30.0)
OWN = Recipe(300.0, 10.0, 16, 15, 2, 100, 5, 40, 30.0)


def members_of(
    corpus: Corpus, train: Places, standard: Standard, recipe: Recipe, seed: int
) -> tuple[Member, ...]:
    """The members fitted on these rows: a line, networks and trees."""
    rows, sources = standard.of(corpus.rows[train]), corpus.sources[train]
    target, weights = _centred(corpus.scores[train], sources), weights_of(sources)
    return (
        _line(rows, target, weights, recipe.line_penalty),
        *(_network(rows, target, weights, recipe, seed + n) for n in range(recipe.networks)),
        _trees(rows, target, weights, recipe, seed),
    )


def _centred(scores: Floats, sources: NDArray[np.str_]) -> Floats:
    target = scores.copy()
    for name in np.unique(sources):
        own = sources == name
        target[own] = (scores[own] - scores[own].mean()) / max(scores[own].std(), TINY)
    return target


def weights_of(sources: NDArray[np.str_]) -> Floats:
    """Each data set as a whole weighs the same; the mean weight is 1."""
    names, counts = np.unique(sources, return_counts=True)
    each = dict(zip(names, len(sources) / len(names) / counts, strict=True))
    return np.array([each[name] for name in sources])


def _line(rows: Floats, target: Floats, weights: Floats, penalty: float) -> Line:
    fitted = Ridge(penalty).fit(rows, target, sample_weight=weights)
    return Line(short(fitted.coef_), float(fitted.intercept_))


def _network(rows: Floats, target: Floats, weights: Floats, recipe: Recipe, seed: int) -> Network:
    fitted = MLPRegressor(
        hidden_layer_sizes=(recipe.units,),
        alpha=recipe.network_penalty,
        learning_rate_init=0.003,
        max_iter=recipe.rounds,
        tol=0.0,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # few rounds are meant to be few
        fitted.fit(rows, target, sample_weight=weights)
    (hidden, weights_out), (constant, constant_out) = fitted.coefs_, fitted.intercepts_
    return Network(short(hidden), short(constant), short(weights_out[:, 0]), float(constant_out[0]))


def _trees(rows: Floats, target: Floats, weights: Floats, recipe: Recipe, seed: int) -> Trees:
    fitted = HistGradientBoostingRegressor(
        max_leaf_nodes=recipe.leaves,
        min_samples_leaf=recipe.least_in_leaf,
        learning_rate=0.06,
        max_iter=recipe.trees,
        l2_regularization=recipe.leaf_penalty,
        max_features=0.2,
        early_stopping=False,
        random_state=seed,
    )
    return trees_of(fitted.fit(rows, target, sample_weight=weights))


def trees_of(fitted: HistGradientBoostingRegressor) -> Trees:
    """The boosted trees as flat lists of nodes."""
    roots: list[int] = []
    parts: dict[str, list[float]] = {name: [] for name in ("sign", "edge", "left", "right", "leaf")}
    depth = 0
    for (predictor,) in fitted._predictors:
        start = len(parts["sign"])
        roots.append(start)
        for place, node in enumerate(predictor.nodes):
            leaf, here = bool(node["is_leaf"]), start + place
            parts["sign"].append(0 if leaf else int(node["feature_idx"]))
            parts["edge"].append(0.0 if leaf else float(node["num_threshold"]))
            parts["left"].append(here if leaf else start + int(node["left"]))
            parts["right"].append(here if leaf else start + int(node["right"]))
            parts["leaf"].append(float(node["value"]) if leaf else 0.0)
            depth = max(depth, int(node["depth"]))
    return Trees(
        np.array(roots, dtype=np.int64),
        np.array(parts["sign"], dtype=np.int64),
        np.array(parts["edge"]),
        np.array(parts["left"], dtype=np.int64),
        np.array(parts["right"], dtype=np.int64),
        np.array(parts["leaf"]),
        float(np.ravel(fitted._baseline_prediction)[0]),
        depth,
    )


def short(values: Sequence[float] | Floats) -> Floats:
    """Six significant digits: what a weight is worth, and a smaller file."""
    array = np.asarray(values, dtype=np.float64)
    plain = [float(f"{value:.{_DIGITS}g}") for value in array.ravel()]
    return np.array(plain).reshape(array.shape)
