"""Fakes of the voice ports: phonation and shares as they are told, and rows in memory."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain.consent import Purpose
from app.domain.errors import PurposeForbids
from app.domain.figures import StressReading
from app.domain.interview import Interview
from app.domain.phonation import Phonation, TurnVoice
from tests.fakes.review import refused

Floats = NDArray[np.float64]


class FakeVoice:
    """VoiceAnalyser: every frame louder than a whisper has this pitch."""

    def __init__(self, hertz: float = 120.0) -> None:
        self.hertz = hertz

    def phonation(self, wave: Floats) -> Phonation:
        count = max(0, 1 + (len(wave) - 400) // 160)
        level = np.array([np.abs(wave[n * 160 : n * 160 + 400]).max() for n in range(count)])
        hertz: Floats = np.where(level > 0.01, self.hertz, 0.0) if count else np.zeros(0)
        formants = np.tile([500.0, 1500.0, 2500.0], (count, 1))
        return Phonation(hertz, 0.9 * np.sign(hertz), formants, formants / 10, 0.01, 0.05)


class FakeStress:
    """StressModel: the same shares for every row."""

    def __init__(self, shares: tuple[float, float, float] = (0.2, 0.3, 0.5)) -> None:
        self._shares = shares
        self.owns: list[Floats | None] = []

    @property
    def about(self) -> str:
        return "a fake"

    def shares(self, rows: Floats, own: Floats | None) -> Floats:
        self.owns.append(own)
        return np.tile(self._shares, (len(rows), 1))


class VoiceRows(Protocol):
    """The part of a store's state that holds voices."""

    interviews: dict[UUID, Interview]
    voices: dict[tuple[UUID, int], TurnVoice]
    stress: dict[UUID, tuple[StressReading, ...]]


class FakeVoices:
    """Voices over rows in memory, with the firewall of the real one."""

    def __init__(self, state: VoiceRows) -> None:
        self._state = state

    async def keep(self, interview_id: UUID, voice: TurnVoice) -> None:
        self._of(interview_id)
        self._state.voices[interview_id, voice.turn] = voice

    async def of(self, interview_id: UUID) -> tuple[TurnVoice, ...]:
        theirs = [v for (owner, _), v in self._state.voices.items() if owner == interview_id]
        return tuple(sorted(theirs, key=lambda voice: voice.turn))

    async def keep_stress(self, interview_id: UUID, readings: tuple[StressReading, ...]) -> None:
        if self._of(interview_id).purpose is not Purpose.PRACTICE:
            raise PurposeForbids("stress is never kept in an assessment")
        self._state.stress[interview_id] = tuple(sorted(readings, key=lambda r: r.start_s))

    async def stress(self, interview_id: UUID) -> tuple[StressReading, ...]:
        return self._state.stress.get(interview_id, ())

    def _of(self, interview_id: UUID) -> Interview:
        if interview_id not in self._state.interviews:
            raise refused("no such interview")
        return self._state.interviews[interview_id]
