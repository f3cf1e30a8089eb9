"""Pages that show: start, past interviews, another way, privacy."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from app.domain.consent import Purpose
from app.domain.person import Role
from app.usecases.assign_readers import assigned_to
from app.web.access import ANYONE, SignedIn
from app.web.dependencies import ServicesDep
from app.web.templating import render

router = APIRouter()


@router.get("/")
async def start(request: Request, services: ServicesDep, visitor: SignedIn) -> Response:
    """The start page."""
    async with services.store.begin() as work:
        tracks = await work.library.tracks()
        past = await work.interviews.recent(5, owner_id=visitor.person_id)
    context = {"tracks": tracks, "past": past, "mode": services.mode, "models": services.models}
    return render(request, "pages/start/start.html", context)


@router.get("/interviews")
async def past(request: Request, services: ServicesDep, visitor: SignedIn) -> Response:
    """One's own interviews, the newest first, and those that an interviewer may read."""
    async with services.store.begin() as work:
        interviews = await work.interviews.recent(200, owner_id=visitor.person_id)
    reads = visitor.person_id if visitor.may(Role.INTERVIEWER) else None
    assigned = await assigned_to(services.store, reads) if reads else ()
    return render(request, "pages/past/past.html", {"past": interviews, "assigned": assigned})


@router.get("/another-way", dependencies=[Depends(ANYONE)])
async def another_way(request: Request) -> Response:
    """Other ways to take the interview."""
    return render(request, "pages/accommodation/another_way.html")


@router.get("/privacy", dependencies=[Depends(ANYONE)])
async def privacy(request: Request, services: ServicesDep) -> Response:
    """What is kept, where and for how long."""
    live = services.notices(Purpose.PRACTICE)
    brought = {n.modality: n.text for n in services.notices(Purpose.PRACTICE, film=True)}
    films = {n.modality: brought[n.modality] for n in live if n.text != brought[n.modality]}
    context = {"notices": live, "films": films, "retention": services.retention}
    context["accounts"] = services.accounts
    return render(request, "pages/privacy/privacy.html", context)
