"""Play a moment of an interview back: the kept sound between two times of its clock."""

from __future__ import annotations

import asyncio
from uuid import UUID

import numpy as np

from app.domain.consent import Modality
from app.domain.interview import Recording
from app.ports.recordings import Recordings
from app.ports.speech import SAMPLE_RATE, Pcm
from app.ports.store import Store
from app.usecases.kept_sound import sound_between

LONGEST_SECONDS = 30 * 60.0


async def replay_audio(
    store: Store, recordings: Recordings, interview_id: UUID, from_s: float, to_s: float
) -> Pcm | None:
    """The samples from `from_s` to `to_s`, gaps as silence; None when nothing was kept there."""
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
        if interview is None or not interview.agreed(Modality.RECORDING):
            return None
        kept = await work.observations.recordings(interview_id)
    to_s = min(to_s, from_s + LONGEST_SECONDS)
    pieces = [piece for piece in kept if piece.start_s < to_s]
    if not pieces or to_s <= from_s:
        return None
    return await asyncio.to_thread(_join, recordings, pieces, from_s, to_s)


def _join(
    recordings: Recordings, pieces: list[Recording], from_s: float, to_s: float
) -> Pcm | None:
    joined = np.zeros(round((to_s - from_s) * SAMPLE_RATE), dtype=np.int16)
    found = sound_between(recordings, pieces, from_s, to_s)
    for sound in found:
        offset = max(0, round((sound.start_s - from_s) * SAMPLE_RATE))
        source = sound.pcm[: len(joined) - offset]
        joined[offset : offset + len(source)] = source
    return joined if found else None
