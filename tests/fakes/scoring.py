"""A scorer for tests: real signs, one weight."""

from __future__ import annotations

import numpy as np

from app.assessment.scorer.features import NAMES, Embed
from app.assessment.scorer.members import Line
from app.assessment.scorer.model import Calibration, ScorerModel, Standard
from app.assessment.scorer.pooling import Kernel
from app.assessment.scorer.scorer import Scorer
from tests.fakes.embeddings import FakeEmbedder

KERNEL = Kernel(0.05, 0.1, 0.3, 0.0, 0.0, 1.0, 0.0, 0.01)


def plain_scorer(embed: Embed, constant: float = 0.0) -> Scorer:
    """Scores by how well the points are covered in words and meaning, and is always half sure."""
    width = len(NAMES)
    weights = np.zeros(width)
    weights[NAMES.index("points_mean")] = 1.0
    model = ScorerModel(
        standard=Standard(NAMES, np.zeros(width), np.ones(width)),
        rarity={},
        members=(Line(weights, 0.0),),
        calibration=Calibration(constant, 1.0),
        kernel=KERNEL,
        doubt=Line(np.zeros(width + 4), 0.25),
    )
    return Scorer(model, embed, FakeEmbedder(dimensions=8).embed_pieces)
