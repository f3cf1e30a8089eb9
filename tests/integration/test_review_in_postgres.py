"""The whole way of a contested grade, in the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import UUID

import pytest

from app.adapters.store.self_reports import PostgresSelfReports
from app.adapters.store.store import PostgresStore
from app.domain.consent import Purpose
from app.domain.groups import SelfReport
from app.domain.review import Act
from app.usecases.amend_answer import amend_answer
from app.usecases.build_report import build_report
from app.usecases.contest_score import answer_contest, contest_score
from app.usecases.measure_agreement import measure_agreement
from app.usecases.measure_impact import measure_impact
from app.usecases.queue_for_review import Wanted, queue_for_review
from app.usecases.release_report import release_report
from app.usecases.review_scorecard import finish_card, mark_criterion
from app.usecases.under_review import open_review
from tests.fakes.embeddings import FakeEmbedder
from tests.unit.agent.grading_world import QUESTION
from tests.unit.usecases.reviewing import ID, NOW, a_card, graded, later, wish

pytestmark = pytest.mark.integration


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    real = PostgresStore(postgres_url)
    yield real
    await real.close()


async def reviewed(store: Any, interview_id: UUID, minutes: int) -> None:
    opened = await open_review(store, interview_id)
    assert opened is not None
    (held,) = opened.cards
    seen = [(c.criterion_id, held.seen(c.criterion_id)) for c in held.criteria]
    assert await finish_card(
        store,
        FakeEmbedder(),
        interview_id,
        QUESTION.id,
        by="Ada",
        edition=held.card.edition,
        seen=seen,
        now=later(minutes),
    )


async def test_marked_released_contested_answered_and_amended(store: PostgresStore) -> None:
    fake = cast(Any, store)
    await graded(fake)
    queue = await queue_for_review(store, FakeEmbedder(), Wanted(order="spread"))
    assert [(e.first, e.queued.card.interview_id) for e in queue.entries] == [(True, ID)]
    assert await mark_criterion(store, ID, await wish(fake, 1), now=later(1))
    await reviewed(store, ID, 2)
    assert await release_report(store, ID, by="Ada", despite_contests=False, now=later(3))
    report = await build_report(store, ID)
    assert report is not None
    assert report.released
    assert report.reviewed[0].criteria[0].level == 1
    contest = await contest_score(store, ID, QUESTION.id, "idea", "I said it.", now=later(4))
    assert contest is not None
    queue = await queue_for_review(store, None, Wanted(show="contested"))
    assert [e.queued.open_contests for e in queue.entries] == [1]
    assert await answer_contest(store, ID, contest.id, "You did not.", "Ada", now=later(5))
    assert await amend_answer(store, ID, 0, "Something else was said", clock=lambda: later(6))
    report = await build_report(store, ID)
    assert report is not None
    assert not report.released
    assert report.scorecards[0].criteria == (), "its words no longer stand"
    async with store.begin() as work:
        trail = await work.review.trail.of(ID)
        (learned,) = await work.review.exemplars.of(QUESTION.id, but=UUID(int=1))
    assert [e.act for e in trail] == [
        Act.MARKED,
        Act.REVIEWED,
        Act.RELEASED,
        Act.CONTESTED,
        Act.ANSWERED,
        Act.AMENDED,
    ]
    assert learned.levels == {"idea": 1}


async def test_thirty_reviewed_answers_recalibrate_and_fill_the_calibration_page(
    store: PostgresStore,
) -> None:
    fake = cast(Any, store)
    reports = PostgresSelfReports(store)
    for number in range(300, 332):
        interview = UUID(int=number)
        level = 1 + number % 3
        await graded(fake, interview, card=a_card(interview, level, confidence=0.5 + level / 10))
        lower = await wish(fake, level - 1, interview_id=interview)
        assert await mark_criterion(store, interview, lower, now=NOW)
        await reviewed(store, interview, 1)
        told = SelfReport(interview, {"gender": "man" if number % 2 else "woman"}, NOW)
        assert await reports.give(told)
    async with store.begin() as work:
        (found,) = await work.review.recalibrations.all()
    assert found.marks >= 32
    assert found.levels is not None
    assert found.error_after < found.error_before
    sheet = await measure_agreement(store)
    assert sheet.machine.bias.value == pytest.approx(1.0, abs=0.1)
    impact = await measure_impact(store, reports, Purpose.ASSESSMENT)
    assert impact.told == 32
    assert len(impact.attributes["gender"].groups) == 2
