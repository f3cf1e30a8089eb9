"""Figures as pages show them: medians with their spread, measures of a voice and of a face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figures:
    """So many values, sorted, with their median, upper quantiles and range."""

    values: tuple[float, ...]
    median: float
    p90: float
    p95: float

    @property
    def n(self) -> int:
        """How many values there were."""
        return len(self.values)

    @property
    def least(self) -> float:
        """The smallest."""
        return self.values[0]

    @property
    def most(self) -> float:
        """The greatest."""
        return self.values[-1]


def figures(values: Iterable[float | None]) -> Figures | None:
    """The figures of what was measured; None where nothing was."""
    kept = tuple(sorted(value for value in values if value is not None))
    if not kept:
        return None
    return Figures(kept, _quantile(kept, 0.5), _quantile(kept, 0.9), _quantile(kept, 0.95))


def _quantile(ordered: tuple[float, ...], share: float) -> float:
    """Between the two values around the place, as far as it lies between them."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True)
class Stretch:
    """A part of the interview's time that can be played, and what is in it."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True)
class Band:
    """What coaches advise, and who says so; an open end is None. Advice, not a norm of ability."""

    low: float | None
    high: float | None
    source: str

    def holds(self, value: float) -> bool:
        """Whether the value lies within."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Measure:
    """One measured value of a person's voice, beside the same person's own usual value.

    `value` is None where it could not be taken; `note` then says why. `own` is the baseline's
    value, None without one. `coverage` is the share of the answering time that it rests on.
    """

    name: str
    title: str
    unit: str
    value: float | None
    own: float | None = None
    band: Band | None = None
    stretches: tuple[Stretch, ...] = ()
    coverage: float = 0.0
    note: str = ""

    @property
    def change(self) -> float | None:
        """How far it is from the person's own usual value, in the same unit."""
        return None if self.value is None or self.own is None else self.value - self.own

    @property
    def met(self) -> bool | None:
        """Whether it lies in the band; None where there is no value or no band."""
        return None if self.value is None or self.band is None else self.band.holds(self.value)


@dataclass(frozen=True)
class Lane:
    """One value every `step_s` seconds from `start_s`, to draw over the sound; None is a gap."""

    name: str
    title: str
    unit: str
    start_s: float
    step_s: float
    values: tuple[float | None, ...]


FluencyKind = Literal["fluent", "hesitant", "cluttered", "with pauses"]


@dataclass(frozen=True)
class Fluency:
    """How smoothly the answers ran; None with a reason in `evidence` when too little was said."""

    kind: FluencyKind | None
    evidence: tuple[str, ...]
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True)
class LanguageNote:
    """One remark on the transcript: what was said, what about it, and where to hear it."""

    kind: Literal["repeated", "restarted", "grammar", "hedged", "vocabulary"]
    remark: str
    stretch: Stretch | None = None


@dataclass(frozen=True)
class VoiceFigures:
    """How the answers sounded. `baseline` says what the person's own usual values rest on."""

    measures: tuple[Measure, ...]
    lanes: tuple[Lane, ...]
    fluency: Fluency
    notes: tuple[LanguageNote, ...]
    baseline: str
    coverage: float


StressLevel = Literal["low", "medium", "high"]

STRESS_LEVELS: tuple[StressLevel, ...] = ("low", "medium", "high")


@dataclass(frozen=True)
class StressReading:
    """An experimental reading of a few seconds of voice against the person's own baseline.

    `shares` are those of low, medium and high, None where only an index was computed. `confidence`
    is 0..1 and says how sure the reading is; `assurance` is 0..1 and says how assured the voice
    sounds, .5 as usual, None without a baseline. `level` is None where too little was heard.
    """

    start_s: float
    end_s: float
    level: StressLevel | None
    confidence: float
    coverage: float
    shares: tuple[float, float, float] | None = None
    assurance: float | None = None


@dataclass(frozen=True)
class StressLine:
    """Readings over time, smoothed; `source` says whether an index or a trained model gave them."""

    readings: tuple[StressReading, ...]
    source: str
    baseline: str
    coverage: float


@dataclass(frozen=True)
class ExpressionSecond:
    """The expression of one second, smoothed over its neighbours; it names no feeling.

    `name` is one of `EMOTIONS` and None where no face was seen or none stood out; `share` is its
    probability. `quality` is 0..1, the worst of size, light, sharpness and pose.
    """

    second: int
    name: str | None
    share: float
    faces: int
    quality: float


@dataclass(frozen=True)
class PresenceFigures:
    """What a camera saw, as lanes and measures. `coverage` is the share of seconds with a face.

    `several` are the times with more than one face in view, `unseen` those without any. `notes`
    say in plain words what lowers the worth of it all: darkness, a turned head, an empty chair.
    `reliability` is how well the model finds each expression on labelled pictures (F1, 0..1).
    `head` holds the measures of head and eyes.
    """

    seconds: tuple[ExpressionSecond, ...]
    lanes: tuple[Lane, ...]
    measures: tuple[Measure, ...]
    several: tuple[Stretch, ...]
    unseen: tuple[Stretch, ...]
    notes: tuple[str, ...]
    coverage: float
    reliability: dict[str, float]
    head: tuple[Measure, ...] = ()


Modality = Literal["face", "voice"]


@dataclass(frozen=True)
class BlendedReading:
    """Face and voice together over a few seconds; experimental, and the speaker's own.

    `level` and `shares` (low, medium, high) are None where nothing was measured. `agreement` is
    0..1, how far both say the same, and None where only one was there. `confidence` is how sure
    the reading is. `coverage` is the mean over both modalities, a missing one counting nothing.
    """

    start_s: float
    end_s: float
    level: StressLevel | None
    shares: tuple[float, float, float] | None
    agreement: float | None
    confidence: float
    coverage: float
    modalities: tuple[Modality, ...]
