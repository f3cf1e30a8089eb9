"""Make an interview from a track: which questions, for what purpose, with which models."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from app.agent.tailor import tailor
from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.domain.interview import Interview, InterviewStatus, Mode, Order
from app.ports.embeddings import Embedder
from app.ports.store import Store, UnitOfWork

Along = Callable[[UnitOfWork, Interview], Awaitable[None]]


@dataclass(frozen=True)
class Wishes:
    """What a person asked for; a None takes the track's own value."""

    track_id: str
    purpose: Purpose = Purpose.PRACTICE
    asks: int | None = None
    minutes: float | None = None
    question_id: str | None = None
    job: str = ""
    resume: str = ""
    code: str = ""
    code_language: str = "python"
    patience: float = 1.0
    accommodations: tuple[str, ...] = ()
    order: Order = "authored"
    seed: int = 0
    question_ids: tuple[str, ...] = ()
    title: str = ""
    owner_id: UUID | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The questions that were asked for by id, if any."""
        return (self.question_id,) if self.question_id is not None else self.question_ids


async def prepare_interview(
    store: Store,
    wishes: Wishes,
    *,
    mode: Mode,
    models: Mapping[str, str],
    now: datetime,
    embedder: Embedder | None = None,
    along: Along | None = None,
) -> Interview:
    """Keep a new interview and return it.

    With a job description or a resume, the track's questions nearest in meaning are chosen.
    `along` runs in the transaction that keeps it: nothing is kept when it raises.

    Raises:
        BadContent: the track or a single question is unknown.
    """
    async with store.begin() as work:
        track = await work.library.track(wishes.track_id)
        if track is None:
            raise BadContent(f"expected a track of the bank, found {wishes.track_id!r}")
        known = await work.library.questions(wishes.named or track.questions)
    ids = tuple(question.id for question in known)
    if missing := set(wishes.named) - set(ids):
        raise BadContent(f"expected a question of the bank, found {missing.pop()!r}")
    asks = min(wishes.asks or len(wishes.named) or track.asks, len(ids))
    background = _background(wishes.job, wishes.resume)
    if background and embedder is not None and not wishes.named:
        sized = track.model_copy(update={"asks": asks})
        ids = await tailor(sized, known, background, embedder)
    async with store.begin() as work:
        interview = Interview(
            id=uuid4(),
            purpose=wishes.purpose,
            track_id=track.id,
            title=wishes.title or track.title,
            status=InterviewStatus.CREATED,
            mode=mode,
            created_at=now,
            token=secrets.token_urlsafe(24),
            asks=asks,
            minutes=wishes.minutes or float(track.minutes),
            question_ids=ids if wishes.order == "adaptive" else ids[:asks],
            order=wishes.order,
            seed=wishes.seed,
            code=wishes.code.strip("\n") or None,
            code_language=wishes.code_language,
            background=background,
            patience=wishes.patience,
            accommodations=wishes.accommodations,
            models=dict(models),
            owner_id=wishes.owner_id,
        )
        await work.interviews.add(interview)
        if along is not None:
            await along(work, interview)
    return interview


def _background(job: str, resume: str) -> str:
    parts = [("Job description", job.strip()), ("Background", resume.strip())]
    return "\n\n".join(f"{title}:\n{text}" for title, text in parts if text)
