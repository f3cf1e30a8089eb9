"""Face and voice together: stress in three levels, how far both agree, how sure it is.

Experimental, and the speaker's own. Each modality gives shares of low, medium and high with its
coverage; a missing one counts nothing, and where too little was seen or heard there is no level.
Without a fitted model the shares are pooled by their coverage, both modalities weighing alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.figures import STRESS_LEVELS, BlendedReading, Modality, StressReading
from app.domain.interview import EMOTIONS, ExpressionReading

Three = tuple[float, float, float]

LEVEL_OF_EXPRESSION: Mapping[str, int] = {
    "neutral": 0, "happy": 0, "surprise": 1, "disgust": 1, "angry": 2, "fear": 2, "sad": 2,
}  # fmt: skip
LEAST_COVERAGE = 0.3
"""Of each modality: below it, the modality counts as missing."""

_TINY = 1e-6


@dataclass(frozen=True)
class Part:
    """What one modality says of a few seconds; `coverage` is the share of them it rests on."""

    shares: Three
    coverage: float


@dataclass(frozen=True)
class FittedBlend:
    """A logistic map from the log shares of both modalities, for each set of those present."""

    maps: Mapping[tuple[Modality, ...], tuple[tuple[float, ...], ...]]
    """By modalities: a row a level, one number a log share and the constant last."""

    def shares(self, parts: Mapping[Modality, Three]) -> Three:
        """The shares of the levels; raises KeyError for modalities that were not fitted."""
        names = tuple(sorted(parts))
        logs = [math.log(max(share, _TINY)) for name in names for share in parts[name]]
        scores = [
            sum(a * b for a, b in zip(row, [*logs, 1.0], strict=True)) for row in self.maps[names]
        ]
        return _normal([math.exp(score - max(scores)) for score in scores])


def face_part(readings: Sequence[ExpressionReading], seconds: float) -> Part | None:
    """The face's part over so many seconds; None without a face in any."""
    seen = [reading for reading in readings if reading.probabilities is not None]
    if not seen or seconds <= 0:
        return None
    weights = [max(reading.quality, 0.05) for reading in seen]
    total = [0.0, 0.0, 0.0]
    for reading, weight in zip(seen, weights, strict=True):
        for level, share in enumerate(levels_of(reading.probabilities or ())):
            total[level] += weight * share
    coverage = sum(reading.quality for reading in seen) / max(seconds, len(readings))
    return Part(_normal(total), min(1.0, coverage))


def levels_of(shares: Sequence[float]) -> Three:
    """Shares of expressions as shares of low, medium and high."""
    total = [0.0, 0.0, 0.0]
    for name, share in zip(EMOTIONS, shares, strict=True):
        total[LEVEL_OF_EXPRESSION[name]] += share
    return _normal(total)


def voice_part(reading: StressReading) -> Part | None:
    """The voice's part; a bare level becomes shares by its confidence; None without a level."""
    if reading.level is None:
        return None
    if reading.shares is not None:
        return Part(_normal(reading.shares), reading.coverage)
    likely = 1 / 3 + reading.confidence * 2 / 3
    shares = [(1 - likely) / 2] * 3
    shares[STRESS_LEVELS.index(reading.level)] = likely
    return Part(_normal(shares), reading.coverage)


def blend(
    start_s: float,
    end_s: float,
    face: Part | None,
    voice: Part | None,
    fitted: FittedBlend | None = None,
) -> BlendedReading:
    """Both modalities over one stretch; no level where neither covers enough of it."""
    parts: dict[Modality, Part] = {}
    if face is not None and face.coverage >= LEAST_COVERAGE:
        parts["face"] = face
    if voice is not None and voice.coverage >= LEAST_COVERAGE:
        parts["voice"] = voice
    coverage = sum(part.coverage for part in (face, voice) if part is not None) / 2
    if not parts:
        return BlendedReading(start_s, end_s, None, None, None, 0.0, coverage, ())
    shares = _fitted(fitted, parts) or _pooled(list(parts.values()))
    agreement = (
        agreement_of(parts["face"].shares, parts["voice"].shares) if len(parts) == 2 else None
    )
    sure = (max(shares) - 1 / 3) * 1.5 * coverage * (1.0 if agreement is None else agreement)
    level = STRESS_LEVELS[max(range(3), key=shares.__getitem__)]
    modalities = tuple(sorted(parts))
    return BlendedReading(
        start_s, end_s, level, shares, agreement, max(0.0, min(1.0, sure)), coverage, modalities
    )


def blend_over(
    readings: Sequence[ExpressionReading],
    stress: Sequence[StressReading],
    fitted: FittedBlend | None = None,
) -> tuple[BlendedReading, ...]:
    """Face and voice over each stretch that a voice was read in."""
    return tuple(
        blend(
            heard.start_s,
            heard.end_s,
            face_part(
                [each for each in readings if heard.start_s - 1 < each.second < heard.end_s],
                heard.end_s - heard.start_s,
            ),
            voice_part(heard),
            fitted,
        )
        for heard in stress
    )


def agreement_of(one: Three, other: Three) -> float:
    """1 where both say the same, 0 where they exclude each other: 1 - Jensen-Shannon divergence."""
    middle = [(a + b) / 2 for a, b in zip(one, other, strict=True)]
    apart = (_divergence(one, middle) + _divergence(other, middle)) / 2
    return max(0.0, min(1.0, 1 - apart / math.log(2)))


def _divergence(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * math.log(a / b) for a, b in zip(one, other, strict=True) if a > 0)


def _fitted(fitted: FittedBlend | None, parts: Mapping[Modality, Part]) -> Three | None:
    if fitted is None or tuple(sorted(parts)) not in fitted.maps:
        return None
    return fitted.shares({name: part.shares for name, part in parts.items()})


def _pooled(parts: Sequence[Part]) -> Three:
    """The geometric mean, each part weighing by its coverage."""
    whole = sum(part.coverage for part in parts)
    logs = [
        sum(part.coverage / whole * math.log(max(part.shares[level], _TINY)) for part in parts)
        for level in range(3)
    ]
    return _normal([math.exp(each) for each in logs])


def _normal(values: Sequence[float]) -> Three:
    whole = sum(values)
    if whole <= 0:
        return (1 / 3, 1 / 3, 1 / 3)
    low, medium, high = (value / whole for value in values)
    return (low, medium, high)
