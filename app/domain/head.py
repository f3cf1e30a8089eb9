"""How a head is held and where its eyes point, in angles alone: no point of a face is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where a face is in a picture, in pixels: the middle, the side of its square, its tilt."""

    x: float
    y: float
    side: float
    tilt: float


@dataclass(frozen=True)
class HeadFrame:
    """One face in one picture, in degrees.

    `yaw` is positive towards the picture's right, `pitch` upwards, `roll` where the eye on the
    picture's right is the higher one. `openness` is an eye's height by its width, about .3 open and
    .1 closed. `gaze_yaw` and `gaze_pitch` are where head and eyes point together, 0 to the camera;
    None with closed eyes. `eye_pixels` is the wider eye's width in the picture.
    """

    place: Place
    yaw: float
    pitch: float
    roll: float
    openness: float
    gaze_yaw: float | None
    gaze_pitch: float | None
    eye_pixels: float


@dataclass(frozen=True)
class HeadSecond:
    """One second of a head: means over the `seen` of `frames` pictures in which it was there.

    `facing` and `closed` are shares of the pictures seen; `facing` is None where every eye was
    closed or too small. `blinks`, `nods` and `shakes` are their times; None where the pictures of
    that second came too seldom or too small for counting.
    """

    frames: int
    seen: int
    yaw: float
    pitch: float
    roll: float
    facing: float | None
    closed: float | None
    blinks: tuple[float, ...] | None = None
    nods: tuple[float, ...] | None = None
    shakes: tuple[float, ...] | None = None
