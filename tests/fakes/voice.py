"""Fakes of the voice ports: phonation as it is told, shares as they are told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.domain.phonation import Phonation

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
