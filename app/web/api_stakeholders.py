"""The API of stakeholder interviews: the talk travels with the request; nothing is kept."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException
from pydantic import Field, StringConstraints

from app.assessment.elicitation import Elicitation
from app.ports.errors import EmbeddingUnavailable
from app.usecases.interview_stakeholder import LONGEST_TURN, MOST_TURNS
from app.web.access import SIGNED_IN
from app.web.api_models import ALWAYS, Model, Said, Told, also
from app.web.stakeholders import StakeholderDep, TalksDep

router = APIRouter(
    prefix="/api/stakeholders",
    tags=["stakeholders"],
    dependencies=[Depends(SIGNED_IN)],
    responses={**ALWAYS, **also(404)},
)
Turn = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_TURN),
    Said,
]


class StakeholderOut(Told):
    """Somebody with a wish, and what they say first."""

    id: str
    title: str
    name: str
    brief: str


class Talk(Model):
    """All turns so far; `ended` asks for the levels."""

    said: tuple[Turn, ...] = Field((), max_length=MOST_TURNS)
    ended: bool = False


class Answered(Told):
    """One turn, its kind, and the answer."""

    asked: str
    kind: Literal["context-free", "context", "meta", "summary", "statement"]
    answer: str


class Level(Told):
    """One criterion with the turns that carry it, counted from 0."""

    id: str
    title: str
    level: int
    max_level: int
    turns: tuple[int, ...]


class TalkOut(Model):
    """The talk; levels and what was never brought up are told at its end."""

    exchanges: tuple[Answered, ...]
    criteria: tuple[Level, ...] | None
    missed: tuple[str, ...] | None

    @classmethod
    def of(cls, found: Elicitation, *, ended: bool) -> TalkOut:
        """That of a talk."""
        levels = tuple(Level.model_validate(one) for one in found.criteria)
        return cls(
            exchanges=tuple(Answered.model_validate(one) for one in found.exchanges),
            criteria=levels if ended else None,
            missed=tuple(one.title for one in found.missed) if ended else None,
        )


@router.get("")
async def stakeholders(talks: TalksDep) -> tuple[StakeholderOut, ...]:
    """Who can be talked with."""
    return tuple(StakeholderOut.model_validate(one) for one in talks.stakeholders.values())


@router.post("/{stakeholder_id}/talk")
async def talk(stakeholder: StakeholderDep, wanted: Talk, talks: TalksDep) -> TalkOut:
    """The answers to all turns; the same turns always get the same answers."""
    try:
        found = await talks.judge(stakeholder, wanted.said)
    except EmbeddingUnavailable as error:
        raise HTTPException(503, "The talk can't be held just now. Try again.") from error
    return TalkOut.of(found, ended=wanted.ended)
