"""What educators see of the coach: open questions, its knowledge in versions, and how it does."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.coaching import MOST_NOTE, Note
from app.usecases.ask_coach import AskCoach
from app.web.coach import CoachDep
from app.web.dependencies import ServicesDep
from app.web.educators import EducatorDep, reviewer
from app.web.forms import fields, problems
from app.web.templating import render

router = APIRouter(prefix="/coach/knowledge")
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
NoteId = Annotated[str, Path(max_length=80)]


class NoteForm(BaseModel):
    """A note as it is written: sources and ways to ask one a line."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Slug
    title: str = Field(min_length=3, max_length=120)
    text: str = Field(min_length=20, max_length=MOST_NOTE)
    sources: str = Field(min_length=3, max_length=2000)
    asks: str = Field(min_length=3, max_length=2000)
    settles: UUID | None = None


@router.get("")
async def page(request: Request, coach: CoachDep, _: EducatorDep) -> Response:
    """Open questions, figures and notes."""
    return await _page(request, coach, {}, {})


@router.get("/{note_id}")
async def history(note_id: NoteId, request: Request, coach: CoachDep, _: EducatorDep) -> Response:
    """One note in all its versions, and the form for the next."""
    versions = await coach.kept.history(note_id)
    if not versions:
        raise HTTPException(404, "There is no such note.")
    newest = versions[-1]
    entered = {
        "id": newest.id,
        "title": newest.title,
        "text": newest.text,
        "sources": "\n".join(newest.sources),
        "asks": "\n".join(newest.asks),
    }
    context = {"versions": versions, "entered": entered, "errors": {}, "settles": None}
    return render(request, "pages/coach/note.html", context)


@router.post("")
async def publish(
    request: Request, services: ServicesDep, coach: CoachDep, _: EducatorDep
) -> Response:
    """Put a new note, or the next version of one, in use."""
    values = {k: v for k, v in fields(await request.form()).items() if v != ""}
    try:
        form = NoteForm.model_validate(values)
    except ValidationError as error:
        return await _page(request, coach, problems(error), values)
    versions = await coach.kept.history(form.id)
    note = Note(
        form.id,
        versions[-1].version + 1 if versions else 1,
        form.title,
        form.text,
        _lines(form.sources),
        _lines(form.asks),
        reviewer(request) or "an educator",
        services.clock(),
    )
    if not await coach.publish(note):
        text = "Somebody published the next version just now. Look at it, then try again."
        return await _page(request, coach, {"id": text}, values)
    if form.settles is not None:
        await coach.resolve(form.settles, note.id)
    return RedirectResponse(f"/coach/knowledge/{note.id}", 303)


@router.post("/questions/{exchange_id}/settled")
async def settle(exchange_id: UUID, coach: CoachDep, _: EducatorDep) -> Response:
    """Take a question off the list without a note."""
    if not await coach.resolve(exchange_id, "without a note"):
        raise HTTPException(404, "There is no such question.")
    return RedirectResponse("/coach/knowledge", 303)


async def _page(
    request: Request, coach: AskCoach, errors: dict[str, str], entered: dict[str, object]
) -> Response:
    context = {
        "unsettled": await coach.kept.unsettled(),
        "figures": await coach.kept.figures(),
        "notes": await coach.kept.notes(),
        "errors": errors,
        "entered": entered,
        "settles": entered.get("settles"),
    }
    return render(request, "pages/coach/knowledge.html", context, status=422 if errors else 200)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
