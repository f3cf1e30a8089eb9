"""Forms that let interviewers read an interview, or all of a candidate's, and take it back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.interview import Interview
from app.domain.person import Person
from app.usecases.assign_readers import assign, interviews_of, readers_of, unassign
from app.web.access import ADMINS, EDUCATORS, Admin, Educator
from app.web.dependencies import InterviewDep, Services, ServicesDep
from app.web.templating import render

router = APIRouter()
ONE = "/review/{interview_id}/readers"
ALL = "/people/{person_id}/readers"
NO_PERSON = "There is no such person. The account may have been deleted."
NO_READER = "Choose an interviewer of the list."
NOT_ASSIGNED = "There is no such interviewer here. It may have been taken back already."
NO_ACCOUNTS = "This server has no accounts, so there are no interviewers to choose from."
Chosen = Annotated[UUID, Form()]


@router.get(ONE, dependencies=[Depends(EDUCATORS)])
async def of_interview(
    request: Request, interview: InterviewDep, services: ServicesDep
) -> Response:
    """Who may read one interview."""
    return await _page(request, services, (interview,))


@router.post(ONE)
async def give_one(
    request: Request, visitor: Educator, interview: InterviewDep, services: ServicesDep, who: Chosen
) -> Response:
    """Let an interviewer read it."""
    by, now = visitor.person_id, services.clock()
    if not await assign(services.store, [interview.id], who, by=by, now=now):
        return await _page(request, services, (interview,), error=NO_READER)
    return RedirectResponse(f"/review/{interview.id}/readers", 303)


@router.post(ONE + "/{reader_id}/remove")
async def take_one(
    visitor: Educator, interview: InterviewDep, services: ServicesDep, reader_id: UUID
) -> Response:
    """Take it back."""
    by, now = visitor.person_id, services.clock()
    if not await unassign(services.store, [interview.id], reader_id, by=by, now=now):
        raise HTTPException(404, NOT_ASSIGNED)
    return RedirectResponse(f"/review/{interview.id}/readers", 303)


@router.get(ALL, dependencies=[Depends(ADMINS)])
async def of_person(request: Request, person_id: UUID, services: ServicesDep) -> Response:
    """Who may read what a candidate held so far."""
    person, held = await _held(services, person_id)
    return await _page(request, services, held, person)


@router.post(ALL)
async def give_all(
    request: Request, visitor: Admin, person_id: UUID, services: ServicesDep, who: Chosen
) -> Response:
    """Let an interviewer read all of it."""
    person, held = await _held(services, person_id)
    by, now = visitor.person_id, services.clock()
    if not held or not await assign(services.store, [i.id for i in held], who, by=by, now=now):
        return await _page(request, services, held, person, error=NO_READER)
    return RedirectResponse(f"/people/{person_id}/readers", 303)


@router.post(ALL + "/{reader_id}/remove")
async def take_all(
    visitor: Admin, person_id: UUID, services: ServicesDep, reader_id: UUID
) -> Response:
    """Take all of it back."""
    _, held = await _held(services, person_id)
    by, now = visitor.person_id, services.clock()
    if not await unassign(services.store, [i.id for i in held], reader_id, by=by, now=now):
        raise HTTPException(404, NOT_ASSIGNED)
    return RedirectResponse(f"/people/{person_id}/readers", 303)


async def _held(services: Services, person_id: UUID) -> tuple[Person, tuple[Interview, ...]]:
    async with services.store.begin() as work:
        person = await work.accounts.people.get(person_id)
    held = await interviews_of(services.store, person_id)
    if person is None or held is None:
        raise HTTPException(404, NO_PERSON)
    return person, held


async def _page(
    request: Request,
    services: Services,
    interviews: tuple[Interview, ...],
    person: Person | None = None,
    *,
    error: str = "",
) -> Response:
    if not services.accounts:
        raise HTTPException(409, NO_ACCOUNTS)
    context = {
        "readers": await readers_of(services.store, interviews),
        "interviews": interviews,
        "person": person,
        "error": error,
        "here": request.url.path.partition("/readers")[0] + "/readers",
    }
    return render(request, "pages/accounts/readers.html", context, status=422 if error else 200)
