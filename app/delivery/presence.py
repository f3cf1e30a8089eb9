"""What the camera saw: shares of expressions, and an experimental index.

`index` is the share of the seconds with a face in which a neutral or smiling expression was seen.
It says nothing about what a person felt, and is only given when a face was seen in at least 30 % of
the time. `happy` is the name of a smile in the model's labels.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.delivery.face_figures import presence_figures
from app.domain.interview import EMOTIONS, ExpressionReading
from app.domain.report import Presence

LEAST_COVERAGE = 0.3
_SMILING = EMOTIONS.index("happy")
_CALM = (_SMILING, EMOTIONS.index("neutral"))


def presence_of(readings: Sequence[ExpressionReading], seconds_expected: int) -> Presence:
    """The presence over `seconds_expected` seconds of interview."""
    by_second = {reading.second: reading for reading in readings}
    seen = [_strongest(r) for r in by_second.values() if r.probabilities is not None]
    expected = max(seconds_expected, len(by_second))
    coverage = len(seen) / expected if expected else 0.0
    shares = {
        name: seen.count(place) / len(seen) if seen else 0.0 for place, name in enumerate(EMOTIONS)
    }
    enough = bool(seen) and coverage >= LEAST_COVERAGE
    return Presence(
        seconds_seen=len(seen),
        seconds_expected=expected,
        coverage=coverage,
        shares=shares,
        smiling_share=shares["happy"] if seen else None,
        index=sum(place in _CALM for place in seen) / len(seen) if enough else None,
        timeline=tuple(by_second[second] for second in sorted(by_second)),
        figures=presence_figures(readings, seconds_expected),
    )


def _strongest(reading: ExpressionReading) -> int:
    probabilities = reading.probabilities or ()
    return max(range(len(probabilities)), key=lambda place: probabilities[place])
