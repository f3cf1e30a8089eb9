"""Sound files of any rate, layout and format as blocks of 16 kHz mono: never whole at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.ports.errors import VoiceUnavailable

Floats = NDArray[np.float64]

RATE = 16_000
BLOCK_S = 30.0


def blocks_of(path: Path, block_s: float = BLOCK_S) -> Iterator[Floats]:
    """The sound within -1..1, in blocks of this length; the last one is shorter.

    Channels are averaged. What can be decoded before a fault in the file is given first.

    Raises:
        VoiceUnavailable: it can't be opened, holds no sound, or breaks off.
    """
    import av  # takes a moment: only when a file is read

    size = round(block_s * RATE)
    waiting: list[Floats] = []
    held, any_sound = 0, False
    try:
        for piece in _decoded(av, path):
            waiting.append(piece)
            any_sound = True
            held += len(piece)
            while held >= size:
                whole = np.concatenate(waiting)
                yield whole[:size]
                waiting, held = [whole[size:]], held - size
    except (av.FFmpegError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise VoiceUnavailable(f"{path.name} is no sound that can be read: {why}") from error
    if not any_sound:
        raise VoiceUnavailable(f"{path.name} holds no sound")
    if held:
        yield np.concatenate(waiting)


def _decoded(av: object, path: Path) -> Iterator[Floats]:
    with av.open(str(path), metadata_errors="ignore") as container:  # type: ignore[attr-defined]  # PyAV has no types here
        if not container.streams.audio:
            raise VoiceUnavailable(f"{path.name} holds no sound")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)  # type: ignore[attr-defined]  # as above
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                yield part.to_ndarray().ravel() / 32768.0
        for part in resampler.resample(None):
            yield part.to_ndarray().ravel() / 32768.0
