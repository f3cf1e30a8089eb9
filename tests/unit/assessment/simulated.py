"""Simulated learners whose ability, growth and groups are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float64]


def cohort(learners: int, items: int, seed: int, *, answered: float = 1.0) -> Shares:
    """Shares of marks (learners x items, NaN where not answered) of a graded 2PL model.

    The last item is keyed wrongly (the able fail it), the one before is a lottery.
    """
    random = np.random.default_rng(seed)
    ability = random.normal(size=(learners, 1))
    difficulty = np.linspace(-1.5, 1.5, items)
    slope = np.full(items, 1.5)
    slope[-1], slope[-2] = -1.5, 0.0
    chance = 1.0 / (1.0 + np.exp(-slope * (ability - difficulty)))
    shares = random.binomial(4, chance) / 4.0
    shares[random.random(shares.shape) > answered] = np.nan
    return shares
