"""The API of review: the queue, one interview with its evidence, marks, release, contests."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Path, Query

from app.domain.errors import BadMark, ReviewError
from app.usecases.contest_score import answer_contest, contest_score
from app.usecases.queue_for_review import Order, Show, Wanted
from app.usecases.release_report import release_report
from app.usecases.review_scorecard import MarkWish, finish_card, mark_criterion
from app.usecases.under_review import open_review
from app.web.access import OWN, READ, Educator
from app.web.api_library import signer
from app.web.api_models import ALWAYS, also
from app.web.api_pages import PageDep
from app.web.api_review_models import (
    CardOut,
    ContestAnswer,
    ContestOut,
    Finished,
    MarkOut,
    NewContest,
    NewMark,
    QueueEntry,
    Releasing,
    ReviewOut,
)
from app.web.author_pages import sentence
from app.web.dependencies import InterviewDep, Services, ServicesDep, utc_now
from app.web.reviews import NO_CARD, waiting_for

router = APIRouter(prefix="/api", tags=["review"], responses=ALWAYS)
Filter = Annotated[str, Query(max_length=80)]
Key = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
NONE = "There is no such interview. It may have been deleted."


@router.get("/review")
async def queue(
    services: ServicesDep,
    page: PageDep,
    _: Educator,
    rubric: Filter = "",
    reason: Filter = "",
    show: Show = "review",
    order: Order = "oldest",
) -> tuple[QueueEntry, ...]:
    """What waits for a person."""
    wanted = Wanted(rubric, reason, show, order)
    found = await waiting_for(services, wanted)
    return tuple(QueueEntry.of(entry) for entry in page.of(found.entries))


@router.get("/review/{interview_id}", responses=also(404))
async def one(interview_id: UUID, services: ServicesDep, _: Educator) -> ReviewOut:
    """One interview: each level with its evidence, the words, and the marks."""
    opened = await open_review(services.store, interview_id)
    if opened is None:
        raise HTTPException(404, NONE)
    return ReviewOut.of(opened)


@router.post(
    "/review/{interview_id}/cards/{question_id}/criteria/{criterion_id}/marks",
    status_code=201,
    responses=also(404, 409),
)
async def mark(
    interview_id: UUID,
    question_id: Key,
    criterion_id: Key,
    wanted: NewMark,
    services: ServicesDep,
    visitor: Educator,
) -> MarkOut:
    """Add a mark beside the machine's level. 409: it was graded or marked anew meanwhile."""
    by = signer(visitor)
    wish = MarkWish(
        question_id, criterion_id, wanted.level, wanted.reason, by, wanted.edition, wanted.seen
    )
    try:
        kept = await mark_criterion(services.store, interview_id, wish, now=utc_now())
    except ReviewError as error:
        raise _refused(error) from error
    if kept is None:
        raise HTTPException(404, NO_CARD)
    return MarkOut.model_validate(kept)


@router.post("/review/{interview_id}/cards/{question_id}/reviewed", responses=also(404, 409))
async def reviewed(
    interview_id: UUID,
    question_id: Key,
    wanted: Finished,
    services: ServicesDep,
    visitor: Educator,
) -> CardOut:
    """Mark one answer as reviewed: what has no mark is confirmed."""
    try:
        done = await finish_card(
            services.store,
            services.embedder,
            interview_id,
            question_id,
            by=signer(visitor),
            edition=wanted.edition,
            seen=list(wanted.seen.items()),
            now=utc_now(),
        )
    except ReviewError as error:
        raise _refused(error) from error
    if done is None:
        raise HTTPException(404, NO_CARD)
    return await _card(services, interview_id, question_id)


@router.post("/review/{interview_id}/release", responses=also(404, 409))
async def release(
    interview_id: UUID, wanted: Releasing, services: ServicesDep, visitor: Educator
) -> ReviewOut:
    """Release an assessment whose answers are all reviewed."""
    try:
        done = await release_report(
            services.store,
            interview_id,
            by=signer(visitor),
            despite_contests=wanted.despite_contests,
            now=utc_now(),
        )
    except ReviewError as error:
        raise _refused(error) from error
    if done is None:
        raise HTTPException(404, NONE)
    return ReviewOut.of(done)


@router.post("/review/{interview_id}/contests/{contest_id}/answer", responses=also(404, 409))
async def answer(
    interview_id: UUID,
    contest_id: UUID,
    wanted: ContestAnswer,
    services: ServicesDep,
    visitor: Educator,
) -> ContestOut:
    """Answer the candidate; a level is changed by a mark."""
    try:
        done = await answer_contest(
            services.store, interview_id, contest_id, wanted.text, signer(visitor), now=utc_now()
        )
    except ReviewError as error:
        raise _refused(error) from error
    if done is None:
        raise HTTPException(404, "There is no such contest.")
    return ContestOut.model_validate(done)


@router.get(
    "/interviews/{interview_id}/contests", dependencies=[Depends(READ)], responses=also(404)
)
async def contests(interview: InterviewDep, services: ServicesDep) -> tuple[ContestOut, ...]:
    """What the candidate contests, and the answers."""
    async with services.store.begin() as work:
        found = await work.review.contests.of(interview.id)
    return tuple(ContestOut.model_validate(one) for one in found)


@router.post(
    "/interviews/{interview_id}/contests",
    status_code=201,
    dependencies=[Depends(OWN)],
    responses=also(404, 409),
)
async def contest(interview: InterviewDep, wanted: NewContest, services: ServicesDep) -> ContestOut:
    """Contest a level of one's own interview; a person answers."""
    try:
        made = await contest_score(
            services.store,
            interview.id,
            wanted.question_id,
            wanted.criterion_id,
            wanted.reason,
            now=utc_now(),
        )
    except ReviewError as error:
        raise _refused(error) from error
    if made is None:
        raise HTTPException(404, NO_CARD)
    return ContestOut.model_validate(made)


def _refused(error: ReviewError) -> HTTPException:
    return HTTPException(422 if isinstance(error, BadMark) else 409, sentence(error))


async def _card(services: Services, interview_id: UUID, question_id: str) -> CardOut:
    opened = await open_review(services.store, interview_id)
    held = opened.card(question_id) if opened is not None else None
    if held is None:
        raise HTTPException(404, NO_CARD)
    return CardOut.of(held)
