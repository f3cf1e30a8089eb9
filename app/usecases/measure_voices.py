"""Measure the voice in one sound: plain figures, and a reading of stress against a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.delivery.own_voice import own_voice
from app.delivery.speech import is_filler
from app.delivery.stress import (
    LEVELS,
    assurance,
    index_confidence,
    level_of,
    share_confidence,
    stress_index,
)
from app.delivery.voice_track import VoiceSummary, VoiceTrack, summary_of
from app.domain.figures import StressReading
from app.ports.speech import SAMPLE_RATE, SpeechToText
from app.ports.voice import StressModel
from app.usecases.track_voice import TrackVoice

Floats = NDArray[np.float64]

LEAST_COVERAGE = 0.3
NARROW_CONFIDENCE = 0.5
LEAST_RATE_S = 1.0
LEAST_RATE_WORDS = 3
HEARD_AT_ONCE_S = 24.0

NO_SPEECH = "no speech was heard"
TOO_LITTLE = "the voice could be measured in too little of the speech"
CLIPPED = "clipped: too loud for the microphone, so loudness and stress are not measured"


@dataclass(frozen=True)
class VoiceReading:
    """All that one sound gave; `problem` says why something is missing."""

    track: VoiceTrack
    summary: VoiceSummary
    rate_wpm: float | None
    problem: str


class MeasureVoices:
    """Measures sounds; the words are counted only where a recogniser is given."""

    def __init__(self, *, track: TrackVoice, words: SpeechToText | None) -> None:
        self._track = track
        self._words = words

    def __call__(self, blocks: Iterable[Floats]) -> VoiceReading:
        """Measure one sound, given as blocks of 16 kHz mono within -1..1.

        Raises:
            VoiceUnavailable, SpeechUnavailable: the sound or an engine failed.
        """
        counted = _Counting(blocks, self._words)
        track = self._track(counted)
        rate = None
        if counted.words >= LEAST_RATE_WORDS and track.speech_seconds >= LEAST_RATE_S:
            rate = counted.words / (track.speech_seconds / 60)
        return VoiceReading(track, summary_of(track), rate, _problem(track))


def read_stress(
    track: VoiceTrack, *, own: Floats | None, model: StressModel | None
) -> tuple[StressReading, ...]:
    """A reading for each piece of the track; without level where it can't be compared.

    Raises:
        VoiceUnavailable: the model failed.
    """
    places = _places(track)
    shares = model.shares(track.rows, own) if model is not None and places else None
    base = own_voice(own) if own is not None else None
    out = []
    for piece in track.pieces:
        spoken = track.spoken(piece)
        span = piece.start_s, piece.start_s + piece.seconds
        place = places.get(piece.start_s)
        coverage = min(1.0, spoken / piece.seconds) if piece.seconds else 0.0
        if place is None or (shares is None and base is None):
            out.append(StressReading(*span, None, 0.0, 0.0 if place is None else coverage))
            continue
        sure = NARROW_CONFIDENCE if piece.narrow else 1.0
        assured = None if base is None else assurance(piece.row, base)
        if shares is not None:
            three = shares[place]
            level, confidence = LEVELS[int(three.argmax())], share_confidence(three)
            known = (float(three[0]), float(three[1]), float(three[2]))
            told = StressReading(*span, level, sure * confidence, coverage, known, assured)
            out.append(told)
        elif base is not None:
            index = stress_index(piece.row, base)
            confidence = sure * index_confidence(index)
            level = level_of(index)
            out.append(StressReading(*span, level, confidence, coverage, assurance=assured))
    return tuple(out)


def _places(track: VoiceTrack) -> dict[float, int]:
    """Which row of the track belongs to the piece that begins there."""
    usable = (piece.start_s for piece in track.pieces if track.usable(piece))
    return {start_s: n for n, start_s in enumerate(usable)}


def overall(track: VoiceTrack, readings: Iterable[StressReading]) -> StressReading:
    """One reading for the whole sound; without level where too little of it could be read."""
    known = [reading for reading in readings if reading.level is not None]
    coverage = track.coverage
    if not known or coverage < LEAST_COVERAGE:
        return StressReading(0.0, track.seconds, None, 0.0, coverage)
    weights = [reading.end_s - reading.start_s for reading in known]
    confidence = float(np.average([r.confidence for r in known], weights=weights)) * coverage
    if all(reading.shares is not None for reading in known):
        mean = np.average([r.shares for r in known], axis=0, weights=weights)
        three = (float(mean[0]), float(mean[1]), float(mean[2]))
        return StressReading(
            0.0, track.seconds, LEVELS[int(mean.argmax())], confidence, coverage, three
        )
    place = np.average([LEVELS.index(r.level) for r in known if r.level], weights=weights)
    return StressReading(0.0, track.seconds, LEVELS[round(float(place))], confidence, coverage)


def _problem(track: VoiceTrack) -> str:
    if not track.speech:
        return NO_SPEECH
    clipped = sum(track.spoken(piece) for piece in track.pieces if piece.clipped)
    if clipped > track.speech_seconds / 2:
        return CLIPPED
    return TOO_LITTLE if track.coverage < LEAST_COVERAGE else ""


class _Counting:
    """Passes blocks on, and counts the words in them as they go by."""

    def __init__(self, blocks: Iterable[Floats], recogniser: SpeechToText | None) -> None:
        self._blocks = blocks
        self._recogniser = recogniser
        self.words = 0

    def __iter__(self) -> Iterator[Floats]:
        held = np.zeros(0)
        size = round(HEARD_AT_ONCE_S * SAMPLE_RATE)
        for block in self._blocks:
            yield block
            if self._recogniser is None:
                continue
            held = np.concatenate([held, block])
            while len(held) > size:
                self._count(held[:size])
                held = held[size:]
        if self._recogniser is not None and len(held):
            self._count(held)

    def _count(self, wave: Floats) -> None:
        if self._recogniser is None:
            return
        heard = self._recogniser.transcribe((wave.clip(-1, 1) * 32767).astype(np.int16))
        if not heard.unreliable:
            words = (word.text for word in heard.words if not is_filler(word.text))
            self.words += sum(len(text.split()) for text in words)
