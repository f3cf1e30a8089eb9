"""Finds the points of a face with MediaPipe's face mesh and eye models, run by OpenCV.

Both models are small convolutional networks that OpenCV's own reader takes as they are. The points
stay in here: what goes out are a head's angles and how far its eyes are open.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.adapters.vision.face_detector import Box
from app.adapters.vision.picture import Grey
from app.delivery.eyes import CLOSED, Eye, both, eye_of
from app.delivery.head_pose import LEFT_EYE, RIGHT_EYE, Points, pose_of
from app.domain.head import HeadFrame, Place
from app.ports.errors import FaceUnavailable

MESH, IRIS = "face_landmark.tflite", "iris_landmark.tflite"
MESH_SIDE, EYE_SIDE = 192, 64
POINTS = 468
FACE_MARGIN, EYE_MARGIN = 1.5, 2.3
"""The square that a model is shown, by the face's longest side or the eye's width."""

SMALLEST, LARGEST = 24.0, 4.0
"""The square around a face: at least so many pixels, at most so many times the picture's side."""

TILTED = 0.15
"""Radians: a face that stands this much more slanted than expected is looked at once more."""

LEAST_CERTAIN = 0.5
"""Below this share the mesh model itself says that it sees no face."""

Floats = NDArray[np.float64]


class FaceLandmarks:
    """Both networks; safe to share between threads, which take turns."""

    def __init__(self, folder: Path) -> None:
        """Load the models; raises FaceUnavailable when a file is missing or unreadable."""
        self._lock = threading.Lock()
        self._mesh, self._iris = _network(folder / MESH), _network(folder / IRIS)

    def find(self, grey: Grey, box: Box) -> HeadFrame | None:
        """The head within the box of a face detector; None where the model sees none."""
        left, top, width, height = box
        middle = (left + width / 2, top + height / 2)
        rough = Place(*middle, side=max(width, height) * FACE_MARGIN, tilt=0.0)
        points = self._points(grey, rough)
        return None if points is None else self.follow(grey, _place(points))

    def follow(self, grey: Grey, place: Place) -> HeadFrame | None:
        """The head near where it was in the picture before; None where it is no longer."""
        if not SMALLEST <= place.side <= LARGEST * max(grey.shape):
            return None
        points = self._points(grey, place)
        if points is not None and abs(_place(points).tilt - place.tilt) > TILTED:
            points = self._points(grey, _place(points))
        pose = None if points is None else pose_of(points)
        if points is None or pose is None:
            return None
        right, left = (self._eye(grey, points, *each) for each in (RIGHT_EYE, LEFT_EYE))
        if right is None or left is None:
            return None
        eyes = both(right, left)
        open_ = eyes.openness >= CLOSED
        return HeadFrame(
            place=_place(points),
            yaw=pose.yaw,
            pitch=pose.pitch,
            roll=pose.roll,
            openness=eyes.openness,
            gaze_yaw=pose.yaw + eyes.yaw if open_ else None,
            gaze_pitch=pose.pitch + eyes.pitch if open_ else None,
            eye_pixels=eyes.pixels,
        )

    def _points(self, grey: Grey, place: Place) -> Points | None:
        view, back = _view(grey, place, MESH_SIDE)
        told = self._run(self._mesh, view)
        certainty, found = sorted(told, key=len)
        if certainty.size != 1 or found.size != POINTS * 3:
            raise FaceUnavailable("The face mesh gave another number of points than it should.")
        if 1 / (1 + math.exp(-float(np.clip(certainty[0], -50, 50)))) < LEAST_CERTAIN:
            return None
        points = found.reshape(POINTS, 3)
        flat = points[:, :2] @ back[:, :2].T + back[:, 2]
        return np.column_stack([flat, points[:, 2] * place.side / MESH_SIDE])

    def _eye(self, grey: Grey, points: Points, outer: int, inner: int) -> Eye | None:
        """The model knows one kind of eye; the other one is shown to it mirrored."""
        mirrored = (outer, inner) == LEFT_EYE
        start, end = points[outer, :2], points[inner, :2]
        along = start - end if mirrored else end - start
        width = float(np.linalg.norm(along))
        if width < 1.0:
            return None
        middle = (start + end) / 2
        tilt = math.atan2(along[1], along[0])
        place = Place(float(middle[0]), float(middle[1]), width * EYE_MARGIN, tilt)
        view, back = _view(grey, place, EYE_SIDE)
        told = sorted(self._run(self._iris, view[:, ::-1] if mirrored else view), key=len)
        iris, outline = (_put_back(each.reshape(-1, 3)[:, :2], back, mirrored) for each in told)
        return eye_of(outline, iris[0])

    def _run(self, network: cv2.dnn.Net, view: Grey) -> Sequence[Floats]:
        colour = np.repeat(view[None, None].astype(np.float32) / 255, 3, axis=1)
        try:
            with self._lock:
                network.setInput(colour)
                told = network.forward(network.getUnconnectedOutLayersNames())
        except cv2.error as error:
            raise FaceUnavailable("The landmark model failed on this frame.") from error
        return [np.asarray(each, dtype=np.float64).ravel() for each in told]


def _network(file: Path) -> cv2.dnn.Net:
    if not file.is_file():
        raise FaceUnavailable(
            f"The landmark model {file} is missing; run `sounding models fetch face-landmarks`."
        )
    try:
        return cv2.dnn.readNetFromTFLite(str(file))
    except cv2.error as error:
        raise FaceUnavailable(
            f"The landmark model {file} can't be read; run `sounding models verify face-landmarks`."
        ) from error


def _view(grey: Grey, place: Place, side: int) -> tuple[Grey, Floats]:
    """The place as an upright square, and the map from its pixels back to the picture's."""
    scale = place.side / side
    across, along = math.cos(place.tilt) * scale, math.sin(place.tilt) * scale
    half = side / 2
    back = np.array(
        [
            [across, -along, place.x - (across - along) * half],
            [along, across, place.y - (along + across) * half],
        ]
    )
    view = cv2.warpAffine(grey, back, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return np.asarray(view, np.uint8), back


def _put_back(points: Floats, back: Floats, mirrored: bool) -> Floats:
    if mirrored:
        points = np.column_stack([EYE_SIDE - points[:, 0], points[:, 1]])
    flat: Floats = points @ back[:, :2].T + back[:, 2]
    return flat


def _place(points: Points) -> Place:
    """The square around the points, tilted as the eyes are."""
    along = points[LEFT_EYE[0], :2] - points[RIGHT_EYE[0], :2]
    tilt = math.atan2(along[1], along[0])
    turn = np.array([[math.cos(tilt), math.sin(tilt)], [-math.sin(tilt), math.cos(tilt)]])
    upright = points[:, :2] @ turn.T
    low, high = upright.min(axis=0), upright.max(axis=0)
    middle = (low + high) / 2 @ turn
    side = float((high - low).max()) * FACE_MARGIN
    return Place(float(middle[0]), float(middle[1]), side, tilt)
