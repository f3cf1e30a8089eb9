"""Reads pictures and videos of faces into lines: one a picture, one a second of a video.

A line without a face has no expression, and one of a broken file says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.adapters.vision.face_reader import DeepFaceReader, TrackedFaceReader
from app.adapters.vision.film import Frame, frames_of
from app.adapters.vision.picture import decode_grey_file
from app.domain.interview import EMOTIONS
from app.ports.errors import FaceUnavailable
from app.ports.vision import FaceReading

PICTURES = (".jpg", ".jpeg", ".png")
VIDEOS = (".mp4", ".webm", ".mkv", ".mov", ".avi", ".mjpeg", ".mjpg")


@dataclass(frozen=True)
class FaceLine:
    """What one picture, or one second of a video, showed.

    `coverage` is the share of the frames in which a face was seen. `error` says why nothing was
    read.
    """

    file: str
    time_s: float
    faces: int
    shares: tuple[float, ...] | None
    coverage: float
    quality: float
    error: str = ""

    @property
    def emotion(self) -> str | None:
        """The expression that stands out most; None without a face."""
        if self.shares is None:
            return None
        return EMOTIONS[max(range(len(EMOTIONS)), key=self.shares.__getitem__)]


def find_files(place: Path) -> tuple[Path, ...]:
    """The pictures and videos of a folder and below it, or the one file, by name."""
    if place.is_file():
        return (place,)
    found = (file for file in place.rglob("*") if file.suffix.lower() in PICTURES + VIDEOS)
    return tuple(sorted(file for file in found if file.is_file()))


def read_file(
    file: Path, name: str, reader: DeepFaceReader, *, cropped: bool
) -> Iterator[FaceLine]:
    """The lines of one file; a file that can't be read is one line with its error."""
    try:
        if file.suffix.lower() in PICTURES:
            yield _picture(file, name, reader, cropped)
        else:
            yield from _video(file, name, reader, cropped)
    except (FaceUnavailable, OSError) as error:
        yield FaceLine(name, 0.0, 0, None, 0.0, 0.0, str(error))


def _picture(file: Path, name: str, reader: DeepFaceReader, cropped: bool) -> FaceLine:
    grey = decode_grey_file(file.read_bytes())
    read = reader.read_grey_cropped(grey) if cropped else reader.read_grey(grey)
    return _line(name, 0.0, [read], 1, "")


def _video(file: Path, name: str, reader: DeepFaceReader, cropped: bool) -> Iterator[FaceLine]:
    tracked = TrackedFaceReader(reader)
    second, frames, error, count = 0, list[FaceReading](), "", 0
    for frame in frames_of(file):
        if int(frame.time_s) != second and count:
            yield _line(name, second, frames, count, error)
            frames, error, count = [], "", 0
        second, count = int(frame.time_s), count + 1
        if frame.grey is None:
            error = frame.error
            continue
        frames.append(_read(frame, reader, tracked, cropped))
    if count:
        yield _line(name, second, frames, count, error)


def _read(
    frame: Frame, reader: DeepFaceReader, tracked: TrackedFaceReader, cropped: bool
) -> FaceReading:
    if frame.grey is None:
        raise FaceUnavailable(frame.error)
    return reader.read_grey_cropped(frame.grey) if cropped else tracked.read_grey(frame.grey)


def _line(name: str, time_s: float, frames: list[FaceReading], count: int, error: str) -> FaceLine:
    seen = [frame.probabilities for frame in frames if frame.probabilities is not None]
    means = (
        tuple(sum(each[n] for each in seen) / len(seen) for n in range(len(EMOTIONS)))
        if seen
        else None
    )
    quality = sum(frame.quality for frame in frames) / count
    faces = max((frame.faces for frame in frames), default=0)
    return FaceLine(name, float(time_s), faces, means, len(seen) / count, quality, error)
