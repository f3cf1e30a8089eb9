"""Port of the face reader. Calls block; callers run them off the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.domain.head import HeadFrame


@dataclass(frozen=True)
class FaceReading:
    """What one frame shows; nothing else of it is kept.

    `box` is x, y, width, height in pixels of the largest face; `probabilities` follow
    `domain.interview.EMOTIONS` and sum to 1, None without a face; `quality` is 0..1 (size, light,
    sharpness); `head` is None without a face, and where no landmark model is installed.
    """

    faces: int
    box: tuple[int, int, int, int] | None
    probabilities: tuple[float, ...] | None
    quality: float
    head: HeadFrame | None = None


class FaceReader(Protocol):
    """Expressions of the largest face of a JPEG frame."""

    def read(self, jpeg: bytes) -> FaceReading:
        """Read one frame; raises FaceUnavailable when it is no picture."""
        ...

    def follow(self, jpeg: bytes, last: HeadFrame | None) -> HeadFrame | None:
        """The head alone, near where it was in the picture before, else where a face is found.

        None without a face; raises FaceUnavailable when it is no picture or no landmark model is
        installed.
        """
        ...
