"""The filler pass: hear each answer once more, keeping um and uh. For delivery only.

It runs in the background after the answer, over the kept recording, and only with the speaker's
agreement to delivery measures and to recording.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from uuid import UUID

from app.domain.consent import Modality
from app.domain.interview import Recording, Turn, Word
from app.ports.errors import PortError
from app.ports.recordings import Recordings
from app.ports.speech import Pcm, Transcript
from app.ports.store import Store
from app.usecases.kept_sound import KeptSound, sound_between

log = logging.getLogger(__name__)

HearFillers = Callable[[Pcm], Awaitable[Transcript]]

LONGEST_PIECE_S = 28.0
_MARGIN_S = 0.2


class MeasureDelivery:
    """Fills `Turn.filler_words` of every answered turn that was recorded; safe to run twice."""

    def __init__(self, *, store: Store, recordings: Recordings, fillers: HearFillers) -> None:
        self._store = store
        self._recordings = recordings
        self._fillers = fillers

    async def __call__(self, interview_id: UUID) -> int:
        """How many turns were heard; 0 without the consents. A failed turn stays unmeasured."""
        async with self._store.begin() as work:
            interview = await work.interviews.get(interview_id)
            turns = await work.turns.of(interview_id)
            kept = await work.observations.recordings(interview_id)
        if interview is None or not (
            interview.agreed(Modality.DELIVERY) and interview.agreed(Modality.RECORDING)
        ):
            return 0
        heard = 0
        for turn in turns:
            if turn.filler_words is not None or turn.typed or not turn.speech:
                continue
            heard += await self._measured(turn, kept)
        return heard

    async def _measured(self, turn: Turn, kept: Sequence[Recording]) -> bool:
        try:
            words = await self._heard(turn, kept)
        except PortError as error:
            log.warning("a filler pass failed: %s", type(error).__name__)
            return False
        if words is None:
            return False
        return await self._keep(turn, words)

    async def _keep(self, turn: Turn, words: tuple[Word, ...]) -> bool:
        """Save beside what the turn holds by now, unless it was reopened or consent withdrawn."""
        async with self._store.begin() as work:
            interview = await work.interviews.held(turn.interview_id)
            if interview is None or not interview.agreed(Modality.DELIVERY):
                return False
            return await work.turns.keep_fillers(turn, words)

    async def _heard(self, turn: Turn, kept: Sequence[Recording]) -> tuple[Word, ...] | None:
        found: list[Word] = []
        for start_s, end_s in pieces(turn.speech):
            span = start_s - _MARGIN_S, end_s + _MARGIN_S
            sounds = await asyncio.to_thread(sound_between, self._recordings, kept, *span)
            sound = _around((start_s + end_s) / 2, sounds)
            if sound is None:
                return None
            transcript = await self._fillers(sound.pcm)
            found += [_moved(word, sound.start_s) for word in transcript.words]
        return tuple(found)


def pieces(speech: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Neighbouring spans joined as long as a piece can be recognised at once."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(speech):
        if joined and end - joined[-1][0] <= LONGEST_PIECE_S:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            continue
        while end - start > LONGEST_PIECE_S:
            joined.append((start, start + LONGEST_PIECE_S))
            start += LONGEST_PIECE_S
        joined.append((start, end))
    return tuple(joined)


def _around(at_s: float, sounds: Sequence[KeptSound]) -> KeptSound | None:
    """The sound that goes on at this time; None: it was not recorded."""
    return next((sound for sound in sounds if sound.start_s <= at_s <= sound.end_s), None)


def _moved(word: Word, by_s: float) -> Word:
    return replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s)
