"""Interview a stakeholder, typed or aloud: practice alone. Only the page carries the talk.

What is said aloud is heard by `/check/hear` and stands in the field before it is asked; answers are
authored lines, spoken by their names.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from app.domain.stakeholder import Stakeholder
from app.ports.errors import EmbeddingUnavailable
from app.usecases.interview_stakeholder import LONGEST_TURN, MOST_TURNS, InterviewStakeholder
from app.web.access import SIGNED_IN
from app.web.dependencies import ServicesDep
from app.web.forms import fields
from app.web.templating import render
from app.web.voices import spoken

router = APIRouter(prefix="/stakeholders", dependencies=[Depends(SIGNED_IN)])
Turn = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TURN)
]

Line = Annotated[str, Path(max_length=100)]


class TalkForm(BaseModel):
    """The turns so far and the next one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: tuple[Turn, ...] = Field((), max_length=MOST_TURNS)
    ask: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TURN)] = ""
    step: Literal["ask", "end"] = "ask"
    voice: Literal["", "on"] = ""


def _talks(services: ServicesDep) -> InterviewStakeholder:
    if services.stakeholders is None:
        raise HTTPException(404, "There is no stakeholder to talk with here.")
    return services.stakeholders


TalksDep = Annotated[InterviewStakeholder, Depends(_talks)]


def _stakeholder(stakeholder_id: str, talks: TalksDep) -> Stakeholder:
    found = talks.stakeholders.get(stakeholder_id)
    if found is None:
        raise HTTPException(404, "There is no such stakeholder.")
    return found


StakeholderDep = Annotated[Stakeholder, Depends(_stakeholder)]


@router.get("")
async def list_page(request: Request, talks: TalksDep) -> Response:
    """Who can be talked with."""
    return render(request, "pages/stakeholders/list.html", {"people": talks.stakeholders.values()})


@router.get("/{stakeholder_id}")
async def page(request: Request, stakeholder: StakeholderDep, talks: TalksDep) -> Response:
    """The beginning of a talk."""
    return await _talk(request, stakeholder, talks, TalkForm(), "")


@router.get("/{stakeholder_id}/voice/{line}")
async def voice(stakeholder: StakeholderDep, line: Line, services: ServicesDep) -> Response:
    """One authored line of the stakeholder, spoken."""
    text = stakeholder.lines.get(line)
    if text is None:
        raise HTTPException(404, "This is never said.")
    sound = await spoken(services, text, "The answers stand on the page.")
    sound.headers["Cache-Control"] = "private, max-age=3600"
    return sound


@router.post("/{stakeholder_id}")
async def talk(request: Request, stakeholder: StakeholderDep, talks: TalksDep) -> Response:
    """One more turn, or the end with its levels."""
    values = fields(await request.form(), lists=("said",))
    try:
        form = TalkForm.model_validate(values)
    except ValidationError:
        raise HTTPException(
            422, f"At most {MOST_TURNS} turns of {LONGEST_TURN} characters each."
        ) from None
    if form.step == "ask" and not form.ask:
        return await _talk(request, stakeholder, talks, form, "Write a question or a summary.")
    if form.step == "ask" and len(form.said) >= MOST_TURNS:
        error = f"After {MOST_TURNS} turns the talk ends."
        return await _talk(request, stakeholder, talks, form, error)
    return await _talk(request, stakeholder, talks, form, "")


async def _talk(
    request: Request,
    stakeholder: Stakeholder,
    talks: InterviewStakeholder,
    form: TalkForm,
    error: str,
) -> Response:
    turns = [*form.said, form.ask] if form.ask and not error and form.step == "ask" else form.said
    try:
        found = await talks.judge(stakeholder, turns)
    except EmbeddingUnavailable as unavailable:
        raise HTTPException(503, "The talk can't be held just now. Try again.") from unavailable
    context = {
        "stakeholder": stakeholder,
        "turns": turns,
        "found": found,
        "ended": form.step == "end" and not error,
        "entered": form.ask if error else "",
        "error": error,
        "left": MOST_TURNS - len(turns),
        "longest": LONGEST_TURN,
        "aloud": form.voice == "on",
        "lines": {says: name for name, says in stakeholder.lines.items()},
    }
    return render(request, "pages/stakeholders/talk.html", context, status=422 if error else 200)
