"""Keep the turns of a live interview, each change in one short transaction.

While the store is away a change is tried again and again, and nothing further happens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from app.dialogue.effects import ClosedAnswer
from app.dialogue.session import UNDO_SECONDS
from app.domain.consent import Consent
from app.domain.interview import Interview, InterviewStatus, Recording, Turn
from app.domain.metrics import TurnMetrics
from app.domain.plan import Plan
from app.ports.errors import StoreUnavailable
from app.ports.store import Store, UnitOfWork

log = logging.getLogger(__name__)

UNDO_AND_A_LITTLE_SECONDS = UNDO_SECONDS + 1.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0)


class TurnKeeper:
    """The interview and its turns, the same here and in the store."""

    def __init__(self, interview: Interview, turns: list[Turn], store: Store) -> None:
        self.interview = interview
        self.turns = turns
        self._store = store
        self._put = -1
        self._metrics: dict[int, TurnMetrics] = {}

    def with_answer(self, answer: ClosedAnswer | None) -> tuple[Turn, ...]:
        """The turns as they would be with this answer to the newest."""
        if answer is None or not self.turns:
            return tuple(self.turns)
        return (*self.turns[:-1], _answered(self.turns[-1], answer, self.interview))

    def asked(self) -> tuple[Turn, ...]:
        """All turns so far."""
        return tuple(self.turns)

    def put(self, index: int, at: float) -> None:
        """The newest question was heard: its time is this, from the first time on.

        It is stored with the answer; until then the store has the time of the opening.
        """
        if self._put < index == len(self.turns) - 1:
            self._put = index
            self.turns[index] = replace(self.turns[index], asked_at_s=round(at, 3))

    def code_changed(self, code: str, language: str) -> None:
        """Remember the newest code."""
        self.interview = replace(self.interview, code=code, code_language=language)

    async def patience(self, factor: float) -> None:
        """Keep how patient the speaker wants us, for the next time too."""
        self.interview = replace(self.interview, patience=factor)

        async def write(work: UnitOfWork) -> None:
            await work.interviews.set_patience(self.interview.id, factor)

        await self._write(write)

    def consents_changed(self, consents: tuple[Consent, ...]) -> None:
        """Remember what the speaker agrees to now."""
        self.interview = replace(self.interview, consents=consents)

    async def open(self, index: int, plan: Plan, at: float) -> Turn:
        """Keep a new question; queue the grading of the one that it completes, after the undo."""
        turn = Turn(
            id=uuid4(),
            interview_id=self.interview.id,
            index=index,
            kind="follow_up" if plan.kind == "follow_up" else "question",
            question_id=plan.question_id or "",
            question=plan.question,
            probe=plan.probe,
            asked_at_s=round(at, 3),
        )
        started = self.interview.started_at or datetime.now(UTC)
        interview = replace(
            self.interview, status=InterviewStatus.LIVE, started_at=started, clock_s=at
        )

        async def write(work: UnitOfWork) -> None:
            await work.turns.add(turn)
            await work.interviews.progress(interview)
            if plan.done:
                await work.jobs.grade(interview.id, plan.done, after_s=UNDO_AND_A_LITTLE_SECONDS)

        await self._write(write)
        self.interview = replace(
            self.interview, status=interview.status, started_at=started, clock_s=at
        )
        self.turns.append(turn)
        return turn

    async def answer(
        self, index: int, answer: ClosedAnswer, metrics: TurnMetrics, at: float
    ) -> Turn:
        """Keep the answer of a turn, and how it was handed over."""
        turn = _answered(self.turns[index], answer, self.interview)
        interview = replace(self.interview, clock_s=at)

        async def write(work: UnitOfWork) -> None:
            await work.turns.save(turn)
            await work.interviews.progress(interview)
            await work.metrics.save(metrics)

        await self._write(write)
        self.interview = replace(self.interview, clock_s=at)
        self.turns[index] = turn
        self._metrics[index] = metrics
        return turn

    def measured(self, index: int) -> TurnMetrics | None:
        """How this turn was handed over, if that was here."""
        return self._metrics.get(index)

    async def reopen(self, index: int, *, interrupted: bool) -> Turn:
        """Take an answer back, with the question that was opened after it."""
        dropped = self.turns[index + 1 :]
        kept = self.turns[index]
        turn = replace(
            kept,
            answer=None,
            words=(),
            speech=(),
            end_wait_s=None,
            response_s=None,
            interrupted=kept.interrupted or interrupted,
            revision=kept.revision + 1,
        )

        async def write(work: UnitOfWork) -> None:
            for extra in dropped:
                await work.turns.remove(extra.id)
            await work.turns.save(turn)

        await self._write(write)
        self.turns[index:] = [turn]
        self._put = index
        return turn

    async def responded(self, index: int, seconds: float) -> Turn | None:
        """Keep how long the candidate waited for us after this turn."""
        if not 0 <= index < len(self.turns):
            return None
        turn = replace(self.turns[index], response_s=seconds)
        metrics = self._metrics.get(index)
        if metrics is not None:
            metrics = self._metrics[index] = replace(metrics, response_s=seconds)

        async def write(work: UnitOfWork) -> None:
            await work.turns.save(turn)
            if metrics is not None:
                await work.metrics.save(metrics)

        await self._write(write)
        self.turns[index] = turn
        return turn

    async def recording(self, file: str, at: float) -> None:
        """Keep where a stretch of audio lies; its length is read from the file."""
        stretch = Recording(self.interview.id, file, round(at, 3), 0.0)

        async def write(work: UnitOfWork) -> None:
            await work.observations.add_recording(stretch)

        await self._write(write)

    async def close(self, reason: str, at: float) -> None:
        """End the interview and queue what is not graded yet."""
        interview = replace(
            self.interview,
            status=InterviewStatus.GRADING,
            clock_s=at,
            finished_at=datetime.now(UTC),
            failure=None if reason == "completed" else reason,
        )
        asked = dict.fromkeys(turn.question_id for turn in self.turns)

        async def write(work: UnitOfWork) -> None:
            await work.interviews.progress(interview)
            for question_id in asked:
                await work.jobs.grade(interview.id, question_id)
            await work.jobs.finish(interview.id)

        await self._write(write)
        self.interview = replace(interview, consents=self.interview.consents)

    async def _write(self, write: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        for wait in RETRY_SECONDS:
            try:
                async with self._store.begin() as work:
                    await write(work)
                return
            except StoreUnavailable as error:
                if not error.retryable:
                    raise
                log.warning("the store is away, trying again: %s", error)
                await asyncio.sleep(wait)
        async with self._store.begin() as work:
            await write(work)


def _answered(turn: Turn, answer: ClosedAnswer, interview: Interview) -> Turn:
    spoken = answer.heard.text
    text = " ".join(part for part in (spoken, answer.typed) if part)
    return replace(
        turn,
        answer=text,
        unhinted=answer.heard.unhinted,
        typed=answer.typed is not None and not spoken,
        skipped=answer.skipped,
        words=answer.heard.words,
        answered_from_s=answer.speech[0][0] if answer.speech else None,
        answered_to_s=answer.speech[-1][1] if answer.speech else None,
        speech=answer.speech,
        end_wait_s=answer.end_wait_s,
        code=interview.code,
        unreliable=answer.heard.unreliable,
        language=answer.heard.language,
    )
