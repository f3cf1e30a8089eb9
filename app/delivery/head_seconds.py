"""Puts the heads of single pictures together into seconds: pose, facing, blinks, nods, shakes.

Blinks, nods and shakes are only counted where enough pictures a second show the eyes: with two a
second most blinks fall between two pictures, and a count of the rest would be a wrong number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.delivery.blinks import closings
from app.delivery.eyes import CLOSED
from app.delivery.nods import gestures
from app.domain.head import HeadFrame, HeadSecond

Floats = NDArray[np.float64]
Series = Sequence[tuple[float, HeadFrame | None]]
"""Times and heads of pictures one after the other; None where no head was seen."""

LEAST_PICTURES = 10
"""A second with fewer pictures of the eyes is not counted in: 12 a second missed none of 56 blinks
of a labelled film, 8 a second missed 8."""

LEAST_EYE_PIXELS = 8.0
MOST_TURNED = 35.0
"""Degrees to the side beyond which an eye's outline is no longer trusted."""

FACING_YAW, FACING_PITCH = 15.0, 20.0
"""Degrees from the camera that still count as facing it: a screen below it included."""


def head_seconds(series: Series, *, counted: bool = True) -> dict[int, HeadSecond]:
    """The seconds in which a head was seen; `counted` is False where times are too rough."""
    heads: dict[int, list[HeadFrame | None]] = defaultdict(list)
    for at, head in series:
        heads[int(at)].append(head)
    events = _events(series) if counted else ((), (), ())
    found = {}
    for second, every in heads.items():
        seen = [head for head in every if head is not None]
        if seen:
            enough = counted and sum(_clear(head) for head in seen) >= LEAST_PICTURES
            found[second] = _second(len(every), seen, _within(events, second) if enough else None)
    return found


def _second(
    frames: int, seen: list[HeadFrame], events: tuple[tuple[float, ...], ...] | None
) -> HeadSecond:
    blinks, nods, shakes = events or (None, None, None)
    clear = [head for head in seen if _clear(head)]
    looks = [_facing(head) for head in clear]
    told = [each for each in looks if each is not None]
    return HeadSecond(
        frames=frames,
        seen=len(seen),
        yaw=_mean(head.yaw for head in seen),
        pitch=_mean(head.pitch for head in seen),
        roll=_mean(head.roll for head in seen),
        facing=_mean(told) if told else None,
        closed=_mean(head.openness < CLOSED for head in clear) if clear else None,
        blinks=blinks,
        nods=nods,
        shakes=shakes,
    )


def _clear(head: HeadFrame) -> bool:
    """Whether the eyes are large enough and turned to the camera enough to be measured."""
    return head.eye_pixels >= LEAST_EYE_PIXELS and abs(head.yaw) <= MOST_TURNED


def _facing(head: HeadFrame) -> bool | None:
    if head.gaze_yaw is None or head.gaze_pitch is None:
        return None
    return abs(head.gaze_yaw) <= FACING_YAW and abs(head.gaze_pitch) <= FACING_PITCH


def _events(series: Series) -> tuple[tuple[float, ...], ...]:
    """When blinks, nods and shakes began."""
    times = np.array([at for at, _ in series])

    def values(of: Callable[[HeadFrame], float]) -> Floats:
        return np.array([np.nan if head is None else of(head) for _, head in series])

    openness = values(lambda head: head.openness if _clear(head) else np.nan)
    yaw, pitch = values(lambda head: head.yaw), values(lambda head: head.pitch)
    return (
        tuple(each.start_s for each in closings(times, openness) if each.blink),
        tuple(start for start, _ in gestures(times, pitch, yaw)),
        tuple(start for start, _ in gestures(times, yaw, pitch)),
    )


def _within(events: tuple[tuple[float, ...], ...], second: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(at, 2) for at in kind if int(at) == second) for kind in events)


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return sum(every) / len(every)
