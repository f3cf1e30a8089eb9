"""How the voice sounded in each answer, measured on the kept sound, with consent to delivery.

Readings of stress are made elsewhere, for practice alone; `ForPractice` is the door to them, and
opens nothing for an assessment: what lies behind it is not even imported.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from app.delivery.turn_voice import turn_voice
from app.delivery.voice_track import VoiceTrack
from app.domain.consent import Modality, Purpose
from app.domain.interview import Interview, Recording, Turn
from app.ports.errors import PortError
from app.ports.recordings import Recordings
from app.ports.store import Store
from app.usecases.kept_sound import sound_between
from app.usecases.track_voice import TrackVoice

log = logging.getLogger(__name__)

_MARGIN_S = 0.2
_FULL = 32768.0

Measuring = Callable[[UUID], Awaitable[int]]


class MeasureTurnVoices:
    """Fills the voices of an interview's spoken turns; safe to run twice."""

    def __init__(self, *, store: Store, recordings: Recordings, track: TrackVoice) -> None:
        self._store = store
        self._recordings = recordings
        self._track = track

    async def __call__(self, interview_id: UUID) -> int:
        """How many turns were measured; 0 without the consents."""
        async with self._store.begin() as work:
            interview = await work.interviews.get(interview_id)
            turns = await work.turns.of(interview_id)
            kept = await work.observations.recordings(interview_id)
            known = {voice.turn for voice in await work.voices.of(interview_id)}
        if interview is None or not may_measure(interview, Modality.DELIVERY):
            return 0
        measured = 0
        for turn in turns:
            if turn.index not in known:
                measured += await self._measured(turn, kept)
        return measured

    async def _measured(self, turn: Turn, kept: Sequence[Recording]) -> bool:
        tracks = await tracks_of(turn, kept, self._recordings, self._track)
        voice = turn_voice(turn.index, tracks)
        if voice is None:
            return False
        async with self._store.begin() as work:
            interview = await work.interviews.held(turn.interview_id)
            if interview is None or not may_measure(interview, Modality.DELIVERY):
                return False
            await work.voices.keep(turn.interview_id, voice)
        return True


class ForPractice:
    """Runs an analysis only for a practice whose speaker agreed to it; made at its first use."""

    def __init__(self, *, store: Store, modality: Modality, make: Callable[[], Measuring]) -> None:
        self._store = store
        self._modality = modality
        self._make = make
        self._made: Measuring | None = None

    async def __call__(self, interview_id: UUID) -> int:
        """How many rows were made; 0 in an assessment or without consent."""
        async with self._store.begin() as work:
            interview = await work.interviews.get(interview_id)
        if (
            interview is None
            or interview.purpose is not Purpose.PRACTICE
            or not may_measure(interview, self._modality)
        ):
            return 0
        if self._made is None:
            self._made = self._make()
        return await self._made(interview_id)


def may_measure(interview: Interview, modality: Modality) -> bool:
    """Whether there is consent to this measure, and to the recording that it is taken from."""
    return interview.agreed(modality) and interview.agreed(Modality.RECORDING)


async def tracks_of(
    turn: Turn, kept: Sequence[Recording], recordings: Recordings, track: TrackVoice
) -> tuple[VoiceTrack, ...]:
    """The kept sound of an answer, measured; none where it was not kept or can't be measured."""
    if turn.typed or not turn.speech:
        return ()
    start_s = min(start for start, _ in turn.speech) - _MARGIN_S
    end_s = max(end for _, end in turn.speech) + _MARGIN_S

    def measured() -> tuple[VoiceTrack, ...]:
        sounds = sound_between(recordings, kept, start_s, end_s)
        return tuple(track([sound.pcm / _FULL], sound.start_s) for sound in sounds)

    try:
        return await asyncio.to_thread(measured)
    except PortError as error:
        log.warning("a voice could not be measured: %s", type(error).__name__)
        return ()
