"""Fit the reader of stress in a voice: three support vector machines, one for each baseline.

`raw` knows nothing of the speaker; `even` takes off the middle of a few neutral clips of the same
speaker; `varied` measures in the spreads of the speaker's own unlabelled clips. Cost and width are
chosen by cross-validation over speakers, classes weigh alike, and the decisions become shares by a
logistic map that is fitted on decisions about speakers left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.svm import SVC

from app.delivery.own_voice import Manner, against, own_voice, usual_spread
from app.training.voice_data import Clips

Floats = NDArray[np.float64]
Whole = NDArray[np.int_]

MANNERS: tuple[Manner, ...] = ("raw", "even", "varied")
COSTS = (0.5, 1.0, 2.0)
WIDTHS = (0.6, 1.0)
INNER_FOLDS = 3
FARTHEST = 6.0
CALIBRATION_COST = 1.0


@dataclass(frozen=True)
class Head:
    """One fitted machine in plain numbers: what the exported graph computes."""

    middle: Floats
    scale: Floats
    vectors: Floats
    gamma: float
    weights: Floats
    bias: Floats
    turn: Floats
    shift: Floats
    chosen: tuple[float, float]

    def decisions(self, rows: Floats) -> Floats:
        """One against one: low-medium, low-high, medium-high."""
        scaled = ((rows - self.middle) / self.scale).clip(-FARTHEST, FARTHEST)
        squares = (scaled**2).sum(axis=1)[:, None] + (self.vectors**2).sum(axis=1)[None, :]
        apart = squares - 2 * scaled @ self.vectors.T
        decisions: Floats = np.exp(-self.gamma * apart) @ self.weights + self.bias
        return decisions

    def shares(self, rows: Floats) -> Floats:
        """Shares of low, medium and high."""
        logits = self.decisions(rows) @ self.turn + self.shift
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Floats = raised / raised.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True)
class VoiceModel:
    """The three machines with what their rows are scaled by."""

    heads: dict[Manner, Head]
    usual: Floats
    missing: Floats


def fit_voice(clips: Clips, seed: int, note: Callable[[str], None] = lambda _: None) -> VoiceModel:
    """Fit all three machines on these clips and their copies."""
    clean = clips.of(clips.copy == 0)
    usual = usual_spread(clean.rows, clean.speaker)
    missing = np.nanmedian(clean.rows, axis=0)
    heads: dict[Manner, Head] = {}
    for manner in MANNERS:
        rows, held = rows_against(clips, manner, usual, missing)
        heads[manner] = _fit_head(rows[held], clips.of(held), seed)
        note(f"{manner}: cost {heads[manner].chosen[0]:g}, width {heads[manner].chosen[1]:g}")
    return VoiceModel(heads, usual, missing)


def rows_against(
    clips: Clips, manner: Manner, usual: Floats, missing: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Every row against its own speaker's baseline, and which rows have one.

    A neutral row is never in its own baseline. Copies are compared with copies of the same kind.
    """
    rows = np.where(np.isfinite(clips.rows), clips.rows, missing)
    held = np.ones(len(rows), dtype=np.bool_)
    if manner == "raw":
        return rows, held
    out = np.zeros_like(rows)
    for speaker, copy in {*zip(clips.speaker.tolist(), clips.copy.tolist(), strict=True)}:
        mine = (clips.speaker == speaker) & (clips.copy == copy)
        if manner == "varied":
            own = own_voice(rows[mine])
            out[mine] = against(rows[mine], own, manner, usual)
            held[mine] = own is not None
            continue
        for place in np.flatnonzero(mine):
            others = mine & clips.neutral & (clips.clip != clips.clip[place])
            own = own_voice(rows[others])
            held[place] = own is not None
            out[place] = against(rows[place], own, manner, usual)
    return out, held


def voice_uar(truth: Whole, said: Whole) -> float:
    """Unweighted average recall: the mean of the three levels' recalls; .333 by chance."""
    return float(balanced_accuracy_score(truth, said))


def speaker_folds(speaker: Whole, folds: int, seed: int) -> Whole:
    """A fold for each row, speakers kept whole."""
    names = np.random.default_rng(seed).permutation(np.unique(speaker))
    place = {int(name): n % folds for n, name in enumerate(names)}
    return np.array([place[int(name)] for name in speaker])


def _fit_head(rows: Floats, clips: Clips, seed: int) -> Head:
    count = min(INNER_FOLDS, len(np.unique(clips.speaker)))
    folds = speaker_folds(clips.speaker, count, seed + 1)
    best: tuple[float, tuple[float, float], Floats] | None = None
    for chosen in product(COSTS, WIDTHS):
        decisions = np.zeros((len(rows), 3))
        for fold in range(count):
            out = folds == fold
            machine = _machine(rows[~out], clips.level[~out], chosen)
            decisions[out] = machine.decisions(rows[out])
        score = voice_uar(clips.level, _votes(decisions))
        if best is None or score > best[0]:
            best = score, chosen, decisions
    if best is None:
        raise ValueError("no cost to choose from")
    map_ = LogisticRegression(C=CALIBRATION_COST, class_weight="balanced", max_iter=1000)
    map_.fit(best[2], clips.level)
    plain = _machine(rows, clips.level, best[1])
    return Head(
        plain.middle,
        plain.scale,
        plain.vectors,
        plain.gamma,
        plain.weights,
        plain.bias,
        map_.coef_.T,
        map_.intercept_,
        best[1],
    )


def _machine(rows: Floats, level: Whole, chosen: tuple[float, float]) -> Head:
    cost, width = chosen
    middle, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    gamma = width / rows.shape[1]
    fitted = SVC(C=cost, gamma=gamma, class_weight="balanced", decision_function_shape="ovo")
    fitted.fit(((rows - middle) / scale).clip(-FARTHEST, FARTHEST), level)
    weights = _pair_weights(fitted.dual_coef_, fitted.n_support_)
    identity, nothing = np.eye(3), np.zeros(3)
    return Head(
        middle,
        scale,
        fitted.support_vectors_,
        gamma,
        weights,
        fitted.intercept_,
        identity,
        nothing,
        chosen,
    )


def _pair_weights(dual: Floats, counts: Whole) -> Floats:
    """scikit-learn's packed coefficients as one column for each pair of levels."""
    starts = np.concatenate([[0], np.cumsum(counts)])
    spans = [slice(a, b) for a, b in pairwise(starts.tolist())]
    weights = np.zeros((int(counts.sum()), 3))
    for column, (first, second) in enumerate(((0, 1), (0, 2), (1, 2))):
        weights[spans[first], column] = dual[second - 1, spans[first]]
        weights[spans[second], column] = dual[first, spans[second]]
    return weights


def _votes(decisions: Floats) -> Whole:
    """The level that wins most pairs; the sum of the decisions settles ties."""
    wins = decisions > 0
    low = wins[:, 0].astype(float) + wins[:, 1]
    medium = 1.0 - wins[:, 0] + wins[:, 2]
    high = 2.0 - wins[:, 1] - wins[:, 2]
    sums = np.stack([decisions[:, 0] + decisions[:, 1], decisions[:, 2] - decisions[:, 0]])
    sums = np.vstack([sums, -(decisions[:, 1] + decisions[:, 2])])
    votes: Whole = (np.stack([low, medium, high]) + 1e-3 * np.tanh(sums)).argmax(axis=0)
    return votes
