"""Small films and sounds, made on the spot."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np

RATE = 16_000


def clip(
    seconds: float = 2.0,
    *,
    kind: str = "mp4",
    picture: bool = True,
    sound: bool = True,
    rate: int = 44_100,
    channels: int = 2,
    size: tuple[int, int] = (160, 120),
) -> bytes:
    """A grey film with a tone under it, in a container of this kind."""
    video, audio = {
        "mp4": ("mpeg4", "aac"),
        "webm": ("libvpx", "libopus"),
        "wav": ("", "pcm_s16le"),
    }[kind]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as made:
        streams = []
        if picture and video:
            film = made.add_stream(video, rate=10)
            film.width, film.height = size
            film.pix_fmt = "yuv420p"
            streams.append((film, _pictures(seconds, size)))
        if sound:
            rate = 48_000 if kind == "webm" else rate
            layout = "stereo" if channels == 2 else "mono"
            voice = made.add_stream(audio, rate=rate)
            voice.layout = layout
            streams.append((voice, _tone(seconds, rate, layout)))
        for stream, frames in streams:
            for frame in frames:
                made.mux(stream.encode(frame))
            made.mux(stream.encode(None))
    return buffer.getvalue()


def _pictures(seconds: float, size: tuple[int, int]) -> list[av.VideoFrame]:
    frames = []
    for number in range(round(seconds * 10)):
        grey = np.full((size[1], size[0], 3), 90 + number % 60, dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, 10)
        frames.append(frame)
    return frames


def _tone(seconds: float, rate: int, layout: str) -> list[av.AudioFrame]:
    wave = (np.sin(np.arange(round(seconds * rate)) * 440 * 2 * np.pi / rate) * 9000).astype("<i2")
    frames = []
    for start in range(0, len(wave), 960):
        piece = wave[start : start + 960]
        packed = np.repeat(piece, 2) if layout == "stereo" else piece
        frame = av.AudioFrame.from_ndarray(packed.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        frames.append(frame)
    return frames
