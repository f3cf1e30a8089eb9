"""What is kept of the voice in one answer: figures and coarse lanes out of a track."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.delivery.voice_features import FRAMES_PER_S
from app.delivery.voice_track import VoiceTrack, summary_of
from app.domain.phonation import TurnVoice

Floats = NDArray[np.float64]

STEP_S = 0.5
LEAST_FRAMES = 5

NO_VOICE = "No voice could be told from the sound of this answer."
CLIPPED = "Too loud for the microphone: its loudness was not measured."


def turn_voice(turn: int, tracks: Sequence[VoiceTrack]) -> TurnVoice | None:
    """The voice of an answer whose sound was measured in these stretches; None without any."""
    pieces = tuple(piece for track in tracks for piece in track.pieces)
    if not pieces:
        return None
    speech = tuple(span for track in tracks for span in track.speech)
    seconds = pieces[-1].start_s + pieces[-1].seconds - pieces[0].start_s
    whole = VoiceTrack(pieces, speech, seconds)
    summary = summary_of(whole)
    heard = summary.pitch_hz_median is not None
    clipped = any(piece.clipped for piece in pieces)
    return TurnVoice(
        turn=turn,
        start_s=pieces[0].start_s,
        step_s=STEP_S,
        pitch_hz=_lane(whole, "pitch_hz") if heard else (),
        loudness_db=_lane(whole, "loudness_db") if heard else (),
        pitch_hz_median=summary.pitch_hz_median,
        pitch_range_st=summary.pitch_range_st,
        loudness_mean_db=summary.loudness_db,
        loudness_spread_db=summary.loudness_spread_db,
        breaks=summary.breaks,
        voiced_s=sum(float((p.pitch_hz > 0).sum()) for p in pieces) / FRAMES_PER_S
        if heard
        else 0.0,
        coverage=whole.coverage if heard else 0.0,
        problem=NO_VOICE if not heard else CLIPPED if clipped else "",
    )


def _lane(track: VoiceTrack, name: str) -> tuple[float | None, ...]:
    """The median over the voiced frames of each step; None where there are too few."""
    first = track.pieces[0].start_s
    values: list[list[Floats]] = [[] for _ in range(int(np.ceil(track.seconds / STEP_S)))]
    for piece in track.pieces:
        if piece.clipped and name == "loudness_db":
            continue
        times = piece.start_s - first + np.arange(len(piece.pitch_hz)) / FRAMES_PER_S
        steps = (times / STEP_S).astype(int)
        column: Floats = getattr(piece, name)
        for step in np.unique(steps[piece.pitch_hz > 0]):
            if step < len(values):
                values[step].append(column[(steps == step) & (piece.pitch_hz > 0)])
    joined = [np.concatenate(parts) if parts else np.zeros(0) for parts in values]
    return tuple(
        round(float(np.median(part)), 1) if len(part) >= LEAST_FRAMES else None for part in joined
    )
