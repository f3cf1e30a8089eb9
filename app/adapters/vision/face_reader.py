"""Reads expressions with DeepFace's emotion pipeline on our own face crop.

The weights in DeepFace's place are mini_XCEPTION's, so this is DeepFace's pipeline with another
model. DeepFace is imported when a reader is made, not before: a process that serves only
assessments never loads it. No picture is kept.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.adapters.vision.face_detector import Box, FaceDetector, quality
from app.adapters.vision.landmarks import FaceLandmarks
from app.adapters.vision.picture import Grey, decode_grey
from app.domain.head import HeadFrame
from app.domain.interview import EMOTIONS
from app.ports.errors import FaceUnavailable
from app.ports.vision import FaceReading

WEIGHTS = "facial_expression_model_weights.onnx"
"""The file name under which DeepFace looks for its emotion model."""

MODEL_SIDE = 48

SAME_FACE = 0.6
"""Correlation of the face's place with that of the frame before; below, it is looked for again."""


class DeepFaceReader:
    """A `FaceReader` on OpenCV and DeepFace; safe to share between threads."""

    def __init__(
        self,
        emotion_weights: Path,
        face_cascade: Path,
        *,
        mirrored: bool = True,
        landmarks: FaceLandmarks | None = None,
    ) -> None:
        """Load both models; raises FaceUnavailable when a file is missing or unreadable.

        `emotion_weights` may be any model in DeepFace's contract; `mirrored` reads the mirror image
        too and takes the mean. Without `landmarks` a reading has no head.
        """
        self._detector = FaceDetector(face_cascade)
        self._model = _load_deepface(emotion_weights)
        self._mirrored = mirrored
        self._landmarks = landmarks

    def read(self, jpeg: bytes) -> FaceReading:
        """Find the faces of a frame and read the largest one; raises FaceUnavailable."""
        return self.read_grey(decode_grey(jpeg))

    def follow(self, jpeg: bytes, last: HeadFrame | None) -> HeadFrame | None:
        """The head alone, near where it was; raises FaceUnavailable without a landmark model."""
        if self._landmarks is None:
            raise FaceUnavailable("No landmark model is installed on this server.")
        grey = decode_grey(jpeg)
        head = None if last is None else self._landmarks.follow(grey, last.place)
        if head is not None:
            return head
        boxes = self._detector.find(grey)
        return self._landmarks.find(grey, boxes[0]) if boxes else None

    def read_near(self, jpeg: bytes, last: FaceReading) -> FaceReading:
        """Read a frame at the place where `last` saw a face, without looking for it again."""
        return self.read_grey_near(decode_grey(jpeg), last)

    def read_cropped(self, picture: bytes) -> FaceReading:
        """Take the whole picture (its middle square) as one face, from 48 x 48 pixels."""
        return self.read_grey_cropped(decode_grey(picture))

    def read_grey_near(self, grey: Grey, last: FaceReading) -> FaceReading:
        """As `read_near`, of pixels."""
        if last.box is None or not _fits(last.box, grey):
            return self.read_grey(grey)
        return self._reading(grey, last.faces, last.box)

    def read_grey_cropped(self, grey: Grey) -> FaceReading:
        """As `read_cropped`, of pixels."""
        height, width = grey.shape
        side = min(height, width)
        if side < MODEL_SIDE:
            raise FaceUnavailable(
                f"The face is {width} x {height} pixels; expected at least 48 x 48."
            )
        return self._reading(grey, 1, ((width - side) // 2, (height - side) // 2, side, side))

    def read_grey(self, grey: Grey) -> FaceReading:
        """As `read`, of pixels."""
        boxes = self._detector.find(grey)
        if not boxes:
            return FaceReading(faces=0, box=None, probabilities=None, quality=0.0)
        return self._reading(grey, len(boxes), boxes[0])

    def _reading(self, grey: Grey, faces: int, box: Box) -> FaceReading:
        face = _cut(grey, box)
        head = None if self._landmarks is None else self._landmarks.find(grey, box)
        return FaceReading(faces, box, self._probabilities(face), quality(face), head)

    def _probabilities(self, face: Grey) -> tuple[float, ...]:
        """Mean over the face and its mirror image, in the order of `EMOTIONS`, sum 1.

        The Haar box is used as it is: FER-2013's own faces were framed by it, and a wider crop
        read worse (5 % wider: a point, 20 %: six points). DeepFace's own model client gets both
        views at once: the same verdict as two calls of `DeepFace.analyze` in a quarter of the time.
        """
        small = standard(face)
        views = [small, small[:, ::-1]] if self._mirrored else [small]
        mean = self.shares_of(views).mean(axis=0)
        return tuple(float(value) for value in mean / mean.sum())

    def shares_of(self, faces: Sequence[Grey]) -> NDArray[np.float64]:
        """Shares (n, 7) of faces of 48 x 48 pixels, each as it is; raises FaceUnavailable."""
        colour = [cv2.cvtColor(face, cv2.COLOR_GRAY2BGR).astype(np.float32) / 255 for face in faces]
        try:
            said = np.asarray(self._model.predict(colour), dtype=np.float64)
            return said.reshape(len(faces), len(EMOTIONS))
        except (ValueError, RuntimeError, cv2.error) as error:
            raise FaceUnavailable("The expression model failed on this frame.") from error


def standard(face: Grey) -> Grey:
    """The face as the model takes it, 48 x 48 pixels."""
    small = cv2.resize(face, (MODEL_SIDE, MODEL_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


@dataclass
class TrackedFaceReader:
    """A `FaceReader` for the frames of one person's camera.

    It looks for the face again every `every` frames, when there was none, and when what it sees at
    the face's place is no longer the same: a face that left is not read on from a wall.
    """

    reader: DeepFaceReader
    every: int = 5
    _last: FaceReading | None = None
    _seen: Grey | None = None
    _since: int = 0

    def read(self, jpeg: bytes) -> FaceReading:
        """Read the next frame of the camera; raises FaceUnavailable."""
        return self.read_grey(decode_grey(jpeg))

    def read_grey(self, grey: Grey) -> FaceReading:
        """As `read`, of pixels."""
        last = self._last
        if last is not None and self._since + 1 < self.every and self._still_there(grey, last):
            reading = self.reader.read_grey_near(grey, last)
            self._since += 1
        else:
            reading, self._since = self.reader.read_grey(grey), 0
        self._last = reading
        self._seen = None if reading.box is None else standard(_cut(grey, reading.box))
        return reading

    def _still_there(self, grey: Grey, last: FaceReading) -> bool:
        if last.box is None or self._seen is None or not _fits(last.box, grey):
            return False
        now = standard(_cut(grey, last.box))
        return float(cv2.matchTemplate(now, self._seen, cv2.TM_CCOEFF_NORMED)[0, 0]) >= SAME_FACE


def _cut(grey: Grey, box: Box) -> Grey:
    left, top, width, height = box
    return grey[top : top + height, left : left + width]


def _fits(box: Box, grey: Grey) -> bool:
    height, width = grey.shape
    return bool(box[0] + box[2] <= width and box[1] + box[3] <= height)


def _load_deepface(weights: Path) -> Any:  # noqa: ANN401 - DeepFace has no types
    """Import DeepFace on the onnx engine, with its home set so that it never downloads."""
    if not weights.is_file():
        raise FaceUnavailable(
            f"The expression model {weights} is missing; run `sounding models fetch emotion`."
        )
    if weights.name == WEIGHTS:
        return _loaded(weights, _deepface_home(weights))
    with tempfile.TemporaryDirectory(prefix="sounding-deepface-") as folder:
        place = Path(folder) / ".deepface" / "weights" / WEIGHTS
        place.parent.mkdir(parents=True)
        shutil.copyfile(weights, place)
        return _loaded(weights, Path(folder))


def _loaded(weights: Path, home: Path) -> Any:  # noqa: ANN401 - DeepFace has no types
    """DeepFace's client; `DeepFace.build_model` would give back whichever was loaded first."""
    os.environ["DEEPFACE_BACKEND_ENGINE"] = "onnx"
    os.environ["DEEPFACE_HOME"] = str(home)
    try:
        from deepface.models.demography.onnx.Emotion import EmotionClient

        model = EmotionClient()
        said = np.asarray(model.predict([np.zeros((MODEL_SIDE, MODEL_SIDE, 3), np.float32)]))
    except Exception as error:  # DeepFace and onnxruntime share no family of errors
        raise FaceUnavailable(
            f"The expression model {weights} can't be loaded ({error}); "
            "run `sounding models verify emotion`."
        ) from error
    if said.size != len(EMOTIONS):
        raise FaceUnavailable(
            f"The expression model {weights} gives {said.size} numbers for a face; expected "
            f"{len(EMOTIONS)}."
        )
    return model


def _deepface_home(weights: Path) -> Path:
    """A folder laid out as DeepFace wants it: beside the weights, else a temporary one.

    The temporary one is for a shared cache that can't be written.
    """
    for home in (weights.parent, Path(tempfile.gettempdir()) / f"sounding-deepface-{os.getuid()}"):
        place = home / ".deepface" / "weights" / WEIGHTS
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists() or not place.samefile(weights):
                scratch = place.with_name(f"{WEIGHTS}.{os.getpid()}")
                scratch.symlink_to(weights.resolve())
                scratch.replace(place)
        except OSError:
            continue
        return home
    raise FaceUnavailable(f"No folder could be made for the expression model {weights}.")
