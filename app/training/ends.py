"""Draw scores apart so that weak answers stay weak, chosen on answers that no member was fitted on.

A line through a skewed data set pulls everything to its mean: weak answers come out far too high.
Here the line is made steeper, and steeper still below a knee, as far as weak and strong answers
ask for; of all that do, the one with the smallest error is taken.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.model import Calibration

Floats = NDArray[np.float64]
WEAK, STRONG = 0.4, 0.8
MOST_ABOVE, MOST_BELOW = 0.24, 0.12
_STRETCHES = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)
_KNEES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
_PULLS = (1.5, 2.0, 2.5, 3.0, 4.0)


def drawn_apart(fitted: Calibration, said: Floats, scores: Floats) -> Calibration:
    """The calibration with weak answers at most .24 too high and strong ones .12 too low.

    Where none keeps weak answers that low, it is the one that comes nearest among those that keep
    the strong ones.
    """
    middle = float(scores.mean())
    tried = [(each, *_measured(each, said, scores)) for each in _all(fitted, middle)]
    fair = [each for each in tried if each[2] >= -MOST_BELOW] or tried
    good = [each for each in fair if each[1] <= MOST_ABOVE]
    if good:
        return min(good, key=lambda each: each[3])[0]
    return min(fair, key=lambda each: each[1])[0]


def _all(fitted: Calibration, middle: float) -> list[Calibration]:
    steeper = [
        replace(
            fitted,
            constant=middle + stretch * (fitted.constant - middle),
            slope=stretch * fitted.slope,
        )
        for stretch in _STRETCHES
    ]
    bent = [
        replace(each, knee=knee, pull=pull) for each, knee, pull in product(steeper, _KNEES, _PULLS)
    ]
    return [*steeper, *bent]


def _measured(calibration: Calibration, said: Floats, scores: Floats) -> tuple[float, float, float]:
    """How much too high weak answers are, how much too low strong ones (negative), the error."""
    apart = np.clip(calibration.of(said), 0.0, 1.0) - scores
    weak, strong = apart[scores < WEAK], apart[scores >= STRONG]
    return (
        float(weak.mean()) if len(weak) else 0.0,
        float(strong.mean()) if len(strong) else 0.0,
        float((apart**2).mean()),
    )
