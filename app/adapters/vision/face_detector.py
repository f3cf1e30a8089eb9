"""Finds faces in a grey picture with OpenCV's Haar cascade, and rates how well one is seen."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np

from app.adapters.vision.picture import Grey
from app.ports.errors import FaceUnavailable

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

DETECTION_SIDE = 320
SCALE_FACTOR = 1.2
NEIGHBOURS = 5
SMALLEST_SIDE = 32
"""In pixels of the reduced picture: a tenth of its longer side."""

GOOD_SIDE = 96
"""A face of this many pixels or more loses no quality to its size."""

GOOD_SHARPNESS = 40.0
"""Variance of the Laplacian at 96 x 96: soft press photos reach it, blurred ones don't."""

DARK, LIT, BRIGHT, GLARING = 20.0, 60.0, 200.0, 245.0
"""Mean grey level: unusable below DARK and above GLARING, good from LIT to BRIGHT."""


class FaceDetector:
    """One cascade, shared by threads: OpenCV's detector keeps state, so calls take turns."""

    def __init__(self, cascade: Path) -> None:
        if not cascade.is_file():
            raise FaceUnavailable(
                f"The face detector {cascade} is missing; run `sounding models fetch haar`."
            )
        self._lock = threading.Lock()
        self._cascade = cv2.CascadeClassifier(str(cascade))
        if self._cascade.empty():
            raise FaceUnavailable(
                f"The face detector {cascade} can't be read; run `sounding models verify haar`."
            )

    def find(self, grey: Grey) -> tuple[Box, ...]:
        """Every face as a box inside the picture, the largest first."""
        height, width = grey.shape
        factor = min(1.0, DETECTION_SIDE / max(height, width))
        reduced = grey
        if factor < 1.0:
            size = (max(1, round(width * factor)), max(1, round(height * factor)))
            reduced = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        with self._lock:
            found = self._cascade.detectMultiScale(
                reduced,
                scaleFactor=SCALE_FACTOR,
                minNeighbors=NEIGHBOURS,
                minSize=(SMALLEST_SIDE, SMALLEST_SIDE),
            )
        boxes = [
            _inside([round(int(value) / factor) for value in face], width, height) for face in found
        ]
        return tuple(sorted(boxes, key=lambda box: (-box[2] * box[3], box)))


def quality(face: Grey) -> float:
    """0..1, the worst of a face's size, light and sharpness; `face` holds its pixels alone."""
    size = float(min(face.shape)) / GOOD_SIDE
    mean = float(face.mean())
    light = min((mean - DARK) / (LIT - DARK), (GLARING - mean) / (GLARING - BRIGHT))
    standard = cv2.resize(face, (GOOD_SIDE, GOOD_SIDE), interpolation=cv2.INTER_AREA)
    sharpness = float(cv2.Laplacian(standard, cv2.CV_32F).var()) / GOOD_SHARPNESS
    return float(max(0.0, min(1.0, size, light, sharpness)))


def _inside(box: list[int], width: int, height: int) -> Box:
    """The box, cut to the picture: scaling it back may round it one pixel over the edge."""
    left, top = max(0, box[0]), max(0, box[1])
    return left, top, min(box[2], width - left), min(box[3], height - top)
