"""The passage read aloud in the device check: the speaker's usual voice, kept with consent alone.

The sound itself is dropped; what stays are the figures, as of an answer.
"""

from __future__ import annotations

import asyncio
import logging
from uuid import UUID

import numpy as np

from app.delivery.turn_voice import turn_voice
from app.delivery.voice_figures import LEAST_VOICED_S
from app.domain.consent import Modality
from app.domain.phonation import PASSAGE
from app.ports.errors import PortError
from app.ports.store import Store
from app.usecases.track_voice import TrackVoice

log = logging.getLogger(__name__)

_FULL = 32768.0


class KeepPassage:
    """Measures the passage and keeps its figures; a later one replaces them."""

    def __init__(self, *, store: Store, track: TrackVoice) -> None:
        self._store = store
        self._track = track

    async def __call__(self, interview_id: UUID, pcm: bytes) -> bool:
        """Whether figures were kept: not without consent to delivery, nor of too little voice."""
        if not await self._agreed(interview_id):
            return False
        wave = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2") / _FULL
        try:
            track = await asyncio.to_thread(self._track, [wave])
        except PortError as error:
            log.warning("a passage could not be measured: %s", type(error).__name__)
            return False
        voice = turn_voice(PASSAGE, [track])
        if voice is None or voice.voiced_s < LEAST_VOICED_S or voice.problem:
            return False
        async with self._store.begin() as work:
            await work.voices.keep(interview_id, voice)
        return True

    async def _agreed(self, interview_id: UUID) -> bool:
        async with self._store.begin() as work:
            interview = await work.interviews.get(interview_id)
        return interview is not None and interview.agreed(Modality.DELIVERY)
