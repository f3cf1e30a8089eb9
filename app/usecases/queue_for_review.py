"""What waits for a person, the oldest first; and per question, which answers to mark first."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import numpy as np

from app.assessment.spread import FIRST, most_telling
from app.domain.consent import Purpose
from app.domain.question import Question
from app.domain.review import state_of
from app.domain.scorecard import CardStatus, Scorecard
from app.ports.embeddings import Embedder
from app.ports.errors import EmbeddingUnavailable
from app.ports.review import Queued
from app.ports.store import Store, UnitOfWork
from app.usecases.under_review import said

log = logging.getLogger(__name__)

Show = Literal["review", "contested", "all"]
Order = Literal["oldest", "spread"]
MOST_EMBEDDED = 200
CONTESTED = "contested"


@dataclass(frozen=True)
class Wanted:
    """What of the queue is shown; empty filters let everything pass.

    `review` is what needs a person: every answer of an assessment, of a practice those that were
    sent to review, and whatever is contested. `all` adds the other answers of practices.
    """

    rubric: str = ""
    reason: str = ""
    show: Show = "review"
    order: Order = "oldest"


@dataclass(frozen=True)
class Entry:
    """One card of the queue; `first` marks those that teach most when marked now."""

    queued: Queued
    question: str
    rubric: str
    reasons: tuple[str, ...]
    first: bool = False


@dataclass(frozen=True)
class Queue:
    """The entries, what can be filtered by, and how many there are without filters."""

    entries: tuple[Entry, ...]
    rubrics: tuple[str, ...]
    reasons: tuple[str, ...]
    total: int


async def queue_for_review(
    store: Store, embedder: Embedder | None, wanted: Wanted, *, for_others: bool = False
) -> Queue:
    """The queue; without embeddings the spread order falls back to the oldest first.

    `for_others` leaves out practice that is for its own person alone.
    """
    async with store.begin() as work:
        waiting = await work.review.reviews.waiting(for_others=for_others)
        every = [q for q in waiting if _shown(q, wanted.show)]
        entries = await _entries(work, every)
        found = [
            entry
            for entry in entries
            if wanted.rubric in ("", entry.rubric)
            and (not wanted.reason or wanted.reason in entry.reasons)
        ]
        answers = await _answers(work, found) if wanted.order == "spread" else {}
    if wanted.order == "spread" and embedder is not None:
        found = await _spread(embedder, found, answers)
    return Queue(
        tuple(found),
        tuple(sorted({entry.rubric for entry in entries if entry.rubric})),
        tuple(sorted({reason for entry in entries for reason in entry.reasons})),
        len(entries),
    )


def reasons_of(card: Scorecard, open_contests: int) -> tuple[str, ...]:
    """Short codes of why a person should look."""
    found = [*card.gates]
    if open_contests:
        found.append(CONTESTED)
    if card.status in (CardStatus.UNGRADED, CardStatus.FAILED):
        found.append(card.status.value)
        found += [c.ungraded.value for c in card.criteria if c.ungraded is not None]
    return tuple(dict.fromkeys(found))


def _shown(queued: Queued, show: Show) -> bool:
    if show == "contested":
        return queued.open_contests > 0
    if show == "all":
        return True
    needed = queued.purpose is Purpose.ASSESSMENT or queued.card.status is CardStatus.REVIEW
    waits = needed and state_of(queued.card, queued.review).value == "draft"
    return waits or queued.open_contests > 0


async def _asked(work: UnitOfWork, every: Sequence[Queued]) -> dict[tuple[UUID, str], Question]:
    """The questions as they were asked, by interview and id."""
    wanted: dict[UUID, list[str]] = {}
    for queued in every:
        wanted.setdefault(queued.card.interview_id, []).append(queued.card.question_id)
    return {
        (interview_id, question.id): question
        for interview_id, ids in wanted.items()
        for question in await work.library.of(interview_id).questions(list(dict.fromkeys(ids)))
    }


async def _entries(work: UnitOfWork, every: Sequence[Queued]) -> list[Entry]:
    questions = await _asked(work, every)
    found = []
    for queued in every:
        question = questions.get((queued.card.interview_id, queued.card.question_id))
        origin = queued.card.provenance
        found.append(
            Entry(
                queued,
                question.text if question is not None else queued.card.question_id,
                origin.rubric_id if origin else question.rubric if question else "",
                reasons_of(queued.card, queued.open_contests),
            )
        )
    return found


async def _answers(work: UnitOfWork, entries: Sequence[Entry]) -> dict[tuple[UUID, str], str]:
    found = {}
    for entry in entries[:MOST_EMBEDDED]:
        card = entry.queued.card
        turns = await work.turns.of(card.interview_id)
        answer = said([t for t in turns if t.question_id == card.question_id])
        if answer:
            found[card.interview_id, card.question_id] = answer
    return found


async def _spread(
    embedder: Embedder, entries: list[Entry], answers: dict[tuple[UUID, str], str]
) -> list[Entry]:
    """For each question the most telling answers first; the rest keeps its order."""
    keys = list(answers)
    if not keys:
        return entries
    try:
        vectors = await asyncio.to_thread(embedder.embed, [answers[key] for key in keys])
    except EmbeddingUnavailable as error:
        log.warning("answers could not be embedded: %s", type(error).__name__)
        return entries
    by_question: dict[str, list[int]] = defaultdict(list)
    for place, (_, question_id) in enumerate(keys):
        by_question[question_id].append(place)
    rank: dict[tuple[UUID, str], int] = {}
    for places in by_question.values():
        chosen = most_telling(np.asarray(vectors[places]), FIRST)
        rank |= {keys[places[row]]: number for number, row in enumerate(chosen)}

    def key(entry: Entry) -> tuple[UUID, str]:
        return entry.queued.card.interview_id, entry.queued.card.question_id

    first = [
        Entry(e.queued, e.question, e.rubric, e.reasons, first=True)
        for e in sorted(
            (e for e in entries if key(e) in rank),
            key=lambda e: (e.queued.card.question_id, rank[key(e)]),
        )
    ]
    return first + [e for e in entries if key(e) not in rank]
