"""A cohort over the fake web: people of two classes who took an assessment, with levels."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.domain.assignment import Assignment, Attempt, Invitation
from app.domain.consent import Purpose
from app.domain.interview import InterviewStatus, Turn
from app.domain.review import Review, ReviewState
from app.domain.scorecard import CardStatus, CriterionScore, Evidence, Provenance, Scorecard
from tests.fakes.web import NOW, FakeWeb, interview

QUESTIONS = ("list-versus-tuple", "generators", "decorators", "context-managers")
CRITERIA = (("idea", "Core idea"), ("mechanism", "How and why it works"), ("use", "Use and limits"))
SAID = "a tuple can be a key of a dictionary"
ASSIGNMENT = Assignment(
    id=UUID(int=9000),
    title="Python, week 3",
    purpose=Purpose.ASSESSMENT,
    track_id="python-engineering",
    question_ids=QUESTIONS,
    asks=4,
    minutes=20.0,
    attempts=1,
    by="Ada",
    created_at=NOW,
    contact="ada@school.example",
)


def with_cohort(people: int = 24) -> FakeWeb:
    """For synchronous tests."""
    return asyncio.run(cohort_web(people))


async def cohort_web(people: int, bare: FakeWeb | None = None) -> FakeWeb:
    """The filled web with an assignment; one person is invited and never began."""
    web = await (bare or FakeWeb()).fill()
    chance = random.Random(11)
    async with web.store.begin() as work:
        await work.assignments.add(ASSIGNMENT)
        await work.assignments.invite(_invitation(people, "Zoe Late"))
    for number in range(people):
        ability = 0.15 if number < 2 else chance.uniform(0.3, 0.95)
        levels = [
            [round(3 * min(1.0, max(0.0, ability + chance.gauss(0, 0.12)))) for _ in CRITERIA]
            for _ in QUESTIONS
        ]
        await took(web, number, levels, state=_state(number))
    return web


async def took(
    web: FakeWeb, number: int, levels: Sequence[Sequence[int]], *, state: ReviewState
) -> UUID:
    """One person's attempt with these levels, by question and criterion."""
    one = UUID(int=9100 + number)
    invitation = _invitation(number, f"Person {number:02}")
    done = interview(one, purpose=Purpose.ASSESSMENT, status=InterviewStatus.COMPLETED)
    async with web.store.begin() as work:
        await work.interviews.add(replace(done, title=ASSIGNMENT.title, question_ids=QUESTIONS))
        await work.assignments.invite(invitation)
        begun = NOW + timedelta(minutes=number)
        await work.assignments.begin(Attempt(one, ASSIGNMENT.id, 1, begun, invitation.id))
        for place, (name, given) in enumerate(zip(QUESTIONS, levels, strict=False)):
            turn = Turn(
                UUID(int=(9100 + number) * 100 + place),
                one,
                place,
                "question",
                name,
                "Why?",
                answer=SAID,
                typed=True,
            )
            card = _card(one, place, name, given)
            await work.turns.add(turn)
            await work.scorecards.save(card)
            if state is not ReviewState.DRAFT:
                at = NOW if state is ReviewState.RELEASED else None
                await work.review.reviews.save(
                    Review(one, name, card.edition, state, "Ada", NOW, at)
                )
    return one


def _invitation(number: int, name: str) -> Invitation:
    group = "class 2a" if number % 2 else "class 2b"
    until = NOW + timedelta(days=30)
    return Invitation(UUID(int=9500 + number), ASSIGNMENT.id, name, f"d{number}", NOW, until, group)


def _state(number: int) -> ReviewState:
    return (ReviewState.DRAFT, ReviewState.REVIEWED, ReviewState.RELEASED)[number % 3]


def _card(one: UUID, place: int, name: str, levels: Sequence[int]) -> Scorecard:
    source = Provenance("concept-explanation", 1, None, None, None, "local", "basic", NOW)
    return Scorecard(
        one,
        name,
        (place,),
        CardStatus.REVIEW,
        tuple(
            CriterionScore(
                key,
                title,
                level,
                3,
                1.0,
                (Evidence("quote" if level else "nearest", SAID, place),),
                "Why.",
                0.7,
            )
            for (key, title), level in zip(CRITERIA, levels, strict=True)
        ),
        provenance=source,
    )
