"""What a model's hidden state tells of an answer: a linear probe.

The state is read in the middle of a small language model, where it is about to say whether an
answer is right beside its reference. What the model holds there tells more than the yes or no that
comes out (docs/decisions/0024).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.model import BadScorer

Floats = NDArray[np.float64]
VERSION = 1
_MOST = 0.5


class BadStateScorer(BadScorer):
    """A fitted file that is none."""


@dataclass(frozen=True)
class StateScorer:
    """A fitted line through states; `mean`, `scale` and `weights` have a number for each unit.

    `model` names the model and the layer that the states are of.
    """

    model: str
    mean: Floats
    scale: Floats
    weights: Floats

    def says(self, states: NDArray[np.floating[Any]]) -> Floats:
        """How much better than the usual answer each state's is, -.5 to .5 of the scale.

        Args:
            states: Shape (answers, units).
        """
        rows = (np.asarray(states, np.float64) - self.mean) / self.scale
        return np.clip(rows @ self.weights, -_MOST, _MOST)


def to_document(scorer: StateScorer) -> dict[str, Any]:
    """The fitted numbers as JSON, to six digits."""
    return {
        "version": VERSION,
        "model": scorer.model,
        **{
            name: [float(f"{value:.6g}") for value in getattr(scorer, name)]
            for name in ("mean", "scale", "weights")
        },
    }


def from_document(document: Mapping[str, Any]) -> StateScorer:
    """The scorer of a document; raises BadStateScorer."""
    if document.get("version") != VERSION:
        raise BadStateScorer(f"expected version {VERSION}, found {document.get('version')!r}")
    try:
        parts = [np.array(document[name], np.float64) for name in ("mean", "scale", "weights")]
        found = StateScorer(str(document["model"]), *parts)
    except (KeyError, TypeError, ValueError) as error:
        raise BadStateScorer(f"expected mean, scale and weights: {error}") from error
    shapes = {part.shape for part in parts}
    finite = all(np.isfinite(part).all() for part in parts)
    if len(shapes) != 1 or parts[0].ndim != 1 or not finite or not (parts[1] > 0).all():
        raise BadStateScorer("expected three rows of as many numbers, the scales above 0")
    return found
