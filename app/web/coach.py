"""The coach's page: ask, read sentence by sentence, play what is cited, say whether it helped.

With JavaScript the answer is streamed; without it the whole page comes with the whole reply.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from app.domain.coaching import MOST_QUESTION, Exchange, Outcome
from app.domain.consent import Modality
from app.domain.errors import BadContent
from app.domain.person import Visitor
from app.ports.errors import PortError
from app.usecases.ask_coach import AskCoach, person_of
from app.web.access import SignedIn
from app.web.dependencies import Services, ServicesDep
from app.web.forms import fields
from app.web.templating import TEMPLATES, render

router = APIRouter()
SHOWN = 20
SUGGESTED = (
    "What was my weakest answer?",
    "What was missing from it?",
    "Do I speak too fast?",
    "Am I getting better?",
    "What should I practise next?",
    "I am nervous before interviews.",
)
FAILED = "The answer could not be made just now. Your question is kept: reload to try again."


def _coach(services: ServicesDep) -> AskCoach:
    if services.coach is None:
        raise HTTPException(404, "There is no coach on this server.")
    return services.coach


CoachDep = Annotated[AskCoach, Depends(_coach)]


@router.get("/coach")
async def page(
    request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """The conversation so far, and the form."""
    return await _page(request, services, coach, visitor, {})


@router.post("/coach")
async def ask(
    request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """Take a question: a fragment that streams its answer, or the page once it is answered."""
    values = fields(await request.form())
    owner = visitor.person_id
    try:
        exchange = await coach.take(owner, str(values.get("question", "")))
    except BadContent:
        errors = {"question": f"Write your question, {MOST_QUESTION} characters at most."}
        if "hx-request" in request.headers:
            context = {"errors": errors, "entered": str(values.get("question", ""))}
            return render(request, "partials/coach/form.html", context, status=422)
        return await _page(request, services, coach, visitor, errors)
    if "hx-request" in request.headers:
        return render(request, "partials/coach/asked.html", await _context(services, exchange))
    await coach.answer(owner, exchange.id)
    return RedirectResponse(f"/coach#x-{exchange.id}", 303)


@router.get("/coach/exchanges/{exchange_id}")
async def stream(
    exchange_id: UUID,
    request: Request,
    services: ServicesDep,
    coach: CoachDep,
    visitor: SignedIn,
) -> Response:
    """The answer as events: each holds it as far as it is told, the last one all of it."""
    if await coach.of(visitor.person_id, exchange_id) is None:
        raise HTTPException(404, "There is no such question.")
    events = _events(request, services, coach, visitor.person_id, exchange_id)
    return StreamingResponse(events, media_type="text/event-stream")


@router.post("/coach/exchanges/{exchange_id}/helpful")
async def helpful(
    exchange_id: UUID,
    request: Request,
    services: ServicesDep,
    coach: CoachDep,
    visitor: SignedIn,
) -> Response:
    """Keep whether it helped, or that a person is asked for."""
    vote = str(fields(await request.form()).get("vote", ""))
    owner = visitor.person_id
    if vote == "person":
        exchange = await coach.hand_off(owner, exchange_id)
    elif vote in ("yes", "no"):
        exchange = await coach.rate(owner, exchange_id, helpful=vote == "yes")
    else:
        raise HTTPException(422, "Not understood: vote.")
    if exchange is None:
        raise HTTPException(404, "There is no such question.")
    if "hx-request" in request.headers:
        return render(request, "partials/coach/exchange.html", await _context(services, exchange))
    return RedirectResponse(f"/coach#x-{exchange_id}", 303)


@router.post("/coach/clear")
async def clear(coach: CoachDep, visitor: SignedIn) -> Response:
    """Erase the conversation."""
    await coach.kept.clear(person_of(visitor.person_id))
    return RedirectResponse("/coach", 303)


async def _events(
    request: Request,
    services: Services,
    coach: AskCoach,
    owner: UUID | None,
    exchange_id: UUID,
) -> AsyncIterator[str]:
    try:
        exchange = await coach.answer(owner, exchange_id)
    except PortError:
        exchange = None
    if exchange is None:
        yield _event(f'<p class="note error">{FAILED}</p>')
    else:
        context = await _context(services, exchange)
        for upto in range(1, len(exchange.answer.sentences)):
            yield _event(_rendered(request, context | {"upto": upto}))
        yield _event(_rendered(request, context))
    yield "event: done\ndata: done\n\n"


def _rendered(request: Request, context: dict[str, Any]) -> str:
    template = TEMPLATES.get_template("partials/coach/answer.html")
    return template.render({"request": request, **context})


def _event(html: str) -> str:
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"{lines}\n"


async def _page(
    request: Request,
    services: Services,
    coach: AskCoach,
    visitor: Visitor,
    errors: dict[str, str],
) -> Response:
    past = await coach.kept.exchanges(person_of(visitor.person_id), SHOWN)
    shown = [await _context(services, exchange) for exchange in past]
    context = {
        "exchanges": shown,
        "suggested": SUGGESTED,
        "errors": errors,
        "entered": "",
        "most": MOST_QUESTION,
        "basic": services.mode == "basic",
    }
    return render(request, "pages/coach/coach.html", context, status=422 if errors else 200)


async def _context(services: Services, exchange: Exchange) -> dict[str, Any]:
    """An exchange with the titles and dates of what it cites, and whether it can be played."""
    cited: dict[UUID, Any] = {}
    notes: dict[tuple[str, int], Any] = {}
    async with services.store.begin() as work:
        for interview_id in exchange.interviews:
            cited[interview_id] = await work.interviews.get(interview_id)
    if services.coach is not None:
        for ref in (ref for s in exchange.answer.sentences for ref in s.notes):
            for note in await services.coach.kept.history(ref.note_id):
                notes[note.id, note.version] = note
    return {
        "exchange": exchange,
        "answer": exchange.answer,
        "cited": cited,
        "playable": {i for i, held in cited.items() if held and held.agreed(Modality.RECORDING)},
        "notes": notes,
        "upto": None,
        "waiting": exchange.answer.outcome is Outcome.ASKED,
    }
