"""How each question behaves in a cohort: how hard it is, and whether it tells learners apart.

Only a learner's first answer to a question counts: later ones show practice with that question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.assessment.student import correlation_figure, mean_figure
from app.domain.agreement import Figure

LEAST = 10
LEAST_OTHERS = 2
BINS = 5
WEAK = 0.2  # below this, a question hardly says who knows more (Ebel and Frisbie 1991)
Verdict = Literal["tells apart", "hardly tells apart", "works against the others", "not known"]


@dataclass(frozen=True)
class Response:
    """One graded answer: the share of its marks, 0..1."""

    learner: str
    item: str
    share: float


@dataclass(frozen=True)
class ItemFigures:
    """One question.

    `difficulty` is the mean share of marks (high is easy). `discrimination` is the corrected
    item-total correlation: of the share with the mean of the learner's other questions.
    `distribution` counts the shares in five equal bins; None where too few people answered.
    """

    item: str
    n: int
    difficulty: Figure
    discrimination: Figure
    distribution: tuple[int, ...] | None

    @property
    def verdict(self) -> Verdict:
        """What the interval of the discrimination allows to say."""
        found = self.discrimination
        if found.low is None or found.high is None:
            return "not known"
        if found.high < 0.0:
            return "works against the others"
        if found.high < WEAK:
            return "hardly tells apart"
        return "tells apart" if found.low > 0.0 else "not known"


def item_statistics(
    responses: Iterable[Response], *, least: int = LEAST
) -> tuple[ItemFigures, ...]:
    """The figures of every question, by its id; responses come in the order of their time."""
    shares: dict[str, dict[str, float]] = {}
    for response in responses:
        if not 0.0 <= response.share <= 1.0:
            raise ValueError(f"expected a share within 0..1, found {response.share}")
        shares.setdefault(response.learner, {}).setdefault(response.item, response.share)
    items = sorted({item for answered in shares.values() for item in answered})
    return tuple(_figures(item, shares, least) for item in items)


def _figures(item: str, shares: Mapping[str, Mapping[str, float]], least: int) -> ItemFigures:
    own = np.array([answered[item] for answered in shares.values() if item in answered])
    pairs = [
        (answered[item], (sum(answered.values()) - answered[item]) / (len(answered) - 1))
        for answered in shares.values()
        if item in answered and len(answered) > LEAST_OTHERS
    ]
    table = np.array(pairs).reshape(-1, 2)
    bins = np.minimum((own * BINS + 1e-9).astype(int), BINS - 1)
    counts = tuple(int(n) for n in np.bincount(bins, minlength=BINS))
    return ItemFigures(
        item,
        len(own),
        _within_0_and_1(mean_figure(own, least=least)),
        correlation_figure(table[:, 0], table[:, 1], least=least),
        counts if len(own) >= least else None,
    )


def _within_0_and_1(figure: Figure) -> Figure:
    if figure.low is None or figure.high is None:
        return figure
    return Figure(figure.value, max(0.0, figure.low), min(1.0, figure.high), figure.n)
