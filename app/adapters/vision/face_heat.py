"""Shows which part of a face an expression was read from, for any model.

Each patch of the face is covered with the face's own mean grey in turn; where the share of the
expression falls, the patch was what it was read from. Nothing of the model's inside is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.adapters.vision.face_reader import MODEL_SIDE, DeepFaceReader, standard
from app.adapters.vision.picture import Grey
from app.domain.interview import EMOTIONS

PATCH = 12
STEP = 4

Heat = NDArray[np.float64]


@dataclass(frozen=True)
class ExpressionHeat:
    """`heat` (48, 48) is 0..1 of the face's own greatest fall; `fall` is that in shares.

    A small `fall` means that no single part carried the expression.
    """

    name: str
    share: float
    heat: Heat
    fall: float


def heat_of(reader: DeepFaceReader, face: Grey, name: str | None = None) -> ExpressionHeat:
    """Where the expression `name` (else the strongest) is seen in a face's pixels."""
    small = standard(face)
    starts = range(0, MODEL_SIDE - PATCH + 1, STEP)
    places = [(top, left) for top in starts for left in starts]
    covered = [small]
    for top, left in places:
        view = small.copy()
        view[top : top + PATCH, left : left + PATCH] = round(float(small.mean()))
        covered.append(view)
    shares = reader.shares_of(covered)
    place = int(shares[0].argmax()) if name is None else EMOTIONS.index(name)
    total, count = np.zeros((MODEL_SIDE, MODEL_SIDE)), np.zeros((MODEL_SIDE, MODEL_SIDE))
    for (top, left), share in zip(places, shares[1:, place], strict=True):
        total[top : top + PATCH, left : left + PATCH] += max(0.0, shares[0, place] - share)
        count[top : top + PATCH, left : left + PATCH] += 1
    heat = total / count
    fall = float(heat.max())
    whole = heat / fall if fall > 0 else heat
    return ExpressionHeat(EMOTIONS[place], float(shares[0, place]), whole, fall)


def heat_picture(face: Grey, heat: Heat) -> bytes:
    """The face with its heat laid over it, as a PNG; bright is where it was read from."""
    size = (max(face.shape[1], 192), max(face.shape[0], 192))
    grey = cv2.resize(face, size, interpolation=cv2.INTER_LINEAR)
    warm = cv2.resize((heat * 255).astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
    colour = cv2.applyColorMap(warm, cv2.COLORMAP_INFERNO)
    mixed = cv2.addWeighted(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), 0.55, colour, 0.45, 0)
    return bytes(cv2.imencode(".png", mixed)[1].tobytes())
