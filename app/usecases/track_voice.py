"""Follow a voice through sound of any length: a block at a time, cut where it is quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from app.delivery.voice_track import VoicePiece, VoiceTrack, piece_of, speech_of
from app.ports.speech import SAMPLE_RATE, VoiceActivity
from app.ports.voice import VoiceAnalyser

Floats = NDArray[np.float64]

LONGEST_WHOLE_S = 8.0
SHORTEST_PIECE_S = 3.0
LONGEST_PIECE_S = 6.0
_ACTIVITY_FRAME = 512
_QUIET_FRAME = SAMPLE_RATE // 20


class TrackVoice:
    """Measures blocks of 16 kHz mono within -1..1; holds one piece at a time."""

    def __init__(
        self, *, voice: VoiceAnalyser, activity: Callable[[], VoiceActivity], plain: bool = False
    ) -> None:
        """`plain` leaves the features out that only a reading of stress needs."""
        self._voice = voice
        self._activity = activity
        self._plain = plain

    def __call__(self, blocks: Iterable[Floats], start_s: float = 0.0) -> VoiceTrack:
        """The track; its times begin at `start_s`.

        Raises:
            VoiceUnavailable: the voice can't be measured.
            SpeechUnavailable: voice activity can't be told.
        """
        listening = _Listening(self._activity())
        pieces: list[VoicePiece] = []
        at = 0
        for wave in pieces_of(blocks):
            listening.hear(wave)
            phonation = self._voice.phonation(wave)
            from_s = start_s + at / SAMPLE_RATE
            pieces.append(piece_of(wave, from_s, phonation, plain=self._plain))
            at += len(wave)
        speech = speech_of(np.array(listening.probabilities), start_s)
        return VoiceTrack(tuple(pieces), speech, at / SAMPLE_RATE)


def pieces_of(blocks: Iterable[Floats]) -> Iterator[Floats]:
    """Sound of at most 8 s whole; longer sound cut into 3 to 6 s, where it is quietest."""
    held = np.zeros(0)
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) > LONGEST_WHOLE_S * SAMPLE_RATE:
            cut = _quietest(held)
            yield held[:cut]
            held = held[cut:]
    if len(held):
        yield held


def _quietest(wave: Floats) -> int:
    first, last = round(SHORTEST_PIECE_S * SAMPLE_RATE), round(LONGEST_PIECE_S * SAMPLE_RATE)
    frames = wave[first:last].reshape(-1, _QUIET_FRAME)
    return first + int((frames**2).mean(axis=1).argmin()) * _QUIET_FRAME + _QUIET_FRAME // 2


class _Listening:
    """Voice activity over pieces of any length."""

    def __init__(self, activity: VoiceActivity) -> None:
        self._activity = activity
        self._rest = np.zeros(0, dtype=np.int16)
        self.probabilities: list[float] = []

    def hear(self, wave: Floats) -> None:
        pcm = (wave.clip(-1, 1) * 32767).astype(np.int16)
        held = np.concatenate([self._rest, pcm])
        whole = len(held) // _ACTIVITY_FRAME * _ACTIVITY_FRAME
        for frame in held[:whole].reshape(-1, _ACTIVITY_FRAME):
            self.probabilities.append(self._activity.probability(frame))
        self._rest = held[whole:]
