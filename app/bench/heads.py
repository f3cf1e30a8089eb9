"""What following a head costs a picture, and how well known turns of a picture are read back.

Nothing here is labelled: a mirror image must turn a head the other way, and a picture turned by so
many degrees must roll it by as many.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import cv2
import numpy as np

from app.adapters.files.models import ModelStore
from app.adapters.vision.face_detector import FaceDetector
from app.adapters.vision.landmarks import FaceLandmarks
from app.adapters.vision.picture import Grey, decode_grey
from app.domain.head import HeadFrame

TURNS = (-20, -10, 10, 20)
EVERY = 10
"""The film shows each of its faces ten times."""

ROUNDS = 3


def heads_of(frames: Sequence[bytes]) -> dict[str, Any] | None:
    """Milliseconds a followed picture, and errors in degrees over the film's faces.

    None where the landmark model is not here; raises FaceUnavailable where it can't be read.
    """
    store = ModelStore()
    if store.missing(["face-landmarks", "haar"]):
        return None
    landmarks = FaceLandmarks(store.model_folder("face-landmarks"))
    detector = FaceDetector(store.path("haar", "haarcascade_frontalface_default.xml"))
    pictures = [decode_grey(frame) for frame in frames]
    known = [
        (grey, head) for grey in pictures[::EVERY] if (head := _head(landmarks, detector, grey))
    ]
    spent = []
    for _ in range(ROUNDS):
        for grey, head in known:
            began = time.perf_counter()
            landmarks.follow(grey, head.place)
            spent.append((time.perf_counter() - began) * 1000)
    mirrored = [
        (head, other)
        for grey, head in known
        if (other := _head(landmarks, detector, np.ascontiguousarray(grey[:, ::-1])))
    ]
    rolls = [error for grey, head in known for error in _roll_errors(landmarks, grey, head)]
    return {
        "faces": len(known),
        "ms_per_picture": _spread(spent),
        "mirrored": len(mirrored),
        "mirror_yaw_error": _spread([abs(one.yaw + other.yaw) for one, other in mirrored]),
        "mirror_pitch_error": _spread([abs(one.pitch - other.pitch) for one, other in mirrored]),
        "mirror_opening_error": _spread(
            [abs(one.openness - other.openness) for one, other in mirrored]
        ),
        "rolled": len(rolls),
        "roll_error": _spread(rolls),
    }


def _head(landmarks: FaceLandmarks, detector: FaceDetector, grey: Grey) -> HeadFrame | None:
    boxes = detector.find(grey)
    return landmarks.find(grey, boxes[0]) if boxes else None


def _roll_errors(landmarks: FaceLandmarks, grey: Grey, head: HeadFrame) -> Iterator[float]:
    height, width = grey.shape
    for degrees in TURNS:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        turned = np.asarray(
            cv2.warpAffine(grey, turn, (width, height), borderValue=128.0), np.uint8
        )
        other = landmarks.follow(turned, head.place)
        if other is not None:
            yield abs(other.roll - head.roll - degrees)


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    return {
        "least": round(min(values), 2),
        "median": round(median(values), 2),
        "most": round(max(values), 2),
    }
