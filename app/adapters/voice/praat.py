"""Pitch, formants and steadiness of the voice by Praat's own algorithms (praat-parselmouth)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain.phonation import Phonation
from app.ports.errors import VoiceUnavailable

Floats = NDArray[np.float64]

RATE = 16_000
STEP_S = 0.01
WINDOW_S = 0.025
LOWEST_HZ = 75.0
HIGHEST_HZ = 600.0
LONGEST_PERIOD_S = 0.02
TOP_FORMANT_HZ = 5500.0
SHORTEST_S = 0.1


class PraatVoice:
    """VoiceAnalyser; holds nothing, so one serves all threads."""

    def phonation(self, wave: Floats) -> Phonation:
        """Frames at the middles of 25 ms windows every 10 ms, as the spectra have them.

        Args:
            wave: 16 kHz samples within -1..1.

        Returns:
            One row a frame; none for less than a tenth of a second.

        Raises:
            VoiceUnavailable: Praat is not installed or failed.
        """
        count = 1 + (len(wave) - round(WINDOW_S * RATE)) // round(STEP_S * RATE)
        if len(wave) < SHORTEST_S * RATE:
            return _nothing(max(0, count))
        try:
            import parselmouth  # takes a moment: only when a voice is measured

            return _measured(parselmouth, np.ascontiguousarray(wave), count)
        except ImportError as error:
            raise VoiceUnavailable("praat-parselmouth is not installed") from error
        except (RuntimeError, parselmouth.PraatError) as error:
            raise VoiceUnavailable(f"the voice could not be measured: {error}") from error


def _measured(parselmouth: Any, wave: Floats, count: int) -> Phonation:  # noqa: ANN401  # no types
    sound = parselmouth.Sound(wave, RATE)
    pitch = sound.to_pitch_ac(
        time_step=STEP_S, pitch_floor=LOWEST_HZ, pitch_ceiling=HIGHEST_HZ, very_accurate=False
    )
    times: Floats = WINDOW_S / 2 + STEP_S * np.arange(count, dtype=np.float64)
    chosen = pitch.selected_array
    place = np.rint((times - pitch.xs()[0]) / STEP_S).astype(int)
    inside = (place >= 0) & (place < len(chosen))
    place = place.clip(0, len(chosen) - 1)
    hertz = np.where(inside, chosen["frequency"][place], 0.0)
    strength = np.where(inside & (hertz > 0), chosen["strength"][place], 0.0)
    formants, widths = _formants(sound, times, hertz > 0)
    jitter, shimmer = _steadiness(parselmouth.praat.call, sound, pitch)
    return Phonation(hertz, strength, formants, widths, jitter, shimmer)


def _formants(sound: Any, times: Floats, voiced: NDArray[np.bool_]) -> tuple[Floats, Floats]:  # noqa: ANN401
    found = sound.to_formant_burg(time_step=STEP_S, maximum_formant=TOP_FORMANT_HZ)
    hertz = np.full((len(times), 3), np.nan)
    widths = np.full((len(times), 3), np.nan)
    for row in np.flatnonzero(voiced):
        at = float(times[row])
        for column in range(3):
            hertz[row, column] = found.get_value_at_time(column + 1, at)
            widths[row, column] = found.get_bandwidth_at_time(column + 1, at)
    return hertz, widths


def _steadiness(call: Any, sound: Any, pitch: Any) -> tuple[float, float]:  # noqa: ANN401
    points = call([sound, pitch], "To PointProcess (cc)")
    jitter = call(points, "Get jitter (local)", 0, 0, 0.0001, LONGEST_PERIOD_S, 1.3)
    shimmer = call([sound, points], "Get shimmer (local)", 0, 0, 0.0001, LONGEST_PERIOD_S, 1.3, 1.6)
    return float(jitter), float(shimmer)


def _nothing(count: int) -> Phonation:
    empty = np.full((count, 3), np.nan)
    return Phonation(np.zeros(count), np.zeros(count), empty, empty, float("nan"), float("nan"))
