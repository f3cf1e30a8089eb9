"""Fit the offline scorer; scikit-learn is needed here alone, the result is plain numbers.

Targets are standardised within each data set, so that no sign stands for a data set's mean, and
each data set weighs the same. Settings were chosen by leaving one data set out and by folds over
questions of the data that the fit stands on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold

from app.assessment.scorer.corpus import Corpus, Places
from app.assessment.scorer.members import Line
from app.assessment.scorer.model import Calibration, ScorerModel, Standard
from app.assessment.scorer.scorer import doubt_rows, estimated
from app.training.ends import drawn_apart
from app.training.kernel import FIRST_KERNEL, fit_kernel, fit_own_kernel
from app.training.lines import line_by_question, plain_line
from app.training.members import GENERAL, OWN, TINY, Recipe, members_of, short, weights_of
from app.training.steady import Misheard, steadied, steadying

Floats = NDArray[np.float64]


_INNER_FOLDS = 3
_OWN_FOLDS = 5
_SHARES = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_DOUBT_PENALTY = 3_000.0
_FEW_PENALTY = 300.0
_LEAST_SCALE = 0.01


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
        corpus.names, short(rows.mean(axis=0)), short(np.maximum(rows.std(axis=0), 1e-3))
    )
    members = members_of(corpus, train, standard, GENERAL, seed)
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
    model = replace(model, calibration=plain_line(unseen.mean, corpus.scores[train], balance))
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
    weights = short(steadying(model.members, rows, clean, heard))
    steady = replace(model, members=steadied(model.members, weights, centre))
    return steady, replace(unseen, mean=unseen.mean + (rows - centre) @ weights)


class Adapted(NamedTuple):
    """A scorer for one data set's own use; `apart` keeps weak answers weak, at the cost of RMSE."""

    plain: ScorerModel
    apart: ScorerModel


def adapt_scorer(general: ScorerModel, corpus: Corpus, train: Places, seed: int = 0) -> Adapted:
    """Add members fitted on these rows alone, and calibrate, pool and doubt by them.

    How much the own members count is what fits answers of questions that they were not fitted on:
    those of few questions say little about others.
    """
    own = members_of(corpus, train, general.standard, OWN, seed)
    said = estimated(general, corpus.rows[train])
    unseen = _unseen(corpus, train, general.standard, OWN, seed, _OWN_FOLDS)
    scores, questions = corpus.scores[train], corpus.questions[train]
    share = _own_share(said.mean, unseen.mean, scores, questions)
    mean = (1.0 - share) * said.mean + share * unseen.mean
    joined = _Unseen(mean, np.hypot(said.apart, unseen.apart))
    model = replace(
        general,
        members=(*general.members, *own),
        shares=(
            *np.repeat((1.0 - share) / len(general.members), len(general.members)).tolist(),
            *np.repeat(share / len(own), len(own)).tolist(),
        ),
        calibration=line_by_question(mean, scores, questions),
    )
    model = replace(model, kernel=fit_own_kernel(corpus, train, model, mean, seed))
    drawn = replace(model, calibration=drawn_apart(model.calibration, mean, scores))
    return Adapted(
        *(
            replace(each, doubt=_doubt(each, corpus, train, joined, few=True))
            for each in (model, drawn)
        )
    )


def _own_share(general: Floats, own: Floats, scores: Floats, questions: NDArray[np.str_]) -> float:
    """How much the own members count, by the error that is left after a line."""

    def left(share: float) -> float:
        mean = (1.0 - share) * general + share * own
        line = line_by_question(mean, scores, questions)
        return float(((line.of(mean) - scores) ** 2).mean())

    return min(_SHARES, key=left)


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
        members = members_of(corpus, train[fitted], standard, recipe, seed)
        rows = standard.of(corpus.rows[train[left]])
        said = np.stack([member.predict(rows) for member in members])
        mean[left], apart[left] = said.mean(axis=0), said.std(axis=0)
    return _Unseen(mean, apart)


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
    scores = np.clip(model.calibration.of(unseen.mean), 0.0, 1.0)
    kernel = model.kernel
    fixed = kernel.severity + kernel.meaning + kernel.words + kernel.signs
    deviation = np.sqrt(fixed + kernel.slope * unseen.mean**2)
    rows = doubt_rows(model.standard.of(corpus.rows[train]), scores, unseen.apart, deviation)
    if few:
        rows[:, : len(model.standard.names)] = 0.0
    errors = np.abs(scores - corpus.scores[train])
    scale = np.maximum(rows.std(axis=0), _LEAST_SCALE if few else TINY)
    fitted = Ridge(_FEW_PENALTY if few else _DOUBT_PENALTY).fit(
        rows / scale, errors, sample_weight=weights_of(corpus.sources[train])
    )
    return Line(short(fitted.coef_ / scale), float(fitted.intercept_))


def _no_doubt(standard: Standard) -> Line:
    return Line(np.zeros(len(standard.names) + 4), 0.0)
