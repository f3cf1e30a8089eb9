"""Fit the offline scorer; scikit-learn is needed here alone, the result is plain numbers.

Targets are standardised within each data set, so that no sign stands for a data set's mean, and
each data set weighs the same. Settings were chosen by leaving one data set out and by folds over
questions of the data that the fit stands on.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold
from sklearn.neural_network import MLPRegressor

from app.assessment.scorer.corpus import Corpus, Places
from app.assessment.scorer.members import Line, Member, Network, Trees
from app.assessment.scorer.model import Calibration, ScorerModel, Standard
from app.assessment.scorer.scorer import doubt_rows, estimated
from app.training.kernel import FIRST_KERNEL, fit_kernel, fit_own_kernel
from app.training.steady import Misheard, steadied, steadying

Floats = NDArray[np.float64]
_TINY = 1e-9
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
_INNER_FOLDS = 3
_OWN_FOLDS = 5
_DOUBT_PENALTY = 3_000.0
_FEW_PENALTY = 300.0


def fit_scorer(
    corpus: Corpus,
    train: Places,
    seed: int = 0,
    *,
    about: dict[str, Any] | None = None,
    kernel: bool = True,
    bare: bool = False,
    misheard: Misheard | None = None,
) -> ScorerModel:
    """Fit everything on these rows of the corpus; nothing else of it is looked at.

    `kernel` fits the pooling too, which takes a while; without it the first guess stands.
    A `bare` one has members alone, for `adapt_scorer`, which calibrates and doubts anew.
    `misheard` makes the scorer steadier against word errors.
    """
    rows = corpus.rows[train]
    standard = Standard(
        corpus.names, _short(rows.mean(axis=0)), _short(np.maximum(rows.std(axis=0), 1e-3))
    )
    members = _members(corpus, train, standard, GENERAL, seed)
    model = ScorerModel(
        standard, corpus.rarity, members, Calibration(0.5, 0.4), FIRST_KERNEL, _no_doubt(standard),
        about or {},
    )  # fmt: skip
    if bare:
        return model
    unseen = _unseen(corpus, train, standard, GENERAL, seed)
    if misheard is not None:
        model, unseen = _steady(model, corpus, train, unseen, misheard)
    balance = weights_of(corpus.sources[train])
    model = replace(model, calibration=_calibration(unseen.mean, corpus.scores[train], balance))
    if kernel:
        model = replace(model, kernel=fit_kernel(corpus, train, model, unseen.mean, seed))
    return replace(model, doubt=_doubt(model, corpus, train, unseen))


def _steady(
    model: ScorerModel, corpus: Corpus, train: Places, unseen: _Unseen, misheard: Misheard
) -> tuple[ScorerModel, _Unseen]:
    """The model with the correction for word errors, and what it says of rows left out."""
    rows = model.standard.of(corpus.rows[train])
    centre = rows.mean(axis=0)
    clean = model.standard.of(corpus.rows[misheard.places])
    heard = model.standard.of(misheard.rows)
    weights = _short(steadying(model.members, rows, clean, heard))
    steady = replace(model, members=steadied(model.members, weights, centre))
    return steady, replace(unseen, mean=unseen.mean + (rows - centre) @ weights)


def adapt_scorer(
    general: ScorerModel,
    corpus: Corpus,
    train: Places,
    seed: int = 0,
    *,
    stretches: Sequence[float] = (1.0,),
) -> list[ScorerModel]:
    """Add members fitted on these rows alone, and calibrate on them; for one data set's own use.

    There is one scorer for each stretch: by that factor its scores are drawn apart, so that weak
    answers stay weak, and its doubt is that of the scores drawn apart.
    """
    own = _members(corpus, train, general.standard, OWN, seed)
    said = estimated(general, corpus.rows[train])
    unseen = _unseen(corpus, train, general.standard, OWN, seed, _OWN_FOLDS)
    count, more = len(general.members), len(own)
    mean = (count * said.mean + more * unseen.mean) / (count + more)
    joined = _Unseen(mean, np.hypot(said.apart, unseen.apart))
    fitted = _calibration(joined.mean, corpus.scores[train], np.ones(len(train)))
    plain = replace(general, members=(*general.members, *own), calibration=fitted)
    plain = replace(plain, kernel=fit_own_kernel(corpus, train, plain, joined.mean, seed))
    models = []
    for stretch in stretches:
        drawn = Calibration(fitted.constant, stretch * fitted.slope)
        model = replace(plain, calibration=drawn)
        models.append(replace(model, doubt=_doubt(model, corpus, train, joined, few=True)))
    return models


def weights_of(sources: NDArray[np.str_]) -> Floats:
    """Each data set as a whole weighs the same; the mean weight is 1."""
    names, counts = np.unique(sources, return_counts=True)
    each = dict(zip(names, len(sources) / len(names) / counts, strict=True))
    return np.array([each[name] for name in sources])


@dataclass(frozen=True)
class _Unseen:
    """What members say of rows that they were not fitted on."""

    mean: Floats
    apart: Floats


def _unseen(
    corpus: Corpus,
    train: Places,
    standard: Standard,
    recipe: Recipe,
    seed: int,
    count: int = _INNER_FOLDS,
) -> _Unseen:
    mean, apart = np.zeros(len(train)), np.zeros(len(train))
    folds = GroupKFold(count, shuffle=True, random_state=seed)
    for fitted, left in folds.split(train, groups=corpus.questions[train]):
        members = _members(corpus, train[fitted], standard, recipe, seed)
        rows = standard.of(corpus.rows[train[left]])
        said = np.stack([member.predict(rows) for member in members])
        mean[left], apart[left] = said.mean(axis=0), said.std(axis=0)
    return _Unseen(mean, apart)


def _members(
    corpus: Corpus, train: Places, standard: Standard, recipe: Recipe, seed: int
) -> tuple[Member, ...]:
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
        target[own] = (scores[own] - scores[own].mean()) / max(scores[own].std(), _TINY)
    return target


def _line(rows: Floats, target: Floats, weights: Floats, penalty: float) -> Line:
    fitted = Ridge(penalty).fit(rows, target, sample_weight=weights)
    return Line(_short(fitted.coef_), float(fitted.intercept_))


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
    return Network(
        _short(hidden), _short(constant), _short(weights_out[:, 0]), float(constant_out[0])
    )


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


def _calibration(said: Floats, scores: Floats, weights: Floats) -> Calibration:
    slope, constant = np.polyfit(said, scores, 1, w=np.sqrt(weights))
    return Calibration(float(constant), float(slope))


def _doubt(
    model: ScorerModel,
    corpus: Corpus,
    train: Places,
    unseen: _Unseen,
    *,
    few: bool = False,
) -> Line:
    """The expected error of a score without graded answers, from answers that were left out.

    With `few` answers the score and its members' disagreement tell it better without the signs.
    """
    scores = np.clip(model.calibration.constant + model.calibration.slope * unseen.mean, 0.0, 1.0)
    kernel = model.kernel
    fixed = kernel.severity + kernel.meaning + kernel.words + kernel.signs
    deviation = np.sqrt(fixed + kernel.slope * unseen.mean**2)
    rows = doubt_rows(model.standard.of(corpus.rows[train]), scores, unseen.apart, deviation)
    if few:
        rows[:, : len(model.standard.names)] = 0.0
    errors = np.abs(scores - corpus.scores[train])
    scale = np.maximum(rows.std(axis=0), _TINY)
    fitted = Ridge(_FEW_PENALTY if few else _DOUBT_PENALTY).fit(
        rows / scale, errors, sample_weight=weights_of(corpus.sources[train])
    )
    return Line(_short(fitted.coef_ / scale), float(fitted.intercept_))


def _no_doubt(standard: Standard) -> Line:
    return Line(np.zeros(len(standard.names) + 4), 0.0)


def _short(values: Sequence[float] | Floats) -> Floats:
    """Six significant digits: what a weight is worth, and a smaller file."""
    array = np.asarray(values, dtype=np.float64)
    plain = [float(f"{value:.{_DIGITS}g}") for value in array.ravel()]
    return np.array(plain).reshape(array.shape)
