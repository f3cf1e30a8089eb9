"""Takes moving pictures apart: a stream of JPEGs, or a video file, into grey frames with times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.adapters.vision.picture import MAX_SIDE, Grey, decode_grey
from app.ports.errors import FaceUnavailable

MJPEG_FRAMES_PER_SECOND = 10.0
"""What a bare stream of JPEGs is taken to run at: it carries no times."""

SAMPLED_PER_SECOND = 5.0
"""Of a video no more frames than this are read: an expression lasts longer."""

_START, _END = b"\xff\xd8", b"\xff\xd9"


@dataclass(frozen=True)
class Frame:
    """One picture of a film; `error` says why there is none."""

    time_s: float
    grey: Grey | None
    error: str = ""


def jpegs_of(stream: bytes) -> Iterator[bytes]:
    """Each JPEG between its start and end marks; what follows the last whole one is left out."""
    at = stream.find(_START)
    while at >= 0:
        end = stream.find(_END, at)
        if end < 0:
            return
        yield stream[at : end + 2]
        at = stream.find(_START, end)


def frames_of(file: Path) -> Iterator[Frame]:
    """The frames of a video file, a few a second; raises FaceUnavailable when none can be read."""
    if file.suffix.lower() in (".mjpeg", ".mjpg"):
        yield from _stream(file)
        return
    film = cv2.VideoCapture(str(file))
    try:
        if not film.isOpened():
            raise FaceUnavailable(f"{file.name} can't be opened as a video.")
        yield from _sampled(film, file.name)
    finally:
        film.release()


def _stream(file: Path) -> Iterator[Frame]:
    found = False
    for count, jpeg in enumerate(jpegs_of(file.read_bytes())):
        found = True
        time_s = count / MJPEG_FRAMES_PER_SECOND
        try:
            yield Frame(time_s, decode_grey(jpeg))
        except FaceUnavailable as error:
            yield Frame(time_s, None, str(error))
    if not found:
        raise FaceUnavailable(f"{file.name} has no whole picture in it.")


def _sampled(film: cv2.VideoCapture, name: str) -> Iterator[Frame]:
    """Frames are skipped without decoding them; times are the file's own where it has some."""
    rate = film.get(cv2.CAP_PROP_FPS)
    rate = rate if 0.1 <= rate <= 1000 else MJPEG_FRAMES_PER_SECOND
    count, due, last = 0, 0.0, -1.0
    while film.grab():
        told = film.get(cv2.CAP_PROP_POS_MSEC) / 1000
        time_s = told if told > last else count / rate
        last, count = max(last, time_s), count + 1
        if time_s + 1e-6 < due:
            continue
        due = time_s + 1 / SAMPLED_PER_SECOND - 0.5 / rate
        read, picture = film.retrieve()
        yield _frame(time_s, picture if read else None)
    if not count:
        raise FaceUnavailable(f"{name} holds no frame that can be read.")


def _frame(time_s: float, picture: object) -> Frame:
    if not isinstance(picture, np.ndarray) or picture.size == 0:
        return Frame(time_s, None, "The frame can't be decoded.")
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if picture.ndim == 3 else picture
    longest = max(grey.shape)
    if longest > MAX_SIDE:
        scale = MAX_SIDE / longest
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return Frame(time_s, np.asarray(grey, np.uint8))
