"""A face reader that reads what it was told, and otherwise something fixed for each picture."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.head import HeadFrame, Place
from app.domain.interview import EMOTIONS
from app.ports.errors import FaceUnavailable
from app.ports.vision import FaceReading

NO_FACE = FaceReading(faces=0, box=None, probabilities=None, quality=0.0)
MAX_BYTES = 2 << 20


def smiling(share: float = 0.9) -> FaceReading:
    """One well-lit face that is happy by `share`, the rest spread evenly."""
    rest = (1.0 - share) / (len(EMOTIONS) - 1)
    shares = tuple(share if name == "happy" else rest for name in EMOTIONS)
    return FaceReading(faces=1, box=(160, 80, 320, 320), probabilities=shares, quality=0.9)


def straight(*, openness: float = 0.3, yaw: float = 0.0, pitch: float = 0.0) -> HeadFrame:
    """A head near the camera that looks where it is turned."""
    open_ = openness >= 0.15
    return HeadFrame(
        place=Place(320.0, 240.0, 300.0, 0.0),
        yaw=yaw,
        pitch=pitch,
        roll=0.0,
        openness=openness,
        gaze_yaw=yaw if open_ else None,
        gaze_pitch=pitch if open_ else None,
        eye_pixels=30.0,
    )


@dataclass
class FakeFaceReader:
    """A `FaceReader`: `script` says what single frames show; any other shows one face.

    `heads` are those of single frames; without any it has no landmark model.
    """

    script: Mapping[bytes, FaceReading] = field(default_factory=dict)
    frames: int = 0
    heads: Mapping[bytes, HeadFrame | None] = field(default_factory=dict)

    def follow(self, jpeg: bytes, last: HeadFrame | None) -> HeadFrame | None:
        """The scripted head, or a straight one."""
        if not self.heads:
            raise FaceUnavailable("No landmark model is installed on this server.")
        return self.heads.get(jpeg, straight())

    def read(self, jpeg: bytes) -> FaceReading:
        """The scripted reading, or one that depends on the frame's bytes alone."""
        self.frames += 1
        if not jpeg or len(jpeg) > MAX_BYTES or not jpeg.startswith(b"\xff\xd8\xff"):
            raise FaceUnavailable("The frame is no picture: expected a JPEG of at most 2 MB.")
        if jpeg in self.script:
            return self.script[jpeg]
        weights = [1 + byte for byte in hashlib.sha256(jpeg).digest()[: len(EMOTIONS)]]
        shares = tuple(weight / sum(weights) for weight in weights)
        return FaceReading(faces=1, box=(160, 80, 320, 320), probabilities=shares, quality=0.8)
