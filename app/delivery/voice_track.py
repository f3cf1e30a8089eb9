"""The voice over the time of a stretch of sound, and the plain figures that follow from it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.delivery.spectra import RATE, spectra_of
from app.delivery.voice_features import FEATURES, FRAMES_PER_S, features_of
from app.domain.phonation import Phonation

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ACTIVITY_S = 512 / RATE
SPEECH_FROM = 0.5
SILENCE_BELOW = 0.35
SHORTEST_SILENCE_S = 0.1
SHORTEST_SPEECH_S = 0.1
SHORTEST_PAUSE_S = 0.25
CLIPPED_FROM = 0.985
MOST_CLIPPED = 0.01
JUMP_ST = 7.0
LEAST_VOICED_S = 0.3
LEAST_VOICED_SHARE = 0.2  # of the speech; below, hoarse or noisy sound has stray pitch alone


@dataclass(frozen=True)
class VoicePiece:
    """A few seconds of sound, measured: frames of 10 ms, and one row of features."""

    start_s: float
    seconds: float
    pitch_hz: Floats
    loudness_db: Floats
    row: Floats
    clipped: bool
    narrow: bool


@dataclass(frozen=True)
class VoiceTrack:
    """Pieces in order and where somebody speaks, in seconds of the sound."""

    pieces: tuple[VoicePiece, ...]
    speech: tuple[tuple[float, float], ...]
    seconds: float

    @property
    def speech_seconds(self) -> float:
        """How long somebody speaks."""
        return sum(end - start for start, end in self.speech)

    @property
    def pauses(self) -> tuple[tuple[float, float], ...]:
        """Silences inside the speech, longer than a quarter of a second."""
        gaps = ((before[1], after[0]) for before, after in pairwise(self.speech))
        return tuple((start, end) for start, end in gaps if end - start > SHORTEST_PAUSE_S)

    def speech_in(self, piece: VoicePiece) -> tuple[tuple[float, float], ...]:
        """The spans of speech that touch a piece."""
        end = piece.start_s + piece.seconds
        first = bisect_right(self.speech, piece.start_s, key=lambda span: span[1])
        last = bisect_left(self.speech, end, key=lambda span: span[0])
        return self.speech[first:last]

    def spoken(self, piece: VoicePiece) -> float:
        """Seconds of speech within a piece."""
        end = piece.start_s + piece.seconds
        return sum(min(b, end) - max(a, piece.start_s) for a, b in self.speech_in(piece))

    def usable(self, piece: VoicePiece) -> bool:
        """Whether the piece's row can be compared with others: spoken, voiced, not clipped."""
        voiced = float((piece.pitch_hz > 0).sum()) / FRAMES_PER_S
        return (
            self.spoken(piece) >= LEAST_VOICED_S
            and voiced >= max(LEAST_VOICED_S, LEAST_VOICED_SHARE * self.spoken(piece))
            and not piece.clipped
            and bool(np.isfinite(piece.row[:1]).all())
        )

    @property
    def rows(self) -> Floats:
        """The rows of the pieces that can be compared; shape (n, features)."""
        rows = [piece.row for piece in self.pieces if self.usable(piece) and len(piece.row)]
        return np.array(rows) if rows else np.zeros((0, len(FEATURES)))

    @property
    def coverage(self) -> float:
        """The share of the speech that lies in comparable pieces."""
        spoken = self.speech_seconds
        held = sum(self.spoken(piece) for piece in self.pieces if self.usable(piece))
        return min(1.0, held / spoken) if spoken > 0 else 0.0


@dataclass(frozen=True)
class VoiceSummary:
    """The plain figures of a track; None where nobody's voice was heard."""

    pitch_hz_median: float | None
    pitch_range_st: float | None
    loudness_db: float | None
    loudness_spread_db: float | None
    breaks: tuple[float, ...]


def piece_of(
    wave: Floats, start_s: float, phonation: Phonation, *, plain: bool = False
) -> VoicePiece:
    """Measure one piece of 16 kHz samples whose phonation is known; plain: without features."""
    spectra = spectra_of(wave)
    clipped = float((np.abs(wave) >= CLIPPED_FROM).mean()) if len(wave) else 0.0
    return VoicePiece(
        start_s=start_s,
        seconds=len(wave) / RATE,
        pitch_hz=phonation.pitch_hz,
        loudness_db=spectra.loudness_db,
        row=np.zeros(0) if plain else features_of(spectra, phonation),
        clipped=clipped > MOST_CLIPPED,
        narrow=_is_narrow(spectra.power),
    )


def speech_of(probabilities: Floats, start_s: float = 0.0) -> tuple[tuple[float, float], ...]:
    """Where somebody speaks, from the probabilities of 32 ms frames, with hysteresis."""
    spans: list[list[float]] = []
    begun: float | None = None
    quiet: float | None = None
    for n, probability in enumerate(probabilities.tolist()):
        at = start_s + n * ACTIVITY_S
        if probability >= SPEECH_FROM:
            begun, quiet = (at if begun is None else begun), None
        elif begun is not None and probability < SILENCE_BELOW:
            quiet = at if quiet is None else quiet
            if at + ACTIVITY_S - quiet >= SHORTEST_SILENCE_S:
                spans.append([begun, quiet])
                begun = quiet = None
    if begun is not None:
        spans.append([begun, quiet or start_s + len(probabilities) * ACTIVITY_S])
    return tuple((a, b) for a, b in spans if b - a >= SHORTEST_SPEECH_S)


def summary_of(track: VoiceTrack) -> VoiceSummary:
    """Pitch, loudness and breaks over all frames in which somebody speaks."""
    pitch, loud = [], []
    breaks: list[float] = []
    for piece in track.pieces:
        inside = _inside(piece, track.speech_in(piece))
        voiced = inside & (piece.pitch_hz > 0)
        pitch.append(piece.pitch_hz[voiced])
        if not piece.clipped:
            loud.append(piece.loudness_db[voiced])
        breaks += _breaks(piece, voiced)
    hertz = np.concatenate(pitch) if pitch else np.zeros(0)
    decibel = np.concatenate(loud) if loud else np.zeros(0)
    least = max(LEAST_VOICED_S, LEAST_VOICED_SHARE * track.speech_seconds)
    heard = len(hertz) >= least * FRAMES_PER_S
    level = heard and len(decibel) >= LEAST_VOICED_S * FRAMES_PER_S
    return VoiceSummary(
        pitch_hz_median=float(np.median(hertz)) if heard else None,
        pitch_range_st=_range_st(hertz) if heard else None,
        loudness_db=_mean_db(decibel) if level else None,
        loudness_spread_db=float(decibel.std()) if level else None,
        breaks=tuple(breaks) if heard else (),
    )


def _inside(piece: VoicePiece, speech: tuple[tuple[float, float], ...]) -> Flags:
    times = piece.start_s + np.arange(len(piece.pitch_hz)) / FRAMES_PER_S
    flags = np.zeros(len(times), dtype=np.bool_)
    for start, end in speech:
        flags |= (times >= start) & (times < end)
    return flags


def _breaks(piece: VoicePiece, voiced: Flags) -> list[float]:
    """Times at which the pitch leaps within a voiced run: the voice cracks, or turns to creak."""
    both = voiced[1:] & voiced[:-1]
    if not both.any():
        return []
    leap = np.abs(12 * np.log2(piece.pitch_hz[1:].clip(1) / piece.pitch_hz[:-1].clip(1)))
    places = np.flatnonzero(both & (leap > JUMP_ST))
    return [piece.start_s + (int(n) + 1) / FRAMES_PER_S for n in places]


def _range_st(hertz: Floats) -> float:
    low, high = np.quantile(hertz, (0.05, 0.95))
    return float(12 * np.log2(high / low))


def _mean_db(decibel: Floats) -> float:
    return float(10 * np.log10((10 ** (decibel / 10)).mean()))


def _is_narrow(power: Floats) -> bool:
    """Whether nothing lies above 4 kHz, as after a telephone line."""
    if not len(power):
        return False
    half = power.shape[1] // 2
    return float(power[:, half + 8 :].sum()) < 1e-5 * float(power[:, :half].sum())
