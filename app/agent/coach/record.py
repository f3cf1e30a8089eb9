"""What the coach may look at: one person's interviews that are over and open to that person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.assessment.growth import Observation
from app.assessment.spaced_review import NextReview
from app.domain.coaching import Moment, Note
from app.domain.interview import Interview, Turn
from app.domain.question import Question
from app.domain.report import Delivery, Reviewed
from app.domain.review import Standing
from app.domain.scorecard import Evidence


@dataclass(frozen=True)
class Held:
    """One interview with what is known about it; `delivery` only with consent."""

    interview: Interview
    turns: tuple[Turn, ...]
    reviewed: tuple[Reviewed, ...] = ()
    delivery: Delivery | None = None
    versions: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def turn(self, index: int) -> Turn | None:
        """The turn of this index, or None."""
        return next((turn for turn in self.turns if turn.index == index), None)

    def standing(self, question_id: str, criterion_id: str) -> Standing | None:
        """One criterion of one question as it stands, or None."""
        review = next((r for r in self.reviewed if r.question_id == question_id), None)
        return review.criterion(criterion_id) if review else None

    def graded(self) -> Iterator[tuple[str, Standing]]:
        """Every criterion with a level and words that carry it, by question."""
        for review in self.reviewed:
            for standing in review.criteria:
                if standing.level is not None and standing.score and standing.score.evidence:
                    yield review.question_id, standing


@dataclass(frozen=True)
class Record:
    """A person's interviews, the newest first.

    `sealed` are the questions of assessments that are open: nothing is said about them. `due` is
    the plan of spaced review, the least likely to be recalled first.
    """

    held: tuple[Held, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()
    due: tuple[NextReview, ...] = ()
    notes: Mapping[str, Note] = field(default_factory=dict)

    def of(self, interview_id: UUID) -> Held | None:
        """One interview, or None."""
        return next((h for h in self.held if h.interview.id == interview_id), None)

    def topic(self, question_id: str) -> str:
        """What a question is about, in words."""
        question = self.questions.get(question_id)
        return question.topic if question else "a question of your own"

    def observations(self) -> tuple[Observation, ...]:
        """Every level as the curves of growth take it."""
        return tuple(seen for held in self.held for seen in observations_of(held))


def observations_of(held: Held) -> Iterator[Observation]:
    """The levels of one interview as shares of their highest."""
    for review in held.reviewed:
        rubric, version = held.versions.get(review.question_id, ("", 1))
        for one in review.criteria:
            if one.level is not None and rubric:
                share = one.level / one.max_level
                at = held.interview.created_at
                yield Observation(
                    str(held.interview.id), at, rubric, version, one.criterion_id, share
                )


def moment_of(held: Held, evidence: Evidence) -> Moment:
    """A piece of evidence as a moment that can be cited."""
    return Moment(
        held.interview.id, evidence.turn, evidence.quote, evidence.start_s, evidence.end_s
    )
