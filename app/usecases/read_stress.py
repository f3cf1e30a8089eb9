"""Readings of stress over a practice, against the speaker's own first answers. Experimental.

Never imported by a process that served only assessments.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.delivery.stress import smoothed
from app.delivery.voice_track import VoiceTrack
from app.domain.consent import Modality, Purpose
from app.domain.figures import StressReading
from app.ports.recordings import Recordings
from app.ports.store import Store
from app.ports.voice import StressModel
from app.usecases.measure_turn_voices import may_measure, tracks_of
from app.usecases.measure_voices import read_stress
from app.usecases.track_voice import TrackVoice

Floats = NDArray[np.float64]

OWN_PIECES = 6
LEAST_PIECES = 3


class ReadStress:
    """Keeps a reading for every few seconds of the answers; in place of earlier ones."""

    def __init__(
        self,
        *,
        store: Store,
        recordings: Recordings,
        track: TrackVoice,
        model: StressModel | None,
    ) -> None:
        self._store = store
        self._recordings = recordings
        self._track = track
        self._model = model

    async def __call__(self, interview_id: UUID) -> int:
        """How many readings were kept; 0 in an assessment, or without consent."""
        async with self._store.begin() as work:
            interview = await work.interviews.get(interview_id)
            turns = await work.turns.of(interview_id)
            kept = await work.observations.recordings(interview_id)
        if interview is None or interview.purpose is not Purpose.PRACTICE:
            return 0
        if not may_measure(interview, Modality.VOICE):
            return 0
        tracks: list[VoiceTrack] = []
        for turn in turns:
            tracks += await tracks_of(turn, kept, self._recordings, self._track)
        readings = await asyncio.to_thread(self._read, tracks)
        if not readings:
            return 0
        async with self._store.begin() as work:
            held = await work.interviews.held(interview_id)
            if held is None or not may_measure(held, Modality.VOICE):
                return 0
            await work.voices.keep_stress(interview_id, readings)
        return len(readings)

    def _read(self, tracks: Sequence[VoiceTrack]) -> tuple[StressReading, ...]:
        rows = [row for track in tracks for row in track.rows]
        own = own_first(np.array(rows)) if rows else None
        found = [
            reading
            for track in tracks
            for reading in read_stress(track, own=own, model=self._model)
        ]
        return smoothed(found)


def own_first(rows: Floats) -> Floats | None:
    """The rows of the first answers; None where there are hardly more than these."""
    if len(rows) < LEAST_PIECES:
        return None
    return rows[: min(OWN_PIECES, len(rows))]
