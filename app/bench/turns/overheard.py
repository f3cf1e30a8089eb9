"""What the ear alone hears in a sound: its silences, with the turn detector's verdict on each.

The rules that Sounding is compared with decide on these; Sounding itself is run whole, elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.bench.turns.remembering import RememberingEngines
from app.dialogue.events import SpeechStarted, SpeechStopped
from app.ports.speech import SAMPLE_RATE, Pcm
from app.usecases.answer_audio import AnswerAudio
from app.usecases.ear import FRAME, FRAME_SECONDS, SPEECH_ABOVE, Ear

BLOCK_SECONDS = 0.1
LATER_SECONDS = 1.4
JUDGED_SECONDS = 8.0


@dataclass(frozen=True)
class Silence:
    """A silence after speech, as the ear tells it; seconds of the sound.

    `until_s` is None for the last one. `probability` is the detector's when the silence was
    noticed; `later` after 1.4 s, None when the silence was over by then.
    """

    from_s: float
    noticed_s: float
    until_s: float | None
    probability: float
    later: float | None = None


def blocks(pcm: Pcm) -> Iterator[bytes]:
    """The sound as the microphone sends it, in tenths of a second; a rest is filled up."""
    size = round(BLOCK_SECONDS * SAMPLE_RATE)
    whole = np.concatenate([pcm, np.zeros(-len(pcm) % size, dtype=np.int16)]).astype("<i2")
    for start in range(0, len(whole), size):
        yield whole[start : start + size].tobytes()


def listen_to(
    pcm: Pcm, engines: RememberingEngines, *, from_s: float, to_s: float
) -> tuple[Silence, ...]:
    """The silences that begin in this stretch of the sound, and until when they lasted."""
    ear = Ear(engines.new_activity(), lambda: _WholeAnswer(engines))
    open_: _Open | None = None
    found: list[Silence] = []
    for number, block in enumerate(blocks(pcm), start=1):
        now = number * BLOCK_SECONDS
        if now > to_s and open_ is None:
            break
        for event in ear.feed(block, now):
            if isinstance(event, SpeechStarted) and open_ is not None:
                found.append(open_.closed(event.at))
                open_ = None
            elif isinstance(event, SpeechStopped) and from_s <= event.ended < to_s:
                verdict = engines.judge(ear.answer.last(JUDGED_SECONDS))
                open_ = _Open(event.ended, event.at, verdict)
        if open_ is not None and open_.later is None and now >= open_.from_s + LATER_SECONDS:
            open_.later = engines.judge(ear.answer.last(JUDGED_SECONDS))
    return (*found, *([open_.closed(None)] if open_ is not None else []))


def voice_in(pcm: Pcm, engines: RememberingEngines) -> NDArray[np.float64]:
    """The probability of voice in each 512 samples."""
    activity = engines.new_activity()
    frames = pcm[: len(pcm) // FRAME * FRAME].reshape(-1, FRAME)
    return np.array([activity.probability(frame) for frame in frames], dtype=np.float64)


def speech_in(voice: NDArray[np.float64]) -> tuple[float, float] | None:
    """When the first voice begins and the last ends, in seconds; None where there is none."""
    voiced = np.flatnonzero(voice > SPEECH_ABOVE)
    if not len(voiced):
        return None
    return float(voiced[0]) * FRAME_SECONDS, float(voiced[-1] + 1) * FRAME_SECONDS


def pipecat_ends(silence: Silence, judge_seconds: float) -> float:
    """Pipecat's default rule: the detector once after 0.2 s, above .5 at once; else 3 s."""
    if silence.probability > 0.5:
        return silence.noticed_s + judge_seconds
    return silence.from_s + 3.0


def flat_ends(silence: Silence) -> float:
    """A wait of 3.2 s, whatever was said."""
    return silence.from_s + 3.2


def first_end(silences: Sequence[tuple[Silence, float]]) -> float | None:
    """The first moment at which a silence lasted until the rule's end, or None."""
    return next(
        (end for silence, end in silences if silence.until_s is None or end < silence.until_s), None
    )


@dataclass
class _Open:
    from_s: float
    noticed_s: float
    probability: float
    later: float | None = None

    def closed(self, until: float | None) -> Silence:
        return Silence(self.from_s, self.noticed_s, until, self.probability, self.later)


class _WholeAnswer(AnswerAudio):
    """An answer that is kept in one piece and never recognised."""

    def __init__(self, engines: RememberingEngines) -> None:
        super().__init__(engines)
        self._pieces: list[Pcm] = []

    def add(self, at: float, samples: Pcm) -> None:
        self._pieces.append(samples)

    def pause(self) -> None:
        pass

    def last(self, seconds: float) -> Pcm:
        if not self._pieces:
            return np.zeros(0, dtype=np.int16)
        return np.concatenate(self._pieces)[-round(seconds * SAMPLE_RATE) :]
