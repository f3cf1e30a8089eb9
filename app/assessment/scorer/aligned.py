"""Likeness of single words where they stand: what an answer takes up of the reference, and adds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.polarity import OPPOSITES
from app.assessment.scorer.reading import (
    Floats,
    Mask,
    Readings,
    Words,
    unit_rows,
    windows,
    words_of,
)
from app.assessment.scorer.tokens import Rarity, content, tokens

_TINY = 1e-6
_EDGES = (0.5, 0.65, 0.8)
_MET = 0.4
_NEIGHBOURS = 3
_SOFTNESS = 0.1
_TURNS = 8
_LEAST_REST = 0.05
_MOST = 3
_NAMES = (
    "aligned_recall", "aligned_recall_new", "aligned_precision", "aligned_precision_new",
    "aligned_f1_new", "aligned_f1", "aligned_least", "aligned_low", "aligned_over_50",
    "aligned_over_65", "aligned_over_80", "aligned_covered", "aligned_extra",
    "aligned_extra_share", "aligned_points_mean", "aligned_points_least", "aligned_order",
    "aligned_neighbours", "aligned_middle", "aligned_transport", "aligned_gain", "aligned_asked",
    "aligned_same", "aligned_same_least", "aligned_substituted", "aligned_missing",
    "aligned_denied", "aligned_opposite",
)  # fmt: skip


def read_for(question: str, points: Sequence[str], answer: str) -> tuple[str, ...]:
    """Every text whose pieces `aligned_signs` will ask for."""
    return (question, *points, *windows(answer))


def aligned_signs(
    question: str, points: Sequence[str], answer: str, readings: Readings, rarity: Rarity
) -> dict[str, float]:
    """How well the words of both texts meet where they stand; zeros where one has no words."""
    asked = frozenset(content(tokens(question)))
    wanted = words_of(points, readings, asked, rarity)
    said = words_of(windows(answer), readings, asked, rarity)
    if not wanted.words or not said.words:
        return dict.fromkeys(_NAMES, 0.0)
    met = _met(wanted, said)
    return {
        **_coverage(met),
        **_places(met),
        **_whole(met),
        **_beside_question(met, words_of([question], readings, asked, rarity)),
        **_same_words(met),
        **_contradiction(met),
    }


@dataclass(frozen=True)
class _Met:
    """Both texts' words, the cosines between them, and each word's nearest telling one.

    `near` and `partner` are of the reference's words, `back` of the answer's. `heavy` are the
    reference's telling words, `new` those beyond the question, `own` the answer's telling words.
    """

    wanted: Words
    said: Words
    cosines: Floats
    near: Floats
    partner: NDArray[np.intp]
    back: Floats
    heavy: Mask
    new: Mask
    own: Mask


def _met(wanted: Words, said: Words) -> _Met:
    cosines = (wanted.vectors @ said.vectors.T).astype(np.float64)
    heavy, own = wanted.telling, said.telling
    among = cosines[:, own]
    partner = np.flatnonzero(own)[among.argmax(axis=1)]
    new = wanted.new if wanted.new.any() else heavy
    back = cosines[heavy].max(axis=0)
    return _Met(wanted, said, cosines, among.max(axis=1), partner, back, heavy, new, own)


def _coverage(met: _Met) -> dict[str, float]:
    """How near the answer's words come to the reference's, and the other way round."""
    wanted, said = met.wanted, met.said
    near, weights = met.near[met.new], wanted.weights[met.new]
    back, own = met.back[said.new], said.weights[said.new]
    recall_new, precision_new = _mean(near, weights), _mean(back, own)
    recall = _mean(met.cosines.max(axis=1), wanted.weights)
    precision = _mean(met.cosines.max(axis=0), said.weights)
    lowest = np.sort(near)[: math.ceil(len(near) / 4)]
    return {
        "aligned_recall": _mean(met.near[met.heavy], wanted.weights[met.heavy]),
        "aligned_recall_new": recall_new,
        "aligned_precision": _mean(met.back[met.own], said.weights[met.own]),
        "aligned_precision_new": precision_new,
        "aligned_f1_new": _harmonic(recall_new, precision_new),
        "aligned_f1": _harmonic(recall, precision),
        "aligned_least": float(lowest[0]),
        "aligned_low": float(lowest.mean()),
        **{f"aligned_over_{round(100 * edge)}": _mean(near > edge, weights) for edge in _EDGES},
        "aligned_covered": math.log1p(float((weights * np.maximum(near - _MET, 0.0)).sum())),
        "aligned_extra": math.log1p(max(0.0, float((own * (1.0 - back)).sum()))),
        "aligned_extra_share": _mean(back < _EDGES[0], own),
    }


def _places(met: _Met) -> dict[str, float]:
    """How each point is covered, and whether neighbours of the reference stay neighbours."""
    wanted = met.wanted
    covered = [
        _mean(met.near[some], wanted.weights[some])
        for unit in np.unique(wanted.unit)
        if (some := met.new & (wanted.unit == unit)).any()
    ]
    told = np.flatnonzero(met.heavy)
    there = met.near[told] > _MET
    order = neighbours = float(there[0])
    if len(told) > 1:
        steps = np.diff(met.partner[told])
        both = there[:-1] & there[1:]
        order = float(((steps >= 0) & both).mean())
        neighbours = float(((abs(steps) <= _NEIGHBOURS) & both).mean())
    return {
        "aligned_points_mean": float(np.mean(covered)),
        "aligned_points_least": float(np.min(covered)),
        "aligned_order": order,
        "aligned_neighbours": neighbours,
    }


def _whole(met: _Met) -> dict[str, float]:
    """Likeness of the weighted middles, and of the cheapest way from one text to the other."""
    wanted, said = met.wanted, met.said
    own = said.new if said.new.any() else met.own
    one = wanted.weights[met.new] @ wanted.vectors[met.new]
    other = said.weights[own] @ said.vectors[own]
    middles = unit_rows(np.stack([one, other]))
    cosines = met.cosines[np.ix_(met.heavy, met.own)]
    plan = _plan(cosines, _shares(wanted.weights[met.heavy]), _shares(said.weights[met.own]))
    return {
        "aligned_middle": float(middles[0] @ middles[1]),
        "aligned_transport": float((plan * cosines).sum() / max(plan.sum(), _TINY)),
    }


def _plan(cosines: Floats, rows: Floats, columns: Floats) -> Floats:
    """How much of each word goes to each of the other text's (Sinkhorn's turns)."""
    kernel = np.exp((cosines - 1.0) / _SOFTNESS)
    up = np.ones(len(columns))
    for _ in range(_TURNS):
        down = rows / np.maximum(kernel @ up, _TINY**2)
        up = columns / np.maximum(kernel.T @ down, _TINY**2)
    return np.asarray(down[:, None] * kernel * up[None, :])


def _beside_question(met: _Met, topic: Words) -> dict[str, float]:
    """What the answer's words add to the question's, and how near they stay to them."""
    if not topic.words:
        return {"aligned_gain": 0.0, "aligned_asked": 0.0}
    heavy, weights = met.heavy, met.wanted.weights[met.heavy]
    there = (met.wanted.vectors @ topic.vectors[topic.telling].T).max(axis=1)[heavy]
    gained = (weights * np.maximum(0.0, met.near[heavy] - there)).sum()
    asked = (met.said.vectors @ topic.vectors.T).max(axis=1)
    return {
        "aligned_gain": float(gained / max((weights * (1.0 - there)).sum(), _LEAST_REST)),
        "aligned_asked": _mean(asked[met.own], met.said.weights[met.own]),
    }


def _same_words(met: _Met) -> dict[str, float]:
    """The same word in another role, and another word in its place."""
    wanted, said = met.wanted, met.said
    new, near, weights = np.flatnonzero(met.new), met.near[met.new], wanted.weights[met.new]
    again = [[n for n, stem in enumerate(said.stems) if stem == wanted.stems[m]] for m in new]
    kept = np.array([bool(places) for places in again])
    same = np.array(
        [met.cosines[m, some].max() if some else 0.0 for m, some in zip(new, again, strict=True)]
    )
    recall = _mean(near, weights)
    return {
        "aligned_same": _mean(same, np.maximum(weights, _TINY) * kept, recall),
        "aligned_same_least": float(same[kept].min()) if kept.any() else recall,
        "aligned_substituted": _mean(np.maximum(near, 0.0) * ~kept, weights),
        "aligned_missing": math.log1p(max(0.0, float((weights * (1.0 - near) * ~kept).sum()))),
    }


def _contradiction(met: _Met) -> dict[str, float]:
    """A word that is denied in one text alone, and a word's opposite in its place."""
    wanted, said = met.wanted, met.said
    clash = (wanted.denied ^ said.denied[met.partner]) & (met.near > _EDGES[0])
    stems = frozenset(said.stems)
    opposite = sum(
        wanted.stems[n] not in stems
        and said.words[met.partner[n]] in OPPOSITES.get(wanted.words[n], ())
        for n in np.flatnonzero(met.heavy)
    )
    return {
        "aligned_denied": _mean(clash[met.heavy], wanted.weights[met.heavy]),
        "aligned_opposite": float(min(opposite, _MOST)),
    }


def _mean(values: Floats | Mask, weights: Floats, otherwise: float = 0.0) -> float:
    whole = float(weights.sum())
    return float((values * weights).sum()) / whole if whole else otherwise


def _harmonic(one: float, other: float) -> float:
    return 2.0 * one * other / max(one + other, _TINY)


def _shares(weights: Floats) -> Floats:
    whole = float(weights.sum())
    return weights / whole if whole else np.full(len(weights), 1.0 / len(weights))
