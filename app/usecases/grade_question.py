"""Grade one question with its follow-ups, once for each revision of its turns."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from app.agent.cards import ungraded_card
from app.agent.case import Answered
from app.agent.grader import Grader
from app.domain.interview import Interview, Turn
from app.domain.question import Exemplar, Rubric
from app.domain.review import Act, AuditEntry
from app.domain.scorecard import FINAL, CardStatus, Scorecard, Ungraded
from app.ports.errors import PortError
from app.ports.store import Store, UnitOfWork
from app.usecases.recalibrate import applied

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Loaded:
    interview: Interview
    turns: tuple[Turn, ...]
    card: Scorecard | None


class GradeQuestion:
    """Handles one grading job; safe to run twice."""

    def __init__(self, *, store: Store, grader: Grader, clock: Clock = _now) -> None:
        self._store = store
        self._grader = grader
        self._clock = clock

    async def __call__(
        self, interview_id: UUID, question_id: str, *, last_try: bool = False
    ) -> Scorecard | None:
        """The card as it stands afterwards; None when there is nothing to grade, or no more.

        Raises:
            PortError: something outside failed; with `last_try` the card is marked failed instead.
        """
        loaded = await self._load(interview_id, question_id)
        if loaded is None:
            return None
        answered = await self._answered(loaded, question_id, last_try)
        if answered is None:
            return None
        if loaded.card is not None and _still_true(loaded.card, answered):
            return loaded.card
        if not await self._save(_pending(loaded, question_id, CardStatus.RUNNING)):
            return None
        try:
            card = await self._graded(answered)
        except PortError as error:
            if not last_try:
                raise
            log.error("grading failed for good: %s", type(error).__name__)
            card = _pending(loaded, question_id, CardStatus.FAILED)
        return await self._keep(card, answered)

    async def give_up(
        self, interview_id: UUID, question_id: str, *, once_more: bool
    ) -> Scorecard | None:
        """Bring a question whose job failed for good to an outcome; None: it was never asked.

        Args:
            interview_id: The interview.
            question_id: The question.
            once_more: Whether a last try makes sense, with the text judge in the model's place.
                Not after a fault of our own or a worker's death: it would happen again.
        """
        if once_more:
            try:
                card = await self(interview_id, question_id, last_try=True)
            except Exception as error:  # whatever it was, the card must not stay running
                log.error("the last try failed: %s", type(error).__name__)
            else:
                if card is not None:
                    return card
        loaded = await self._load(interview_id, question_id)
        if loaded is None:
            return None
        card = loaded.card
        if card is None or card.status not in FINAL:
            card = _pending(loaded, question_id, CardStatus.FAILED)
        async with self._store.begin() as work:
            if not await _there(work, interview_id):
                return None
            await work.scorecards.save(card)
            await work.jobs.finish(interview_id)
        return card

    async def _graded(self, answered: Answered) -> Scorecard:
        if all(turn.skipped for turn in answered.turns):
            return ungraded_card(answered, Ungraded.SKIPPED, "The question was skipped.")
        if not any(turn.heard.strip() for turn in answered.turns):
            return ungraded_card(answered, Ungraded.NO_ATTEMPT, "Nothing was said.")
        return await self._grader(answered)

    async def _load(self, interview_id: UUID, question_id: str) -> _Loaded | None:
        async with self._store.begin() as work:
            interview = await work.interviews.get(interview_id)
            turns = await work.turns.of(interview_id)
            cards = await work.scorecards.of(interview_id)
        asked = tuple(turn for turn in turns if turn.question_id == question_id)
        if interview is None or not asked:
            return None
        card = next((card for card in cards if card.question_id == question_id), None)
        return _Loaded(interview, asked, card)

    async def _answered(self, loaded: _Loaded, question_id: str, last_try: bool) -> Answered | None:
        interview = loaded.interview
        async with self._store.begin() as work:
            library = work.library.of(interview.id)
            question = await library.question(question_id)
            rubric = await library.rubric(question.rubric) if question else None
            learned = await work.review.exemplars.of(question_id, but=interview.id)
        if question is None or rubric is None:
            log.warning("a question that was asked is no longer in the library")
            return None
        exemplars = (*fitting(learned, rubric), *question.exemplars)
        question = question.model_copy(update={"exemplars": exemplars})
        return Answered(
            interview.id,
            interview.purpose,
            interview.mode,
            question,
            rubric,
            loaded.turns,
            self._clock(),
            last_try,
        )

    async def _keep(self, card: Scorecard, answered: Answered) -> Scorecard | None:
        """Save unless an answer was reopened meanwhile: then a newer job grades it."""
        async with self._store.begin() as work:
            if not await _there(work, card.interview_id):
                return None
            turns = await work.turns.of(card.interview_id)
            now = tuple(turn for turn in turns if turn.question_id == card.question_id)
            if replace(answered, turns=now).digest != answered.digest:
                card = replace(card, status=CardStatus.WAITING, criteria=(), gates=(), reason="")
                await work.jobs.grade(card.interview_id, card.question_id)
            card = await _recalibrated(work, card, answered.rubric)
            await work.scorecards.save(card)
            for entry in _entries(card):
                await work.review.trail.add(entry)
            await work.jobs.finish(card.interview_id)
        return card

    async def _save(self, card: Scorecard) -> bool:
        """Whether there was still an interview to keep it with."""
        async with self._store.begin() as work:
            if not await _there(work, card.interview_id):
                return False
            await work.scorecards.save(card)
        return True


async def _there(work: UnitOfWork, interview_id: UUID) -> bool:
    """Whether the interview was not erased meanwhile; it is not while this transaction goes on."""
    await work.review.reviews.hold(interview_id)
    return await work.interviews.get(interview_id) is not None


def fitting(learned: Sequence[Exemplar], rubric: Rubric) -> tuple[Exemplar, ...]:
    """Learned exemplars with the levels that this rubric still has."""
    top = {criterion.id: criterion.max_level for criterion in rubric.criteria}
    kept = [
        (e, {name: level for name, level in e.levels.items() if level <= top.get(name, -1)})
        for e in learned
    ]
    return tuple(Exemplar(answer=e.answer, levels=levels) for e, levels in kept if levels)


async def _recalibrated(work: UnitOfWork, card: Scorecard, rubric: Rubric) -> Scorecard:
    if card.provenance is None:
        return card
    origin = card.provenance
    known = await work.review.recalibrations.get(
        origin.rubric_id, origin.rubric_version, origin.model
    )
    return applied(card, known, rubric)


def _entries(card: Scorecard) -> list[AuditEntry]:
    """What the trail keeps of a grading: each level, and by which model it was given."""
    if card.status not in FINAL or card.provenance is None:
        return []
    when = card.provenance.graded_at
    who = f"machine ({card.provenance.model})"
    return [
        AuditEntry(
            card.interview_id,
            Act.GRADED,
            who,
            when,
            card.question_id,
            c.criterion_id,
            None,
            c.level,
        )
        for c in card.criteria
    ]


def _pending(loaded: _Loaded, question_id: str, status: CardStatus) -> Scorecard:
    reason = "Grading failed. The answer is kept." if status is CardStatus.FAILED else ""
    indexes = tuple(turn.index for turn in loaded.turns)
    return Scorecard(loaded.interview.id, question_id, indexes, status, reason=reason)


def _still_true(card: Scorecard, answered: Answered) -> bool:
    """Whether the card is an outcome of exactly these turns."""
    graded = card.provenance.answer_digest if card.provenance else None
    return card.status in FINAL and graded == answered.digest
