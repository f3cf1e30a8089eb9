"""Review for educators: the queue, one interview with its evidence, marks, release, contests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from app.domain.consent import Modality, Purpose
from app.domain.errors import (
    AlreadyAnswered,
    AlreadyReleased,
    BadMark,
    ContestsOpen,
    NotReady,
    Regraded,
)
from app.usecases.contest_score import answer_contest
from app.usecases.queue_for_review import Order, Queue, Show, Wanted, queue_for_review
from app.usecases.release_report import release_report
from app.usecases.review_scorecard import MarkWish, finish_card, mark_criterion
from app.usecases.under_review import open_review
from app.web.blind import Hiding, blind_of, remember_hiding
from app.web.dependencies import Services, ServicesDep, utc_now
from app.web.educators import EducatorDep, remember, reviewer, signed
from app.web.forms import fields
from app.web.review_forms import AnswerForm, MarkForm, ReleaseForm, ReviewedForm, told
from app.web.templating import render

router = APIRouter(prefix="/review")
Kind = Literal["mark", "reviewed", "release", "answer"]
NO_REASON = "Write why you change the level: the candidate will read it."
NO_CARD = "There is no such answer or criterion."
Text80 = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True)
class Problem:
    """What was not kept, where on the page, why, and what the person had entered."""

    kind: Kind
    status: int
    errors: Mapping[str, str]
    values: Mapping[str, object] = field(default_factory=dict)
    question_id: str = ""
    criterion_id: str = ""
    contest_id: str = ""

    def at(self, kind: Kind, question_id: str = "", part: str = "") -> bool:
        """Whether it belongs to this form."""
        here = self.criterion_id or self.contest_id
        return (self.kind, self.question_id, here) == (kind, question_id, part)


def _wanted(
    rubric: Text80 = "",
    reason: Text80 = "",
    show: Annotated[Show, Query()] = "review",
    order: Annotated[Order, Query()] = "oldest",
) -> Wanted:
    return Wanted(rubric, reason, show, order)


WantedDep = Annotated[Wanted, Depends(_wanted)]


@router.get("")
async def queue_page(
    request: Request,
    services: ServicesDep,
    _: EducatorDep,
    wanted: WantedDep,
) -> Response:
    """What waits for a person."""
    return await _queue(request, services, wanted, "pages/review/queue.html")


@router.get("/queue")
async def queue_part(
    request: Request,
    services: ServicesDep,
    _: EducatorDep,
    wanted: WantedDep,
) -> Response:
    """The list alone."""
    return await _queue(request, services, wanted, "partials/review/queue.html")


async def _queue(request: Request, services: Services, wanted: Wanted, template: str) -> Response:
    queue = await waiting_for(services, wanted)
    context = {"queue": queue, "wanted": wanted, "blind": blind_of(request)}
    return render(request, template, context)


async def waiting_for(services: Services, wanted: Wanted) -> Queue:
    """The queue; with accounts without practice that is for its own person alone."""
    return await queue_for_review(
        services.store, services.embedder, wanted, for_others=services.accounts
    )


@router.post("/hiding")
async def hiding(
    request: Request, _: EducatorDep, hide: Annotated[Hiding, Form()], back: Annotated[str, Form()]
) -> Response:
    """Choose what is hidden while marking, and go back to the page."""
    path = urlsplit(back).path
    here = path if path == "/review" or path.startswith("/review/") else "/review"
    return remember_hiding(RedirectResponse(here, 303), hide)


@router.get("/{interview_id}")
async def interview_page(
    interview_id: UUID, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """One interview: for each criterion the level, its anchors, the words, and the marks."""
    return await _page(request, services, interview_id, None)


@router.post("/{interview_id}/cards/{question_id}/criteria/{criterion_id}/mark")
async def mark(
    interview_id: UUID,
    question_id: str,
    criterion_id: str,
    request: Request,
    services: ServicesDep,
    _: EducatorDep,
) -> Response:
    """Add a mark beside the machine's level."""
    values = signed(request, fields(await request.form()))

    async def refuse(status: int, errors: Mapping[str, str]) -> Response:
        problem = Problem("mark", status, errors, values, question_id, criterion_id)
        return await _page(request, services, interview_id, problem)

    try:
        form = MarkForm.model_validate(values)
        level = None if form.level == "none" else form.level
        wish = MarkWish(
            question_id,
            criterion_id,
            level,
            form.reason,
            form.who,
            form.edition,
            form.seen,
            form.blind == "yes",
        )
        kept = await mark_criterion(services.store, interview_id, wish, now=utc_now())
    except ValidationError as error:
        return await refuse(422, told(error))
    except BadMark as error:
        at_level = "a level" in str(error)
        why = {"level": _sentence(error)} if at_level else {"reason": NO_REASON}
        return await refuse(422, why)
    except (Regraded, NotReady) as error:
        return await refuse(409, {"edition": _sentence(error)})
    if kept is None:
        raise HTTPException(404, NO_CARD)
    return _back(interview_id, f"c-{question_id}-{criterion_id}", form.who)


@router.post("/{interview_id}/cards/{question_id}/reviewed")
async def reviewed(
    interview_id: UUID, question_id: str, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """Mark one answer as reviewed."""
    values = signed(request, fields(await request.form(), lists=("seen",)))

    async def refuse(status: int, errors: Mapping[str, str]) -> Response:
        problem = Problem("reviewed", status, errors, values, question_id)
        return await _page(request, services, interview_id, problem)

    try:
        form = ReviewedForm.model_validate(values)
        pairs = [item.partition(":") for item in form.seen]
        done = await finish_card(
            services.store,
            services.embedder,
            interview_id,
            question_id,
            by=form.who,
            edition=form.edition,
            seen=[(name, int(newest)) for name, _colon, newest in pairs],
            now=utc_now(),
            blind=form.blind == "yes",
        )
    except ValidationError as error:
        return await refuse(422, told(error))
    except (Regraded, NotReady) as error:
        return await refuse(409, {"edition": _sentence(error)})
    if done is None:
        raise HTTPException(404, NO_CARD)
    return _back(interview_id, f"card-{question_id}", form.who)


@router.post("/{interview_id}/release")
async def release(
    interview_id: UUID, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """Release what was reviewed; open contests are asked about first."""
    values = signed(request, fields(await request.form()))
    problem: Problem
    try:
        form = ReleaseForm.model_validate(values)
        done = await release_report(
            services.store,
            interview_id,
            by=form.who,
            despite_contests=form.despite == "yes",
            now=utc_now(),
        )
    except ValidationError as error:
        problem = Problem("release", 422, told(error), values)
        return await _page(request, services, interview_id, problem)
    except (NotReady, AlreadyReleased, ContestsOpen) as error:
        asks = "despite" if isinstance(error, ContestsOpen) else "release"
        problem = Problem("release", 409, {asks: _sentence(error)}, values)
        return await _page(request, services, interview_id, problem)
    if done is None:
        raise HTTPException(404, "There is no such interview. It may have been deleted.")
    return _back(interview_id, "release", form.who)


@router.post("/{interview_id}/contests/{contest_id}/answer")
async def answer(
    interview_id: UUID, contest_id: UUID, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """Answer the candidate."""
    values = signed(request, fields(await request.form()))

    async def refuse(status: int, errors: Mapping[str, str]) -> Response:
        problem = Problem("answer", status, errors, values, contest_id=str(contest_id))
        return await _page(request, services, interview_id, problem)

    try:
        form = AnswerForm.model_validate(values)
        done = await answer_contest(
            services.store, interview_id, contest_id, form.text, form.who, now=utc_now()
        )
    except ValidationError as error:
        return await refuse(422, told(error))
    except AlreadyAnswered as error:
        return await refuse(409, {"text": _sentence(error)})
    if done is None:
        raise HTTPException(404, "There is no such contest.")
    where = f"c-{done.question_id}-{done.criterion_id}"
    return _back(interview_id, where, form.who)


async def _page(
    request: Request, services: Services, interview_id: UUID, problem: Problem | None
) -> Response:
    opened = await open_review(services.store, interview_id)
    if opened is None:
        raise HTTPException(404, "There is no such interview. It may have been deleted.")
    states = [held.state.value for held in opened.cards]
    blind = blind_of(request)
    context: dict[str, Any] = {
        "opened": opened,
        "interview": opened.interview,
        "assessment": opened.interview.purpose is Purpose.ASSESSMENT,
        "sound": opened.interview.agreed(Modality.RECORDING),
        "problem": problem,
        "who": reviewer(request),
        "blind": blind,
        "closed": {h.card.question_id for h in opened.cards if not blind.open(h)},
        "drafts": states.count("draft"),
        "released": bool(states) and all(state == "released" for state in states),
        "contests": sum(len(held.open_contests) for held in opened.cards),
    }
    status = problem.status if problem is not None else 200
    return render(request, "pages/review/interview.html", context, status=status)


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}."


def _back(interview_id: UUID, part: str, who: str) -> Response:
    return remember(RedirectResponse(f"/review/{interview_id}#{part}", 303), who)
