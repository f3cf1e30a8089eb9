"""The API of the coach: ask about one's own interviews; for educators, what it knows and lacks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Path

from app.domain.coaching import Note
from app.domain.errors import BadContent
from app.ports.errors import PortError
from app.usecases.ask_coach import person_of
from app.web.access import Educator, SignedIn
from app.web.api_coach_models import (
    Asked,
    Cleared,
    ExchangeOut,
    Figures,
    NewNote,
    NoteOut,
    Unsettled,
    Vote,
)
from app.web.api_library import signer
from app.web.api_models import ALWAYS, also
from app.web.api_pages import PageDep
from app.web.author_pages import sentence
from app.web.coach import FAILED, CoachDep
from app.web.dependencies import ServicesDep

router = APIRouter(prefix="/api/coach", tags=["coach"], responses={**ALWAYS, **also(404)})
NO_QUESTION = "There is no such question."
NoteId = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


@router.get("/exchanges")
async def exchanges(coach: CoachDep, page: PageDep, visitor: SignedIn) -> tuple[ExchangeOut, ...]:
    """One's own conversation, the newest first."""
    found = await coach.kept.exchanges(person_of(visitor.person_id), page.upto)
    return tuple(ExchangeOut.of(one) for one in page.of(found[::-1]))


@router.post("/exchanges", status_code=201)
async def ask(wanted: Asked, coach: CoachDep, visitor: SignedIn) -> ExchangeOut:
    """Ask, and wait for the answer: every sentence cites a moment, a note or a question."""
    owner = visitor.person_id
    try:
        exchange = await coach.take(owner, wanted.question)
        answered = await coach.answer(owner, exchange.id)
    except BadContent as error:
        raise HTTPException(422, sentence(error)) from error
    except PortError as error:
        raise HTTPException(503, FAILED) from error
    if answered is None:
        raise HTTPException(404, "The interview that it is about was erased meanwhile.")
    return ExchangeOut.of(answered)


@router.delete("/exchanges")
async def clear(coach: CoachDep, visitor: SignedIn) -> Cleared:
    """Erase one's own conversation."""
    return Cleared(erased=await coach.kept.clear(person_of(visitor.person_id)))


@router.get("/exchanges/{exchange_id}")
async def exchange(exchange_id: UUID, coach: CoachDep, visitor: SignedIn) -> ExchangeOut:
    """One question with its answer."""
    found = await coach.of(visitor.person_id, exchange_id)
    if found is None:
        raise HTTPException(404, NO_QUESTION)
    return ExchangeOut.of(found)


@router.post("/exchanges/{exchange_id}/vote")
async def vote(exchange_id: UUID, wanted: Vote, coach: CoachDep, visitor: SignedIn) -> ExchangeOut:
    """Say whether it helped, or ask for a person."""
    owner = visitor.person_id
    if wanted.vote == "person":
        found = await coach.hand_off(owner, exchange_id)
    else:
        found = await coach.rate(owner, exchange_id, helpful=wanted.vote == "yes")
    if found is None:
        raise HTTPException(404, NO_QUESTION)
    return ExchangeOut.of(found)


@router.get("/notes")
async def notes(coach: CoachDep, page: PageDep, _: Educator) -> tuple[NoteOut, ...]:
    """What the coach knows, in the versions in use, by title."""
    return tuple(NoteOut.model_validate(note) for note in page.of(await coach.kept.notes()))


@router.post("/notes", status_code=201, responses=also(409))
async def publish(
    wanted: NewNote, services: ServicesDep, coach: CoachDep, visitor: Educator
) -> NoteOut:
    """Put a new note, or the next version of one, in use."""
    versions = await coach.kept.history(wanted.id)
    number = versions[-1].version + 1 if versions else 1
    by = signer(visitor)
    try:
        note = Note(
            wanted.id,
            number,
            wanted.title,
            wanted.text,
            wanted.sources,
            wanted.asks,
            by,
            services.clock(),
        )
    except ValueError as error:
        raise HTTPException(422, sentence(error)) from error
    if not await coach.publish(note):
        raise HTTPException(409, "Somebody published the next version just now.")
    if wanted.settles is not None:
        await coach.resolve(wanted.settles, note.id)
    return NoteOut.model_validate(note)


@router.get("/notes/{note_id}")
async def history(note_id: NoteId, coach: CoachDep, _: Educator) -> tuple[NoteOut, ...]:
    """A note in all its versions, the oldest first."""
    versions = await coach.kept.history(note_id)
    if not versions:
        raise HTTPException(404, "There is no such note.")
    return tuple(NoteOut.model_validate(note) for note in versions)


@router.get("/questions")
async def unsettled(coach: CoachDep, page: PageDep, _: Educator) -> tuple[Unsettled, ...]:
    """Unanswered, down-voted and handed over questions that nobody settled yet."""
    found = await coach.kept.unsettled(page.upto)
    return tuple(Unsettled.of(one) for one in page.of(found))


@router.post("/questions/{exchange_id}/settled", status_code=204)
async def settle(exchange_id: UUID, coach: CoachDep, _: Educator) -> None:
    """Take a question off the list without a note."""
    if not await coach.resolve(exchange_id, "without a note"):
        raise HTTPException(404, NO_QUESTION)


@router.get("/figures")
async def figures(coach: CoachDep, _: Educator) -> Figures:
    """Counts by outcome, helpfulness and hand-off rate."""
    return Figures.of(await coach.kept.figures())
