"""What the interviewer knows when it plans: the question on the table and all said to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.agent.budget import Standing
from app.assessment.attempts import Attempt, attempt, without_instructions
from app.assessment.requests import Request, request_in
from app.assessment.wording import stems
from app.domain.interview import Interview, Turn
from app.domain.question import Question, QuestionKind

MOST_HOTWORDS = 40
_WORDS = re.compile(r"[A-Za-z][\w-]{3,}")
_DENYING = ("a", "dis", "il", "im", "in", "ir", "non", "non-", "not ", "un")
_NAME = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]{3,40}\b")


@dataclass(frozen=True)
class Scene:
    """The question on the table, the answers to it, and the questions that are still to come."""

    interview: Interview
    turns: tuple[Turn, ...]
    question: Question
    ahead: tuple[Question, ...]
    standing: Standing
    answers: tuple[str, ...]
    code: str

    @property
    def said(self) -> str:
        """All answers to this question, without what was addressed to the machine."""
        return " ".join(answer for answer in self.answers if answer)

    @property
    def attempt(self) -> Attempt:
        """The kind of the newest reply."""
        return self.standing.last

    @property
    def request(self) -> Request | None:
        """What the newest reply asks of us, beside or in place of an answer."""
        return request_in(self.answers[-1]) if self.answers else None

    @property
    def asked(self) -> tuple[str, ...]:
        """Everything that was asked in this interview, and the present question as authored."""
        return (self.question.text, *(turn.question for turn in self.turns))

    @property
    def used_probes(self) -> frozenset[str]:
        """The ids of authored probes that this question has used."""
        return frozenset(
            turn.probe.probe_id
            for turn in self.turns
            if turn.question_id == self.question.id and turn.probe and turn.probe.probe_id
        )

    @property
    def place(self) -> int:
        """Varies the interviewer's short sentences."""
        return len(self.turns) + self.interview.seed

    @property
    def number(self) -> int:
        """The number of the question on the table, from 1."""
        return len(asked_ids(self.turns))


def asked_ids(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The questions that were asked, in order."""
    return tuple(dict.fromkeys(turn.question_id for turn in turns))


def scene_of(
    interview: Interview,
    turns: tuple[Turn, ...],
    at_s: float,
    question: Question,
    pool: Sequence[Question],
) -> Scene:
    """The scene after the newest turn; `pool` are the questions of the interview in their order."""
    asked = asked_ids(turns)
    ahead = tuple(q for q in pool if q.id not in asked)
    left = max(0, min(interview.asks - len(asked), len(ahead)))
    own = [turn for turn in turns if turn.question_id == question.id]
    typical = sum(q.minutes for q in ahead) / len(ahead) if ahead else 0.0
    standing = Standing(
        attempts=_attempts([turn.heard for turn in own], _vocabulary(question)),
        skipped=bool(own) and own[-1].skipped,
        questions_left=left,
        seconds_left=interview.minutes * 60.0 - at_s,
        minutes_ahead=typical * left
        if interview.order == "adaptive"
        else sum(q.minutes for q in ahead[:left]),
    )
    answers = tuple(without_instructions(turn.heard) for turn in own)
    return Scene(
        interview, turns, question, ahead, standing, answers, _code(interview, question, own)
    )


def hotwords(question: Question, code: str) -> tuple[str, ...]:
    """Words that an answer is likely to hold: those asked about, terms, then names in the code.

    A word is left out when its opposite is among them: hinted at both "mutable" and "immutable",
    Whisper heard one where the other was said.
    """
    asked = [word for word in _WORDS.findall(question.text) if stems([word])]
    terms = [term for point in question.points for term in point.terms]
    hints = dict.fromkeys([*asked, *terms, *_NAME.findall(code)])
    lower = {hint.lower() for hint in hints}
    denied = {word for word in lower for prefix in _DENYING if f"{prefix}{word}" in lower}
    opposite = denied | {f"{prefix}{word}" for word in denied for prefix in _DENYING}
    return tuple(hint for hint in hints if hint.lower() not in opposite)[:MOST_HOTWORDS]


def _attempts(replies: Sequence[str], vocabulary: frozenset[str]) -> tuple[Attempt, ...]:
    """A few words are enough for a follow-up, unless the first reply said little as well."""
    found = [attempt(reply, vocabulary) for reply in replies]
    if found and found[0] is Attempt.ANSWER:
        found = [Attempt.ANSWER if kind is Attempt.SHORT else kind for kind in found]
    return tuple(found)


def _vocabulary(question: Question) -> frozenset[str]:
    texts = [question.text, question.reference, *(p.text for p in question.points)]
    return stems([*texts, *(term for point in question.points for term in point.terms)])


def _code(interview: Interview, question: Question, own: Sequence[Turn]) -> str:
    """The code that belongs to this question: kept with an answer, or on the table for it."""
    kept = next((turn.code for turn in reversed(own) if turn.code and turn.code.strip()), None)
    if kept is not None:
        return kept
    return (interview.code or "") if question.kind is QuestionKind.CODE else ""
