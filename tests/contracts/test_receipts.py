"""Notices, receipts and the rows of each modality: the same rules in memory and in Postgres."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from app.adapters.store.keys import PostgresKeys
from app.adapters.store.store import PostgresStore
from app.domain.consent import Consent, Modality, Purpose
from app.domain.errors import PurposeForbids
from app.domain.interview import ExpressionReading, Interview, Recording
from app.domain.notice import Analyser, notices
from app.domain.retention import Erasure, Reason, Retention
from app.domain.upload import Upload, UploadState
from app.usecases.export_interview import plain
from tests.contracts.stored import NOW, AnyStore, a_turn, an_interview

pytestmark = pytest.mark.contract

SEEN = ExpressionReading(1, 1, (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), 0.9)
DAY = timedelta(days=1)


async def _kept(store: AnyStore, **changes: object) -> Interview:
    given = tuple(Consent(modality, "1", NOW) for modality in Modality)
    interview = an_interview(consents=given, finished_at=NOW, **changes)
    async with store.begin() as work:
        await work.interviews.add(interview)
        await work.turns.add(a_turn(interview))
        await work.observations.add_reading(interview.id, SEEN)
        await work.observations.add_recording(Recording(interview.id, "1.sealed", 0.0, 1.0))
    return interview


async def test_one_modality_is_forgotten_and_the_rest_stays(store: AnyStore) -> None:
    interview, other = await _kept(store), await _kept(store)
    async with store.begin() as work:
        assert await work.receipts.forget(interview.id, Modality.VIDEO) == 1
        assert await work.receipts.forget(interview.id, Modality.VIDEO) == 0
        assert await work.receipts.forget(interview.id, Modality.AUDIO) == 0
    async with store.begin() as work:
        assert await work.observations.readings(interview.id) == ()
        assert len(await work.observations.recordings(interview.id)) == 1
        assert await work.observations.readings(other.id) == (SEEN,)
        assert await work.receipts.forget(interview.id, Modality.RECORDING) == 1
        assert await work.receipts.forget(interview.id, Modality.DELIVERY) == 1
    async with store.begin() as work:
        (turn,) = await work.turns.of(interview.id)
    assert turn == replace(a_turn(interview), id=turn.id, filler_words=None)


async def test_who_holds_rows_is_told_by_their_age_and_by_their_consent(store: AnyStore) -> None:
    old = await _kept(store, created_at=NOW - DAY)
    async with store.begin() as work:
        for modality in (Modality.VIDEO, Modality.RECORDING, Modality.DELIVERY):
            assert old.id in await work.receipts.holding(modality, before=NOW + DAY)
            assert old.id not in await work.receipts.holding(modality, before=NOW)
            assert old.id not in await work.receipts.holding(modality)
        assert old.id in await work.receipts.older(NOW + DAY)
        assert old.id not in await work.receipts.older(NOW)
        await work.interviews.withdraw(old.id, Modality.VIDEO, NOW)
    async with store.begin() as work:
        assert old.id in await work.receipts.holding(Modality.VIDEO)
        await work.receipts.forget(old.id, Modality.VIDEO)
        assert old.id not in await work.receipts.holding(Modality.VIDEO)
        assert old.id not in await work.receipts.holding(Modality.VIDEO, before=NOW + DAY)


async def test_the_clock_of_an_open_interview_begins_a_day_later(store: AnyStore) -> None:
    begun = NOW - 3 * DAY
    interview = an_interview(created_at=begun, started_at=begun, finished_at=None)
    async with store.begin() as work:
        await work.interviews.add(interview)
        assert interview.id not in await work.receipts.older(begun + DAY)
        assert interview.id in await work.receipts.older(begun + DAY + timedelta(seconds=1))


async def test_a_receipt_outlives_its_interview(store: AnyStore) -> None:
    interview = await _kept(store)
    first = Erasure(uuid4(), interview.id, Modality.VIDEO, Reason.WITHDRAWN, 3, 0, 0, NOW)
    last = Erasure(uuid4(), interview.id, None, Reason.ERASED, 9, 1, 1, NOW + DAY)
    async with store.begin() as work:
        await work.receipts.add(last)
        await work.receipts.add(first)
    assert await store.erase(interview.id) >= 4
    async with store.begin() as work:
        assert await work.receipts.of(interview.id) == (first, last)
        assert await work.receipts.get(last.id) == last
        assert await work.receipts.get(uuid4()) is None


async def test_an_export_has_every_row_but_no_key(postgres_url: str) -> None:
    store, keys = PostgresStore(postgres_url), PostgresKeys(postgres_url)
    interview, other = await _kept(store), await _kept(store)
    keys.make(interview.id, "1.sealed")
    async with store.begin() as work:
        rows = await work.receipts.rows(interview.id)
    text = json.dumps(plain(rows))
    assert len(rows["turns"]) == len(rows["expression_readings"]) == len(rows["recordings"]) == 1
    assert len(rows["consents"]) == len(Modality)
    assert not {"recording_keys", "self_reports"} & set(rows)
    assert {"scorecards", "turn_metrics", "turn_voices", "stress_readings", "uploads"} <= set(rows)
    assert str(other.id) not in text
    keys.close()
    await store.close()


async def test_the_words_of_a_notice_are_kept_once(store: AnyStore) -> None:
    told = notices(Purpose.PRACTICE, set(Analyser), Retention())
    async with store.begin() as work:
        for notice in (*told, *told):
            await work.receipts.shown(notice)
    async with store.begin() as work:
        found = await work.receipts.texts([told[0].version, "unknown"])
    assert found == {told[0].version: told[0]}


@pytest.mark.parametrize("modality", [Modality.VIDEO, Modality.VOICE])
async def test_an_assessment_holds_no_consent_to_expressions(
    store: AnyStore, modality: Modality
) -> None:
    exam = an_interview(Purpose.ASSESSMENT, consents=())
    async with store.begin() as work:
        await work.interviews.add(exam)
    with pytest.raises(PurposeForbids):
        async with store.begin() as work:
            await work.interviews.agree(exam.id, Consent(modality, "1", NOW))


async def test_an_upload_is_kept_replaced_and_erased_with_its_interview(store: AnyStore) -> None:
    interview = await _kept(store)
    upload = Upload(interview.id, "1.sealed", "me.mp4", 5)
    half = replace(upload, state=UploadState.RUNNING, stage="Watching", share=0.5, error="no")
    async with store.begin() as work:
        await work.uploads.save(upload)
        await work.uploads.save(half)
        assert await work.uploads.get(interview.id) == half
    await store.erase(interview.id)
    async with store.begin() as work:
        assert await work.uploads.get(interview.id) is None


async def test_a_withdrawal_waits_for_who_holds_the_interview(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)
    interview = await _kept(store)
    order: list[str] = []

    async def withdraw() -> None:
        async with store.begin() as work:
            await work.interviews.withdraw(interview.id, Modality.VIDEO, NOW)
        async with store.begin() as work:
            await work.receipts.forget(interview.id, Modality.VIDEO)
        order.append("withdrawn")

    async with store.begin() as work:
        held = await work.interviews.held(interview.id)
        assert held is not None
        assert held.agreed(Modality.VIDEO)
        withdrawing = asyncio.create_task(withdraw())
        await asyncio.sleep(0.2)
        await work.observations.add_reading(interview.id, replace(SEEN, second=2))
        order.append("kept")
    await withdrawing
    assert order == ["kept", "withdrawn"]
    async with store.begin() as work:
        assert await work.observations.readings(interview.id) == ()
    await store.close()
