"""Ports of voice: what sounds in a stretch of speech. Calls block; run them off the event loop."""

from __future__ import annotations

from typing import Protocol

from app.domain.phonation import Floats, Phonation


class VoiceAnalyser(Protocol):
    """Pitch, formants and steadiness out of samples."""

    def phonation(self, wave: Floats) -> Phonation:
        """Of 16 kHz samples within -1..1, at most a minute; raises VoiceUnavailable."""
        ...


class StressModel(Protocol):
    """A trained reader of stress; never in the engines of an assessment."""

    @property
    def about(self) -> str:
        """What it was trained on, for the page."""
        ...

    def shares(self, rows: Floats, own: Floats | None) -> Floats:
        """Shares of low, medium and high for each row of features, shape (n, 3).

        `own` are rows of the same speaker's other speech. Raises VoiceUnavailable.
        """
        ...
