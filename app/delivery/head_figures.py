"""What a head did over an interview: facing the camera, blinks, nods, shakes, turning.

Each measure says which share of the time it rests on, and where it is missing, why. It says where
a head pointed, never what that meant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from app.domain.figures import Lane, Measure, Stretch
from app.domain.head import HeadSecond

LEAST_COVERAGE = 0.3
LEAST_COUNTED_S = 15
"""Fewer counted seconds than this make no rate: half a dozen blinks at most fall into them."""

BLINK_S, GESTURE_S = 0.3, 1.0
"""How long a blink, a nod and a shake are shown for."""

UNREAD = "The points of the face were not read."
TOO_SELDOM = "Counting needs ten clear pictures of the eyes a second; too few came."
TOO_SHORT = f"Fewer than {LEAST_COUNTED_S} s could be counted in."
TOO_LITTLE = "A face was seen in too little of the time."
EYES_UNSEEN = "The eyes were too small or turned too far away to be measured."

Heads = Mapping[int, HeadSecond]
Times = Callable[[HeadSecond], tuple[float, ...] | None]


def head_measures(heads: Heads, seconds: int) -> tuple[Measure, ...]:
    """The measures over `seconds` seconds."""
    return (
        _share("facing", "Facing the camera, of the time the eyes were seen", heads, seconds,
               lambda head: head.facing),
        _counted("blinks", "Blinks", "a minute", heads, seconds, lambda head: head.blinks, BLINK_S),
        _share("eyes_closed", "Eyes closed or nearly", heads, seconds, lambda head: head.closed),
        _counted("nods", "Nods", "a minute", heads, seconds, lambda head: head.nods, GESTURE_S),
        _counted("shakes", "Shakes of the head", "a minute", heads, seconds,
                 lambda head: head.shakes, GESTURE_S),
        _angle("head_yaw", "Head turned to the picture's right, median", heads, seconds,
               [head.yaw for head in heads.values()]),
        _angle("head_pitch", "Head raised, median", heads, seconds,
               [head.pitch for head in heads.values()]),
        _angle("head_roll", "Head tilted, median", heads, seconds,
               [head.roll for head in heads.values()]),
        _angle("head_movement", "Head turning from one second to the next, median", heads, seconds,
               _turns(heads)),
    )  # fmt: skip


def head_lane(heads: Heads, seconds: int) -> Lane:
    """The share of each second in which the camera was faced."""
    values = tuple(heads[at].facing if at in heads else None for at in range(seconds))
    return Lane("facing", "Facing the camera", "share", 0.0, 1.0, values)


def head_note(heads: Heads) -> str:
    """What to know of these figures, in a sentence or two."""
    if any(head.blinks is not None for head in heads.values()):
        return (
            "Blinks, nods and head pose come from points of the face; blinks were tried on one "
            "labelled film, facing the camera and nods on none."
        )
    return (
        "Blinks, nods and shakes are not counted: that needs ten pictures a second, and the live "
        "camera sends two. Facing the camera is an estimate, tried on no labelled film."
    )


def _share(
    name: str, title: str, heads: Heads, seconds: int, of: Callable[[HeadSecond], float | None]
) -> Measure:
    values = [value for head in heads.values() if (value := of(head)) is not None]
    coverage = len(values) / seconds if seconds else 0.0
    note = _missing(heads, coverage, len(values), EYES_UNSEEN)
    value = None if note else sum(values) / len(values)
    return Measure(name, title, "share", value, coverage=coverage, note=note)


def _counted(
    name: str, title: str, unit: str, heads: Heads, seconds: int, of: Times, lasts_s: float
) -> Measure:
    """A rate over the seconds that could be counted in, and each time."""
    every = [found for head in heads.values() if (found := of(head)) is not None]
    coverage = len(every) / seconds if seconds else 0.0
    note = _missing(heads, coverage, len(every), TOO_SELDOM)
    if not note and len(every) < LEAST_COUNTED_S:
        note = TOO_SHORT
    times = sorted(at for each in every for at in each)
    return Measure(
        name,
        title,
        unit,
        None if note else len(times) / len(every) * 60,
        stretches=() if note else tuple(Stretch(at, at + lasts_s, title.lower()) for at in times),
        coverage=coverage,
        note=note,
    )


def _angle(name: str, title: str, heads: Heads, seconds: int, values: list[float]) -> Measure:
    coverage = len(heads) / seconds if seconds else 0.0
    note = _missing(heads, coverage, len(values), TOO_LITTLE)
    return Measure(
        name, title, "degrees", None if note else _median(values), coverage=coverage, note=note
    )


def _missing(heads: Heads, coverage: float, measured: int, otherwise: str) -> str:
    """Why there is no number; empty where there is one."""
    if not heads:
        return UNREAD
    if not measured:
        return otherwise
    return TOO_LITTLE if coverage < LEAST_COVERAGE else ""


def _turns(heads: Heads) -> list[float]:
    """Degrees between the poses of one second and the next."""
    return [
        math.hypot(heads[at + 1].yaw - head.yaw, heads[at + 1].pitch - head.pitch)
        for at, head in sorted(heads.items())
        if at + 1 in heads
    ]


def _median(values: list[float]) -> float:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
