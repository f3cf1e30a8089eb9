"""Heads over time: blinks and nods where they can be counted, reasons where they can't."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.blinks import closings
from app.delivery.face_figures import presence_figures
from app.delivery.head_figures import EYES_UNSEEN, TOO_LITTLE, TOO_SELDOM, TOO_SHORT, UNREAD
from app.delivery.head_seconds import head_seconds
from app.delivery.nods import gestures
from app.domain.figures import Measure
from app.domain.head import HeadFrame
from app.domain.interview import EMOTIONS, ExpressionReading
from tests.fakes.vision import straight

pytestmark = pytest.mark.unit

Series = list[tuple[float, HeadFrame | None]]
SHARES = tuple(1.0 if name == "neutral" else 0.0 for name in EMOTIONS)


def filmed(seconds: float, rate: float, *, shut: tuple[tuple[float, float], ...] = ()) -> Series:
    """A straight head; each of `shut` is a start and a length."""
    times = [place / rate for place in range(round(seconds * rate))]
    return [
        (at, straight(openness=0.08 if any(s <= at < s + long for s, long in shut) else 0.3))
        for at in times
    ]


def measures(series: Series, seconds: int, *, counted: bool = True) -> dict[str, Measure]:
    heads = head_seconds(series, counted=counted)
    readings = [
        ExpressionReading(at, 1, SHARES, 0.9, heads.get(at)) for at in {int(t) for t, _ in series}
    ]
    return {each.name: each for each in presence_figures(readings, seconds).head}


def nodding(rate: float, *, degrees: float, hertz: float, seconds: float = 20.0) -> Series:
    """Still, then two seconds of to and fro in pitch from the fifth second on, then still."""
    found: Series = []
    for place in range(round(seconds * rate)):
        at = place / rate
        moving = 5.0 <= at < 7.0
        swing = degrees / 2 * math.sin(2 * math.pi * hertz * (at - 5.0)) if moving else 0.0
        found.append((at, straight(pitch=swing)))
    return found


def test_blinks_are_counted_with_their_times() -> None:
    found = measures(filmed(30, 12.5, shut=((3.0, 0.2), (10.0, 0.16), (20.5, 0.3))), 30)["blinks"]
    assert found.value == pytest.approx(6.0)
    assert [each.start_s for each in found.stretches] == pytest.approx([3.0, 10.0, 20.5], abs=0.1)
    assert found.coverage == 1.0


def test_eyes_that_stay_shut_are_closed_and_no_blink() -> None:
    found = measures(filmed(30, 12.5, shut=((10.0, 3.0),)), 30)
    assert found["blinks"].value == 0.0
    assert found["eyes_closed"].value == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("rate", [1.0, 2.0, 5.0, 9.0])
def test_too_few_pictures_a_second_give_no_count_and_say_why(rate: float) -> None:
    found = measures(filmed(40, rate, shut=((3.0, 0.2), (10.0, 0.2))), 40)
    for name in ("blinks", "nods", "shakes"):
        assert found[name].value is None
        assert found[name].stretches == ()
        assert found[name].note == TOO_SELDOM
    assert found["facing"].value == pytest.approx(1.0)
    assert found["eyes_closed"].value is not None


def test_times_that_are_too_rough_are_not_counted_in() -> None:
    assert measures(filmed(30, 25.0), 30, counted=False)["blinks"].note == TOO_SELDOM


def test_a_few_counted_seconds_make_no_rate() -> None:
    assert measures(filmed(10, 12.5), 10)["blinks"].note == TOO_SHORT


def test_no_head_at_all_has_no_number_and_a_reason() -> None:
    found = measures([(float(at), None) for at in range(20)], 20)
    for name in ("facing", "blinks", "nods", "shakes", "eyes_closed", "head_yaw", "head_movement"):
        assert found[name].value is None
        assert found[name].note == UNREAD
        assert found[name].coverage == 0.0


def test_a_head_seen_for_a_fifth_of_the_time_has_no_number() -> None:
    found = measures(filmed(20, 12.5), 100)
    assert {found[name].note for name in ("facing", "blinks", "head_yaw")} == {TOO_LITTLE}
    assert found["facing"].coverage == pytest.approx(0.2)


def test_small_or_turned_eyes_are_not_measured_but_the_head_is() -> None:
    away: Series = [(at / 12.5, straight(yaw=50.0)) for at in range(250)]
    found = measures(away, 20)
    assert found["facing"].value is None
    assert found["facing"].note == EYES_UNSEEN
    assert found["head_yaw"].value == pytest.approx(50.0)
    assert found["blinks"].note == TOO_SELDOM


def test_facing_the_camera_is_a_share_of_the_time() -> None:
    half: Series = [(at / 2, straight(yaw=0.0 if at < 20 else 25.0)) for at in range(40)]
    found = measures(half, 20)
    assert found["facing"].value == pytest.approx(0.5)
    assert found["head_movement"].value == 0.0


@pytest.mark.parametrize("hertz", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("rate", [12.5, 25.0])
def test_a_nod_is_found_at_each_usual_pace(rate: float, hertz: float) -> None:
    found = measures(nodding(rate, degrees=8.0, hertz=hertz), 20)
    assert len(found["nods"].stretches) == 1
    assert found["nods"].stretches[0].start_s == pytest.approx(5.0, abs=0.7)
    assert found["shakes"].value == 0.0


def test_a_small_tremble_and_a_look_down_are_no_nods() -> None:
    assert measures(nodding(12.5, degrees=2.0, hertz=2.0), 20)["nods"].value == 0.0
    down: Series = [
        (at / 12.5, straight(pitch=-20.0 if 60 < at < 100 else 0.0)) for at in range(250)
    ]
    assert measures(down, 20)["nods"].value == 0.0


def test_a_shake_is_the_same_to_and_fro_sideways() -> None:
    times = np.arange(0, 4, 0.08)
    yaw = 6 * np.sin(2 * math.pi * 1.5 * times)
    still = np.zeros_like(times)
    assert len(gestures(times, yaw, still)) == 1
    assert gestures(times, still, yaw) == ()
    assert gestures(times, yaw, yaw) == (), "a slanted to and fro is neither"


def test_a_gap_in_the_pictures_is_no_blink() -> None:
    times = np.array([*np.arange(0, 5, 0.08), *np.arange(6, 11, 0.08)])
    assert closings(times, np.full(len(times), 0.3)) == ()
    missing = np.where((times > 2) & (times < 3), np.nan, 0.3)
    assert closings(times, missing) == ()


@given(
    st.lists(st.one_of(st.none(), st.floats(0.0, 1.0)), max_size=120),
    st.sampled_from([1.0, 2.0, 12.5, 30.0]),
)
def test_no_series_of_openings_breaks_the_counting(values: list[float | None], rate: float) -> None:
    series: Series = [
        (at / rate, None if value is None else straight(openness=value, yaw=value * 60))
        for at, value in enumerate(values)
    ]
    for second in head_seconds(series).values():
        assert 0 < second.seen <= second.frames
        assert second.facing is None or 0.0 <= second.facing <= 1.0
        assert second.blinks is None or len(second.blinks) <= second.frames / 2
