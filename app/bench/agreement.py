"""Agreement of machine scores with people's, with intervals over questions, never over answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Measure = Callable[[Floats, Floats], float]

RESAMPLES = 500
_EDGES = (2.5, 97.5)
_WEAK, _STRONG = 0.4, 0.8
_CERTAIN = 0.8


@dataclass(frozen=True)
class Lines:
    """Scored lines on the scale 0..1: people's and machine's scores, whose question each is.

    `scored` is False where the machine left the line ungraded; its `said` is then the mean.
    """

    people: Floats
    said: Floats
    questions: NDArray[np.str_]
    scored: NDArray[np.bool_]
    certainty: Floats

    def kept(self, which: NDArray[np.bool_]) -> Lines:
        """Some of them."""
        return Lines(
            self.people[which],
            self.said[which],
            self.questions[which],
            self.scored[which],
            self.certainty[which],
        )


def correlation(people: Floats, said: Floats) -> float:
    """Pearson's r; 0 where one of them never varies."""
    if people.std() == 0 or said.std() == 0:
        return 0.0
    return float(np.corrcoef(people, said)[0, 1])


def error(people: Floats, said: Floats) -> float:
    """Root of the mean squared difference."""
    return float(np.sqrt(((people - said) ** 2).mean()))


def to_best_constant(people: Floats, said: Floats) -> float:
    """The error beside that of saying people's mean each time."""
    return error(people, said) / max(float(people.std()), 1e-9)


def weighted_kappa(people: Floats, said: Floats, steps: int) -> float:
    """Quadratically weighted kappa after rounding to `steps` equal steps."""
    first, second = (np.clip(np.rint(s * steps), 0, steps) for s in (people, said))
    observed = ((first - second) ** 2).mean()
    chance = first.var() + second.var() + (first.mean() - second.mean()) ** 2
    return float(1.0 - observed / chance) if chance else 0.0


def macro_f1(people: Floats, said: Floats) -> float:
    """Mean F1 of right and wrong, where a score above one half says right."""
    right, guess = people > 0.5, said > 0.5
    parts = []
    for truth, found in ((right, guess), (~right, ~guess)):
        both = (truth & found).sum()
        whole = truth.sum() + found.sum()
        parts.append(2 * both / whole if whole else 0.0)
    return float(np.mean(parts))


def agreement(lines: Lines, scale: float, steps: int, seed: int) -> dict[str, Any]:
    """r, RMSE on the given scale, QWK and the share of scored lines, each with its interval."""
    measures: dict[str, Measure] = {
        "r": correlation,
        "rmse": lambda people, said: scale * error(people, said),
        "qwk": lambda people, said: weighted_kappa(people, said, steps),
    }
    return {
        **{name: _rounded(measure(lines.people, lines.said)) for name, measure in measures.items()},
        "scored_share": _rounded(float(lines.scored.mean())),
        "n": len(lines.people),
        "ci": {name: interval(lines, measure, seed) for name, measure in measures.items()},
    }


def interval(lines: Lines, measure: Measure, seed: int) -> list[float]:
    """The 95 % interval of a measure when whole questions are drawn again."""
    draw = np.random.default_rng(seed)
    names = np.unique(lines.questions)
    rows = [np.flatnonzero(lines.questions == name) for name in names]
    found = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([rows[n] for n in draw.integers(len(rows), size=len(rows))])
        found.append(measure(lines.people[chosen], lines.said[chosen]))
    return [_rounded(float(edge)) for edge in np.percentile(found, _EDGES)]


def bias(lines: Lines, scale: float) -> dict[str, Any]:
    """Mean of machine minus people, on answers below 40 % and on those from 80 % on."""
    difference = scale * (lines.said - lines.people)
    weak, strong = lines.people < _WEAK, lines.people >= _STRONG
    return {
        "bias_low": _rounded(float(difference[weak].mean())) if weak.any() else None,
        "bias_high": _rounded(float(difference[strong].mean())) if strong.any() else None,
    }


def certain_error(lines: Lines, scale: float) -> float:
    """RMSE of the 80 % of lines that the machine is most certain of."""
    kept = np.argsort(-lines.certainty, kind="stable")[: round(_CERTAIN * len(lines.people))]
    return _rounded(scale * error(lines.people[kept], lines.said[kept]))


def _rounded(value: float) -> float:
    return round(value, 4)
