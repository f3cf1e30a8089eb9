"""Sound and pictures out of files that people bring, by FFmpeg's libraries inside PyAV."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np

from app.ports.errors import MediaUnreadable
from app.ports.media import MediaFacts, Still
from app.ports.speech import SAMPLE_RATE, Pcm

log = logging.getLogger(__name__)

WIDEST = 640
MOST_PIXELS = 8192 * 4320
_MICROSECONDS = 1_000_000
_QUALITY = 85
_PICTURES = ("_pipe", "image2")
_KNOWN = "Expected a film or sound that can be played, such as mp4, webm or wav"


class AvMedia:
    """A `MediaReader`; each call opens the file anew from its beginning."""

    def facts(self, file: BinaryIO) -> MediaFacts:
        """What the file holds.

        Raises:
            MediaUnreadable: it is no such file, or holds neither sound nor pictures.
        """
        with _opened(file) as container:
            sound, film = bool(container.streams.audio), _film(container) is not None
            if not sound and not film:
                raise MediaUnreadable(f"{_KNOWN}; found neither sound nor pictures.")
            length = container.duration
        return MediaFacts(length / _MICROSECONDS if length and length > 0 else None, sound, film)

    def sound(self, file: BinaryIO) -> Iterator[Pcm]:
        """Its sound as 16 kHz mono, block by block.

        Raises:
            MediaUnreadable: nothing of it can be decoded.
        """
        import av

        began = False
        try:
            with _opened(file) as container:
                resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
                for frame in container.decode(audio=0):
                    for part in resampler.resample(frame):
                        began = True
                        yield part.to_ndarray().ravel().astype(np.int16)
                for part in resampler.resample(None):
                    yield part.to_ndarray().ravel().astype(np.int16)
        except (av.FFmpegError, ValueError, IndexError) as error:
            if not began:
                raise MediaUnreadable("The sound of this file can't be decoded.") from error
            log.warning("a file broke off: %s", type(error).__name__)

    def stills(self, file: BinaryIO, every_s: float) -> Iterator[Still]:
        """A picture every so many seconds; ends at a fault, and has none where none can be read."""
        import av

        try:
            with _opened(file) as container:
                film = _film(container)
                if film is None:
                    return
                due = 0.0
                for frame in container.decode(film):
                    at = float(frame.time or 0.0)
                    if at + 1e-6 < due or frame.width * frame.height > MOST_PIXELS:
                        continue
                    due = max(due + every_s, at)
                    yield Still(at, _jpeg(frame))
        except (av.FFmpegError, ValueError) as error:
            log.warning("a film broke off: %s", type(error).__name__)


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Any]:
    import av  # takes a moment: only when a file is read

    file.seek(0)
    try:
        container = av.open(file, "r", metadata_errors="ignore")
    except (av.FFmpegError, ValueError, OSError) as error:
        raise MediaUnreadable(f"{_KNOWN}; this file can't be opened.") from error
    with container:
        if container.format.name.endswith(_PICTURES):
            raise MediaUnreadable(f"{_KNOWN}; found a single picture.")
        yield container


def _film(container: Any) -> Any | None:  # noqa: ANN401  # PyAV has no types here
    """The moving pictures; a cover beside music is none."""
    for stream in container.streams.video:
        if "attached_pic" not in str(stream.disposition).lower():
            return stream
    return None


def _jpeg(frame: Any) -> bytes:  # noqa: ANN401  # PyAV has no types here
    import cv2

    picture = frame.to_ndarray(format="bgr24")
    tall, wide = picture.shape[:2]
    if wide > WIDEST:
        size = (WIDEST, max(1, round(tall * WIDEST / wide)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    done, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return bytes(coded) if done else b""
