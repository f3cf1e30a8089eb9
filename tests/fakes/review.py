"""The repositories of review in memory, with the rules of the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.domain.agreement import Recalibration
from app.domain.assignment import Attempt
from app.domain.consent import Purpose
from app.domain.groups import SelfReport
from app.domain.interview import Interview, InterviewStatus, Turn
from app.domain.question import Exemplar
from app.domain.review import AuditEntry, Contest, Mark, Review, ReviewState, state_of
from app.domain.scorecard import FINAL, CardStatus, Scorecard
from app.ports.embeddings import Vectors
from app.ports.errors import StoreUnavailable
from app.ports.review import Queued

RUNNING = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE})


def refused(why: str) -> StoreUnavailable:
    error = StoreUnavailable(why)
    error.retryable = False
    return error


def all_said(card: Scorecard, turns: Sequence[Turn]) -> bool:
    """Whether every citation of a level stands, word for word, in a turn of the card."""
    heard = {t.index: f" {' '.join(t.heard.split())} " for t in turns if t.index in card.turns}
    return all(
        f" {' '.join(evidence.quote.split())} " in heard.get(evidence.turn, "")
        for score in card.criteria
        if score.level is not None
        for evidence in score.evidence
    )


@dataclass
class ReviewRows:
    """The rows that review reads and writes."""

    interviews: dict[UUID, Interview] = field(default_factory=dict)
    cards: dict[tuple[UUID, str], Scorecard] = field(default_factory=dict)
    reviews: dict[tuple[UUID, str], Review] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    contests: dict[UUID, Contest] = field(default_factory=dict)
    trail: list[AuditEntry] = field(default_factory=list)
    learned: dict[tuple[UUID, str], tuple[Exemplar, Vectors]] = field(default_factory=dict)
    recalibrations: dict[tuple[str, int, str], Recalibration] = field(default_factory=dict)
    self_reports: dict[UUID, SelfReport] = field(default_factory=dict)
    attempts: dict[UUID, Attempt] = field(default_factory=dict)

    def erase_review(self, interview_id: UUID) -> None:
        """Let go of all that belongs to an interview."""
        self.reviews = {k: r for k, r in self.reviews.items() if k[0] != interview_id}
        self.marks = [m for m in self.marks if m.interview_id != interview_id]
        theirs = self.contests.items()
        self.contests = {k: c for k, c in theirs if c.interview_id != interview_id}
        self.trail = [e for e in self.trail if e.interview_id != interview_id]
        self.learned = {k: e for k, e in self.learned.items() if k[0] != interview_id}
        self.self_reports.pop(interview_id, None)

    def known(self, interview_id: UUID) -> None:
        """Refuse rows of no interview."""
        if interview_id not in self.interviews:
            raise refused("no such interview")


class FakeReviewWork:
    """The repositories of review over one state."""

    def __init__(self, rows: ReviewRows) -> None:
        self.reviews = FakeReviews(rows)
        self.marks = FakeMarks(rows)
        self.contests = FakeContests(rows)
        self.trail = FakeAuditTrail(rows)
        self.exemplars = FakeExemplars(rows)
        self.recalibrations = FakeRecalibrations(rows)


class FakeReviews:
    def __init__(self, rows: ReviewRows) -> None:
        self._rows = rows

    async def hold(self, interview_id: UUID) -> None:
        return

    async def of(self, interview_id: UUID) -> tuple[Review, ...]:
        theirs = [r for r in self._rows.reviews.values() if r.interview_id == interview_id]
        return tuple(sorted(theirs, key=lambda r: r.question_id))

    async def save(self, review: Review) -> None:
        self._rows.known(review.interview_id)
        if review.state is ReviewState.RELEASED and review.released_at is None:
            raise refused("released, but not when")
        self._rows.reviews[review.interview_id, review.question_id] = review

    async def for_others(self, interview_ids: Sequence[UUID]) -> frozenset[UUID]:
        contested = {contest.interview_id for contest in self._rows.contests.values()}
        given = {
            one.id
            for one in self._rows.interviews.values()
            if one.purpose is Purpose.ASSESSMENT
            or one.id in self._rows.attempts
            or one.id in contested
        }
        return frozenset(interview_ids) & given

    async def waiting(self, limit: int = 500, *, for_others: bool = False) -> tuple[Queued, ...]:
        given = await self.for_others(list(self._rows.interviews))
        found = [
            queued
            for key, card in self._rows.cards.items()
            if card.status in FINAL or card.status is CardStatus.FAILED
            if self._rows.interviews[key[0]].status not in RUNNING
            if not for_others or key[0] in given
            for queued in [self._queued(card)]
            if queued.open_contests or state_of(card, queued.review) is ReviewState.DRAFT
        ]
        found.sort(key=lambda q: (q.created_at, q.card.interview_id, q.card.turns))
        return tuple(found[:limit])

    async def graded(
        self, purpose: Purpose, limit: int = 5000, *, for_others: bool = False
    ) -> tuple[Scorecard, ...]:
        given = await self.for_others(list(self._rows.interviews))
        every = [
            i
            for i in self._rows.interviews.values()
            if i.purpose is purpose and i.status not in RUNNING
            if i.id not in self._rows.attempts or not self._rows.attempts[i.id].trial
            if not for_others or i.id in given
        ]
        every.sort(key=lambda i: i.created_at, reverse=True)
        ids = {interview.id for interview in every[:limit]}
        cards = [
            c for c in self._rows.cards.values() if c.interview_id in ids and c.status in FINAL
        ]
        return tuple(sorted(cards, key=lambda c: (c.interview_id, c.question_id)))

    def _queued(self, card: Scorecard) -> Queued:
        interview = self._rows.interviews[card.interview_id]
        still_open = [
            c
            for c in self._rows.contests.values()
            if c.open and (c.interview_id, c.question_id) == (card.interview_id, card.question_id)
        ]
        review = self._rows.reviews.get((card.interview_id, card.question_id))
        return Queued(
            card, interview.title, interview.purpose, interview.created_at, review, len(still_open)
        )


class FakeMarks:
    def __init__(self, rows: ReviewRows) -> None:
        self._rows = rows

    async def add(self, mark: Mark) -> Mark:
        self._rows.known(mark.interview_id)
        kept = replace(mark, id=len(self._rows.marks) + 1)
        self._rows.marks.append(kept)
        return kept

    async def of(self, interview_id: UUID) -> tuple[Mark, ...]:
        return tuple(m for m in self._rows.marks if m.interview_id == interview_id)

    async def newest(self, limit: int = 20_000) -> tuple[Mark, ...]:
        return tuple(self._rows.marks[-limit:])


class FakeContests:
    def __init__(self, rows: ReviewRows) -> None:
        self._rows = rows

    async def add(self, contest: Contest) -> None:
        self._rows.known(contest.interview_id)
        same = (contest.interview_id, contest.question_id, contest.criterion_id)
        for kept in self._rows.contests.values():
            if kept.open and (kept.interview_id, kept.question_id, kept.criterion_id) == same:
                raise refused("a second open contest of this criterion")
        self._rows.contests[contest.id] = contest

    async def of(self, interview_id: UUID) -> tuple[Contest, ...]:
        theirs = [c for c in self._rows.contests.values() if c.interview_id == interview_id]
        return tuple(sorted(theirs, key=lambda c: (c.at, c.id)))

    async def answer(self, contest: Contest) -> bool:
        kept = self._rows.contests.get(contest.id)
        if kept is None or not kept.open:
            return False
        self._rows.contests[contest.id] = replace(
            kept,
            answer=contest.answer,
            answered_by=contest.answered_by,
            answered_at=contest.answered_at,
        )
        return True


class FakeAuditTrail:
    def __init__(self, rows: ReviewRows) -> None:
        self._rows = rows

    async def add(self, entry: AuditEntry) -> None:
        self._rows.known(entry.interview_id)
        self._rows.trail.append(replace(entry, id=len(self._rows.trail) + 1))

    async def of(self, interview_id: UUID) -> tuple[AuditEntry, ...]:
        return tuple(e for e in self._rows.trail if e.interview_id == interview_id)


class FakeExemplars:
    def __init__(self, rows: ReviewRows) -> None:
        self._rows = rows

    async def learn(
        self,
        interview_id: UUID,
        question_id: str,
        answer: str,
        levels: Mapping[str, int],
        vector: Vectors,
    ) -> None:
        self._rows.known(interview_id)
        self._rows.learned.pop((interview_id, question_id), None)
        kept = Exemplar(answer=answer, levels=dict(levels))
        self._rows.learned[interview_id, question_id] = (kept, vector)

    async def of(self, question_id: str, *, but: UUID) -> tuple[Exemplar, ...]:
        theirs = [
            exemplar
            for (interview_id, question), (exemplar, _) in self._rows.learned.items()
            if question == question_id and interview_id != but
        ]
        return tuple(reversed(theirs))


class FakeRecalibrations:
    def __init__(self, rows: ReviewRows) -> None:
        self._rows = rows

    async def save(self, recalibration: Recalibration) -> None:
        key = (recalibration.rubric_id, recalibration.rubric_version, recalibration.model)
        self._rows.recalibrations[key] = recalibration

    async def get(self, rubric_id: str, rubric_version: int, model: str) -> Recalibration | None:
        return self._rows.recalibrations.get((rubric_id, rubric_version, model))

    async def all(self) -> tuple[Recalibration, ...]:
        every = self._rows.recalibrations
        return tuple(every[key] for key in sorted(every))


class FakeSelfReports:
    """Self-reports over the interviews of a fake store."""

    def __init__(self, rows: ReviewRows) -> None:
        self._rows = rows

    async def give(self, report: SelfReport) -> bool:
        if report.interview_id not in self._rows.interviews:
            return False
        self._rows.self_reports[report.interview_id] = report
        return True

    async def withdraw(self, interview_id: UUID) -> None:
        self._rows.self_reports.pop(interview_id, None)

    async def of(self, interview_id: UUID) -> SelfReport | None:
        return self._rows.self_reports.get(interview_id)

    async def all(self) -> tuple[SelfReport, ...]:
        kept = self._rows.self_reports.values()
        return tuple(sorted(kept, key=lambda r: r.interview_id))
