"""Port of the face reader. Calls block; callers run them off the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class FaceReading:
    """What one frame shows; nothing else of it is kept.

    `box` is x, y, width, height in pixels of the largest face; `probabilities` follow
    `domain.interview.EMOTIONS` and sum to 1, None without a face; `quality` is 0..1 (size, light,
    sharpness).
    """

    faces: int
    box: tuple[int, int, int, int] | None
    probabilities: tuple[float, ...] | None
    quality: float


class FaceReader(Protocol):
    """Expressions of the largest face of a JPEG frame."""

    def read(self, jpeg: bytes) -> FaceReading:
        """Read one frame; raises FaceUnavailable when it is no picture."""
        ...
