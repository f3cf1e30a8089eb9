"""How a head is turned, from the 468 points of MediaPipe's face mesh.

Three axes are laid through points that speaking hardly moves: across the face, from chin to
forehead, and out of it. The mesh brings a depth for each point, so no camera has to be guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(468, 3): x to the right, y downwards, z away from the camera, all in pixels."""

RIGHT_EYE, LEFT_EYE = (33, 133), (263, 362)
"""Outer and inner corner; the person's right eye is on the picture's left."""

_ACROSS = ((33, 263), (234, 454), (61, 291))
_CHIN, _FOREHEAD = 152, 10


@dataclass(frozen=True)
class Pose:
    """Degrees; the signs are those of `HeadFrame`."""

    yaw: float
    pitch: float
    roll: float


def pose_of(points: Points) -> Pose | None:
    """How the head is turned; None where the points lie on one line or at one place."""
    turned = points * np.array([1.0, -1.0, -1.0])
    across = _unit(sum((turned[to] - turned[start] for start, to in _ACROSS), np.zeros(3)))
    upwards = turned[_FOREHEAD] - turned[_CHIN]
    if across is None:
        return None
    up = _unit(upwards - across * float(across @ upwards))
    if up is None:
        return None
    out = np.cross(across, up)
    return Pose(
        yaw=math.degrees(math.atan2(out[0], out[2])),
        pitch=math.degrees(math.asin(max(-1.0, min(1.0, float(out[1]))))),
        roll=math.degrees(math.atan2(across[1], math.hypot(across[0], across[2]))),
    )


def _unit(vector: Points) -> Points | None:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-6 else None
