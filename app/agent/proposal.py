"""A follow-up or wording by the interviewer's language model; every failure is None."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from app.agent.candidates import Candidate, Shares, from_model, open_points
from app.agent.coverage import Coverage
from app.agent.scene import Scene
from app.assessment.probes import contains
from app.dialogue.spoken import speakable
from app.domain.question import Question
from app.ports.errors import PortError
from app.ports.language import Answer, ChatModel, PromptLibrary

log = logging.getLogger(__name__)

TOO_ALIKE = 0.85
TELLS_THE_POINT = 0.8


class ProbeDraft(BaseModel):
    """A follow-up as the model proposes it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ask: str = Field(max_length=400)
    phrase: str | None = Field(default=None, max_length=80)
    point: str | None = Field(default=None, max_length=80)


class Rewording(BaseModel):
    """A question in other words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str = Field(max_length=400)


class Writer:
    """Asks a capable model for words, and waits no longer than it may."""

    def __init__(
        self, model: ChatModel | None, prompts: PromptLibrary | None, seconds: float
    ) -> None:
        """A model that is not capable is never asked."""
        self._model = model if model is not None and model.capable else None
        self._prompts = prompts
        self._seconds = seconds

    @property
    def ready(self) -> bool:
        """Whether there is a model that may write."""
        return self._model is not None and self._prompts is not None

    async def probe(self, scene: Scene, shares: Shares, coverage: Coverage) -> Candidate | None:
        """A follow-up to the newest answer, if it comes in time and says nothing forbidden."""
        wanted = open_points(scene.question, shares)
        still_open = [point.id for point in scene.question.points if point.id in wanted]
        draft = await self._reply(
            ProbeDraft,
            "write-probe",
            **fixed(scene.question),
            open=still_open,
            answer=scene.said,
            asked=list(scene.asked[1:]),
            code=scene.code,
        )
        if draft is None:
            return None
        ask = speakable(draft.ask)
        phrase = draft.phrase.strip(" \"'.,") if draft.phrase else None
        if phrase and not (contains(scene.said, phrase) and contains(ask, phrase)):
            phrase = None
        point = draft.point if draft.point in wanted else None
        if not ask or await self._too_near(ask, scene, coverage, wanted):
            return None
        return from_model(ask, phrase or None, point)

    async def reword(self, question: str, asked: Sequence[str]) -> str | None:
        """The same question in simpler words."""
        found = await self._reply(
            Rewording, "word-question", question=question, asked=list(asked[-4:])
        )
        return speakable(found.question) if found is not None else None

    async def _too_near(
        self, ask: str, scene: Scene, coverage: Coverage, wanted: frozenset[str]
    ) -> bool:
        """Whether it means what was asked before, or says what is still to be found out."""
        points = [p.text for p in scene.question.points if p.id in wanted]
        try:
            rows = await coverage.texts([ask, *scene.asked[-6:], *points])
        except PortError:
            return False
        likeness = rows[1:] @ rows[0]
        before, told = np.split(likeness, [len(likeness) - len(points)])
        return bool((before > TOO_ALIKE).any() or (told > TELLS_THE_POINT).any())

    async def _reply(
        self, shape: type[Answer], prompt_id: str, /, **inputs: object
    ) -> Answer | None:
        if self._model is None or self._prompts is None:
            return None
        try:
            prompt = self._prompts.render(prompt_id, **inputs)
            async with asyncio.timeout(self._seconds):
                return shape.model_validate(await self._model.reply(prompt, shape))
        except Exception as error:  # whatever a model does, the bank's follow-up stands ready
            log.info("the model's %s was not used: %s", prompt_id, type(error).__name__)
            return None


def fixed(question: Question) -> dict[str, object]:
    """What a prompt begins with for every turn of a question, so that servers can cache it."""
    points = [{"id": point.id, "text": point.text} for point in question.points]
    return {"question": question.text, "points": points}
