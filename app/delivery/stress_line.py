"""Readings of stress as one line of a report; they are made elsewhere, for practice alone."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.figures import StressLine, StressReading

BASELINE = "Against your own voice in the first answers of this interview."
FROM_INDEX = (
    "Experimental. An index of published directions (higher, louder, brighter, faster, fewer "
    "pauses), right on .47 of acted clips where chance is .33. It says how a voice sounds beside "
    "itself, not what anybody feels."
)
FROM_MODEL = (
    "Experimental. A model that this server's operator trained. It says how a voice sounds beside "
    "itself, not what anybody feels."
)


def stress_line(readings: Sequence[StressReading]) -> StressLine:
    """The line; its coverage is the share of the time in which a level could be told."""
    whole = sum(reading.end_s - reading.start_s for reading in readings)
    known = sum(r.end_s - r.start_s for r in readings if r.level is not None)
    trained = any(reading.shares is not None for reading in readings)
    return StressLine(
        tuple(readings),
        FROM_MODEL if trained else FROM_INDEX,
        BASELINE,
        known / whole if whole else 0.0,
    )
