"""Agreement of marks as it is kept and shown: recalibrations, and figures with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Steps:
    """A rising step function through its knots, straight between them and flat beyond."""

    at: tuple[float, ...]
    value: tuple[float, ...]


@dataclass(frozen=True)
class Recalibration:
    """What people's marks taught about one grader: a rubric's version as one model grades it.

    `levels` maps the share of the highest level to the share that people gave; None where that
    did not come nearer to them on interviews left out. `confidence` maps what the grader said to
    how often it was right.
    """

    rubric_id: str
    rubric_version: int
    model: str
    marks: int
    fitted_at: datetime
    levels: Steps | None
    confidence: Steps
    error_before: float
    error_after: float


@dataclass(frozen=True)
class Figure:
    """A number with the count that it rests on and its interval of 95 %; None: can't be told."""

    value: float | None
    low: float | None
    high: float | None
    n: int
