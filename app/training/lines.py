"""Lines from what the members say to people's scores.

Answers to one question share its severity, so few questions tell little about a constant, however
many their answers are, and a common line takes severity for worth. A line for one data set's own
use gives each question a constant of its own, drawn around a common one (random intercepts).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.model import Calibration

Floats = NDArray[np.float64]
_LEAST_QUESTIONS = 3
_TINY = 1e-9


def plain_line(said: Floats, scores: Floats, weights: Floats) -> Calibration:
    """Least squares, with weights."""
    slope, constant = np.polyfit(said, scores, 1, w=np.sqrt(weights))
    return Calibration(float(constant), float(slope))


def line_by_question(said: Floats, scores: Floats, questions: NDArray[np.str_]) -> Calibration:
    """Generalised least squares with a random constant for each question."""
    names, place, counts = np.unique(questions, return_inverse=True, return_counts=True)
    mean_said = np.bincount(place, said) / counts
    mean_score = np.bincount(place, scores) / counts
    apart, worth = said - mean_said[place], scores - mean_score[place]
    spread = float((apart**2).sum())
    if len(names) < _LEAST_QUESTIONS or len(said) <= len(names) + 1 or spread < _TINY:
        return plain_line(said, scores, np.ones(len(said)))
    slope = float((apart * worth).sum()) / spread
    within = float(((worth - slope * apart) ** 2).sum()) / (len(said) - len(names) - 1)
    severity = mean_score - slope * mean_said
    between = max(float(severity.var(ddof=1) - (within / counts).mean()), _TINY)
    taken = (1.0 - np.sqrt(within / (within + counts * between)))[place]
    rows = np.column_stack([1.0 - taken, said - taken * mean_said[place]])
    constant, steep = np.linalg.lstsq(rows, scores - taken * mean_score[place], rcond=None)[0]
    return Calibration(float(constant), float(steep))
