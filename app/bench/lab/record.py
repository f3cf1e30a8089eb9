"""What one scripted interview left behind: what was shown and said, and what the candidate did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from app.bench.lab.persona import Act, Persona
from app.dialogue.asides import ASIDES
from app.dialogue.spoken import speakable
from app.domain.interview import Interview, Turn
from app.domain.question import Question

Form = Literal["whole", "again", "closing", "aside"]
_ASIDES = frozenset(ASIDES.values())


@dataclass(frozen=True)
class Entry:
    """Something at `at` seconds of the interview: a message to the screen, or a deed."""

    at: float
    kind: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Deed:
    """What the candidate did from `start` to `end`; `turn` is the one that was open then."""

    start: float
    end: float
    act: Act
    words: str
    turn: int


@dataclass
class Utterance:
    """One utterance of the interviewer, from the captions and the question that was shown.

    `number` counts utterances, `turn` turns from 0, `place` questions from 1.
    """

    at: float
    number: int
    turn: int
    place: int
    kind: str
    lead: str
    question: str
    form: Form
    captions: list[str] = field(default_factory=list)
    undone: bool = False
    stopped: bool = False
    ended_at: float | None = None

    @property
    def text(self) -> str:
        """All of it as it is shown."""
        if self.form in ("again", "aside"):
            return " ".join(self.captions)
        return f"{self.lead} {self.question}".strip()

    @property
    def heard(self) -> str:
        """All of it as the voice says it."""
        short = self.form in ("again", "aside")
        parts = self.captions if short else [self.lead, self.question]
        return " ".join(speakable(part) for part in parts if part)


@dataclass
class Record:
    """One interview of one scripted candidate."""

    persona: Persona
    track: str
    seed: int
    interview: Interview
    questions: tuple[Question, ...]
    entries: list[Entry] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    turns: tuple[Turn, ...] = ()
    stuck: str | None = None
    _known: tuple[int, list[Utterance]] = field(default_factory=lambda: (0, []))

    @property
    def name(self) -> str:
        """Which run it is."""
        return f"{self.persona.id}/{self.track}/{self.seed}"

    def messages(self, kind: str) -> Iterator[Entry]:
        """Messages of one kind, in order."""
        return (entry for entry in self.entries if entry.kind == kind)

    def question_of(self, turn: int) -> Question | None:
        """The question that this turn belongs to."""
        if not 0 <= turn < len(self.turns):
            return None
        wanted = self.turns[turn].question_id
        return next((q for q in self.questions if q.id == wanted), None)

    def words_before(self, at: float) -> str:
        """All that the candidate had said or typed by then."""
        return " ".join(deed.words for deed in self.deeds if deed.start <= at and deed.words)

    def utterances(self) -> list[Utterance]:
        """Everything that we said, in order; what was taken back is marked."""
        if self._known[0] != len(self.entries):
            self._known = (len(self.entries), self._told())
        return self._known[1]

    def _told(self) -> list[Utterance]:
        found: list[Utterance] = []
        shown: Entry | None = None
        for entry in self.entries:
            if entry.kind == "question":
                _take_back(found, entry)
                shown = entry
            elif entry.kind == "speech" and shown is not None:
                _add_caption(found, entry, shown)
            elif entry.kind in ("speech_end", "speech_stop"):
                for utterance in found:
                    if utterance.number == entry.fields["utterance"]:
                        _end(utterance, entry)
        return found


def _add_caption(found: list[Utterance], entry: Entry, shown: Entry) -> None:
    number, text = entry.fields["utterance"], entry.fields["text"]
    if not found or found[-1].number != number:
        found.append(_utterance(entry, shown, found))
    if text not in found[-1].captions:
        found[-1].captions.append(text)


def _end(utterance: Utterance, entry: Entry) -> None:
    """All of it was sent, or it was stopped before that."""
    if utterance.ended_at is None:
        utterance.stopped = entry.kind == "speech_stop"
        utterance.ended_at = entry.at


def _utterance(entry: Entry, shown: Entry, before: list[Utterance]) -> Utterance:
    fields = shown.fields
    known = any(u.turn == fields["turn"] and u.kind != "closing" and not u.undone for u in before)
    form: Form = "again" if known else "whole"
    if fields["kind"] == "closing":
        form = "closing"
    elif entry.fields["text"] in _ASIDES and known:
        form = "aside"
    return Utterance(
        at=entry.at,
        number=entry.fields["utterance"],
        turn=fields["turn"],
        place=fields["number"],
        kind=fields["kind"],
        lead=fields["lead"],
        question=fields["text"],
        form=form,
    )


def _take_back(found: list[Utterance], shown: Entry) -> None:
    """A question that is shown again after a later one means that the later was taken back."""
    for utterance in found:
        later = utterance.turn > shown.fields["turn"]
        if later or (utterance.kind == "closing" and shown.fields["kind"] != "closing"):
            utterance.undone = True
