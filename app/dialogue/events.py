"""What can happen in a live interview. Every event carries its time `at`, in seconds of the clock.

An event with an `attempt` is the result of work that was started for that attempt; when the speaker
has gone on since, its attempt is old and `advance` drops it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.domain.interview import Word
from app.domain.plan import Plan

CommandName = Literal["repeat", "rephrase", "skip", "think", "done", "pause", "resume", "end"]
Stage = Literal["hear", "overhear", "judge", "plan", "store"]


@dataclass(frozen=True)
class Heard:
    """What was recognised of an answer; `unhinted` is the text without hot words."""

    words: tuple[Word, ...] = ()
    unhinted: str | None = None
    unreliable: bool = False
    language: str = "en"

    @property
    def text(self) -> str:
        """The words as one line."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class Event:
    """Something that happened at `at` seconds of the interview's clock."""

    at: float


@dataclass(frozen=True)
class Connected(Event):
    """A client said hello; `voice`: it plays our speech, `microphone`: it sends its own."""

    voice: bool = True
    microphone: bool = True


@dataclass(frozen=True)
class ConnectionLost(Event):
    """The socket is gone."""


@dataclass(frozen=True)
class Tick(Event):
    """Time has passed; comes with every audio block, and from a timer when there is no audio."""


@dataclass(frozen=True)
class SpeechStarted(Event):
    """Voice activity began; `at` is when the speech began."""


@dataclass(frozen=True)
class SpeechStopped(Event):
    """0.2 s of silence after speech; `ended` is when the speech ended."""

    ended: float


@dataclass(frozen=True)
class Judged(Event):
    """The turn detector's probability that the utterance is complete; `second`: its later look."""

    attempt: int
    probability: float
    second: bool = False


@dataclass(frozen=True)
class Recognised(Event):
    """The words of the answer so far."""

    attempt: int
    heard: Heard


@dataclass(frozen=True)
class Overheard(Event):
    """The words so far of someone who speaks over us, with what was said before."""

    attempt: int
    heard: Heard


@dataclass(frozen=True)
class Planned(Event):
    """What to say next, for the answer of this attempt."""

    attempt: int
    plan: Plan


@dataclass(frozen=True)
class StageFailed(Event):
    """Work for this attempt failed for good, after its retries."""

    attempt: int
    stage: Stage


@dataclass(frozen=True)
class Played(Event):
    """Our utterance was heard to its end."""

    utterance: int


@dataclass(frozen=True)
class Typed(Event):
    """A typed answer."""

    text: str


@dataclass(frozen=True)
class Commanded(Event):
    """A button, a key or a spoken command."""

    name: CommandName


@dataclass(frozen=True)
class Active(Event):
    """A sign of life that is neither speech nor an answer: typing, or writing code."""


@dataclass(frozen=True)
class MicrophoneChanged(Event):
    """The microphone came or went."""

    on: bool


@dataclass(frozen=True)
class PatienceSet(Event):
    """The speaker moved the patience slider; 1 is the default, 2 waits twice as long."""

    factor: float
