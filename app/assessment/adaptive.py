"""Ability and the choice of the next question: expected a posteriori, maximum information."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp

import numpy as np

from app.domain.question import Difficulty

BEST = 5
DISCRIMINATION = 1.0  # before an item is calibrated; a sharper guess misleads (bench adaptive)
_COLD_START = {Difficulty.EASY: -1.0, Difficulty.MEDIUM: 0.0, Difficulty.HARD: 1.0}
_GRID = np.linspace(-4.0, 4.0, 161)
_PRIOR = -0.5 * _GRID**2


@dataclass(frozen=True)
class Item:
    """A question as the ability model sees it."""

    difficulty: float
    discrimination: float = DISCRIMINATION


@dataclass(frozen=True)
class Graded:
    """An answered item with the share of its marks, 0..1.

    `judged` is how many independent judgements the share is made of, so how much it weighs.
    """

    item: Item
    share: float
    judged: float = 1.0


@dataclass(frozen=True)
class Ability:
    """Mean and spread of the ability after the graded answers, on the scale of the difficulties."""

    mean: float
    spread: float


def cold_start(difficulty: Difficulty) -> Item:
    """The item that the author's estimate stands for."""
    return Item(_COLD_START[difficulty])


def ability(graded: Iterable[Graded]) -> Ability:
    """Expected a posteriori over a standard normal prior."""
    log_weight = _PRIOR.copy()
    for answer in graded:
        share = min(1.0, max(0.0, answer.share))
        logit = answer.item.discrimination * (_GRID - answer.item.difficulty)
        log_weight += answer.judged * (share * logit - np.logaddexp(0.0, logit))
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = float(weight @ _GRID)
    return Ability(mean, float(np.sqrt(weight @ (_GRID - mean) ** 2)))


def information(at: float, item: Item) -> float:
    """Fisher information of one answer at this ability."""
    chance = 1.0 / (1.0 + exp(-item.discrimination * (at - item.difficulty)))
    return item.discrimination**2 * chance * (1.0 - chance)


def next_item(at: float, pool: Mapping[str, Item], *, seed: int, turn: int) -> str | None:
    """One of the most informative items, the same for the same seed and turn; None from no pool.

    Ties are broken by a shuffle of the seed, so that no question is worn out by its name.
    """
    if not pool:
        return None
    draw = np.random.default_rng([seed & 0xFFFFFFFF, turn & 0xFFFFFFFF])
    names = sorted(pool)
    luck = draw.permutation(len(names))
    told = np.array([information(at, pool[name]) for name in names])
    ranked = np.lexsort((luck, -told.round(9)))
    return names[int(ranked[int(draw.integers(min(BEST, len(ranked))))])]
