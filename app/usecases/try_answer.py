"""Grade one typed answer to a draft with the real grader. Nothing is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from app.agent.cards import ungraded_card
from app.agent.case import Answered
from app.agent.grader import Grader
from app.domain.consent import Purpose
from app.domain.interview import Mode, Turn
from app.domain.question import Question, Rubric
from app.domain.scorecard import Scorecard, Ungraded


class TryAnswer:
    """Holds the grader that interviews are graded with."""

    def __init__(self, grader: Grader, mode: Mode) -> None:
        self._grader = grader
        self._mode = mode

    async def __call__(
        self, question: Question, rubric: Rubric, answer: str, now: datetime
    ) -> Scorecard:
        """The scorecard of this answer; raises PortError when something outside failed."""
        interview_id = uuid4()
        turn = Turn(
            id=uuid4(),
            interview_id=interview_id,
            index=0,
            kind="question",
            question_id=question.id,
            question=question.text,
            answer=answer,
            typed=True,
        )
        answered = Answered(
            interview_id,
            Purpose.PRACTICE,
            self._mode,
            question,
            rubric,
            (turn,),
            now,
            last_try=True,
        )
        if not answer.strip():
            return ungraded_card(answered, Ungraded.NO_ATTEMPT, "Nothing was said.")
        return await self._grader(answered)
