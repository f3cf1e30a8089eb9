"""A scripted conversation on the audio clock: events in, states and effects out."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.dialogue.effects import Effect, MakePlan, Recognise, Say
from app.dialogue.endpointing import Patience
from app.dialogue.events import (
    Connected,
    Event,
    Heard,
    Judged,
    Overheard,
    Planned,
    Played,
    Recognised,
    SpeechStarted,
    SpeechStopped,
    Tick,
)
from app.dialogue.session import Session, State
from app.dialogue.table import advance
from app.domain.interview import Word
from app.domain.plan import Plan


def words(text: str, start: float = 0.0, probability: float = 1.0) -> Heard:
    begins = [start + 0.3 * i for i in range(len(text.split()))]
    spoken = zip(text.split(), begins, strict=True)
    return Heard(tuple(Word(word, at, at + 0.25, probability) for word, at in spoken))


def question(number: int = 1, kind: str = "question") -> Plan:
    return Plan(
        kind=kind,  # type: ignore[arg-type]
        lead="Thank you.",
        question=f"What is thing {number}?",
        question_id=f"thing-{number}",
        number=number,
    )


@dataclass
class Script:
    session: Session = field(default_factory=lambda: Session(patience=Patience(done=2.0)))
    effects: list[Effect] = field(default_factory=list)
    at: float = 0.0

    def give(self, event: Event) -> tuple[Effect, ...]:
        self.session, effects = advance(self.session, event)
        self.at = max(self.at, event.at)
        self.effects += effects
        return effects

    def of(self, kind: type[Effect]) -> list[Effect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def state(self) -> State:
        return self.session.state

    def begin(self, plan: Plan | None = None) -> Script:
        """Connect, be asked the first question at 1 s and have heard it at 6 s."""
        self.give(Connected(0.0))
        self.give(Planned(1.0, self.session.attempt, plan or question()))
        self.give(Played(6.0, self.session.utterance))
        return self

    def tick_to(self, end: float, step: float = 0.032) -> None:
        """Let the clock run, tick by tick."""
        while self.at + step < end:
            self.give(Tick(self.at + step))
        self.give(Tick(end))

    def speak(self, start: float, end: float) -> None:
        """Speech from start to end, noticed 0.2 s after its end."""
        self.tick_to(start)
        self.give(SpeechStarted(start))
        self.tick_to(end + 0.2)
        self.give(SpeechStopped(end + 0.2, ended=end))

    def judge(self, probability: float) -> None:
        self.give(Judged(self.at, self.session.attempt, probability))

    def recognise(self, text: str) -> None:
        self.give(Recognised(self.at, self.session.attempt, words(text)))

    def overhear(self, text: str, probability: float = 1.0) -> tuple[Effect, ...]:
        """The words said over us are known, this surely."""
        since = self.session.over.since if self.session.over else self.at
        heard = words(text, since, probability)
        return self.give(Overheard(self.at, self.session.attempt, heard))

    def stay_silent_to(self, end: float) -> None:
        """Nobody speaks; what we say is heard to its end."""
        while self.at < end:
            self.give(Tick(min(end, self.at + 0.25)))
            if self.session.aside:
                self.give(Played(self.at, self.session.utterance))

    def plan(self, plan: Plan) -> None:
        self.give(Planned(self.at, self.session.attempt, plan))

    def says(self) -> list[str]:
        return [effect.plan.question for effect in self.of(Say)]  # type: ignore[attr-defined]

    def asked_for(self) -> list[int]:
        kinds = (Recognise, MakePlan)
        return [e.attempt for e in self.effects if isinstance(e, kinds)]
