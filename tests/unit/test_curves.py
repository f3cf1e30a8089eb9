"""A lane becomes a path over the timeline: gaps stay gaps, and nothing measured draws nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.figures import Fluency, Lane, StressLine, StressReading, VoiceFigures
from app.domain.report import Blend, Report
from app.web.curves import MOST_POINTS, curves, strained
from tests.fakes.web import DONE, interview

pytestmark = pytest.mark.unit

BLEND = Blend(None, None, None, (0.7, 0.2, 0.1), (0.0, 0.0, 0.0))
EMPTY = Report(interview(DONE), (), (), "", None, None, BLEND, ())


def _report(*values: float | None) -> Report:
    lane = Lane("pitch", "Pitch", "Hz", 0.0, 1.0, values)
    voice = VoiceFigures((), (lane,), Fluency(None, ()), (), "", 1.0)
    return replace(EMPTY, voice=voice)


def test_a_lane_lies_between_its_least_and_its_greatest_value() -> None:
    (curve,) = curves(_report(100.0, 150.0, 200.0), seconds=4.0)
    assert (curve.least, curve.most) == (100.0, 200.0)
    assert curve.path == "M0.0 36.0h0.1L250.0 18.0L500.0 0.0"


def test_a_gap_is_not_bridged() -> None:
    (curve,) = curves(_report(100.0, None, 200.0), seconds=4.0)
    assert curve.path == "M0.0 36.0h0.1M500.0 0.0h0.1"


def test_nothing_measured_draws_nothing() -> None:
    assert curves(EMPTY, seconds=4.0) == ()
    assert curves(_report(None, None), seconds=4.0) == ()
    assert strained(EMPTY) == ()


def test_a_long_lane_is_thinned_out_and_keeps_its_place() -> None:
    (curve,) = curves(_report(*(float(n) for n in range(10_000))), seconds=10_000.0)
    assert curve.path.count("L") <= MOST_POINTS + 100
    assert curve.path.startswith("M0.0")


def test_readings_without_a_level_are_left_out() -> None:
    told = StressReading(0.0, 4.0, "low", 0.4, 1.0)
    line = StressLine((told, StressReading(4.0, 8.0, None, 0.0, 0.0)), "", "", 0.5)
    assert strained(replace(EMPTY, stress=line)) == (told,)
