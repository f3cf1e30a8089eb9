"""What is withdrawn or due is erased with its receipt; everything else stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.domain.consent import Consent, Modality, Purpose
from app.domain.interview import (
    ExpressionReading,
    Interview,
    InterviewStatus,
    Recording,
    Turn,
    Word,
)
from app.domain.notice import Analyser, notices
from app.domain.retention import Reason, Retention
from app.usecases.agree import agree, withdraw
from app.usecases.purge import Purge
from tests.fakes.recordings import FakeRecordings
from tests.fakes.store import FakeStore

pytestmark = pytest.mark.unit

ENDED = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOW = ENDED + timedelta(days=1)


async def _heedless(interview_id: UUID) -> None:
    return None


class _World:
    def __init__(self) -> None:
        self.store = FakeStore()
        self.recordings = FakeRecordings()
        self.interview = Interview(
            id=uuid4(),
            purpose=Purpose.PRACTICE,
            track_id="python",
            title="Python",
            status=InterviewStatus.COMPLETED,
            mode="basic",
            created_at=ENDED - timedelta(hours=1),
            finished_at=ENDED,
            consents=tuple(Consent(m, "1", ENDED) for m in Modality),
        )

    async def fill(self) -> _World:
        turn = Turn(uuid4(), self.interview.id, 0, "question", "one", "Why?", answer="So.")
        async with self.store.begin() as work:
            await work.interviews.add(self.interview)
            await work.turns.add(replace(turn, filler_words=(Word("um", 0.0, 0.2),)))
            reading = ExpressionReading(1, 0, None, 0.0)
            await work.observations.add_reading(self.interview.id, reading)
            file = self.recordings.open(self.interview.id).file
            await work.observations.add_recording(Recording(self.interview.id, file, 0.0, 1.0))
        return self

    async def left(self) -> set[str]:
        found = set()
        async with self.store.begin() as work:
            if await work.observations.readings(self.interview.id):
                found.add("readings")
            if await work.observations.recordings(self.interview.id):
                found.add("recordings")
            turns = await work.turns.of(self.interview.id)
            if any(turn.filler_words is not None for turn in turns):
                found.add("fillers")
            if any(turn.answer for turn in turns):
                found.add("answers")
        return found | ({"sound"} if self.recordings._stretches else set())

    def purge(self, **days: int | None) -> Purge:
        return Purge(
            store=self.store,
            recordings=self.recordings,
            erase_rows=self.store.erase,
            retention=Retention(**days),
        )


EVERYTHING = {"readings", "recordings", "fillers", "answers", "sound"}


@pytest.mark.parametrize(
    ("modality", "gone"),
    [
        (Modality.VIDEO, {"readings"}),
        (Modality.DELIVERY, {"fillers"}),
        (Modality.RECORDING, {"recordings", "sound"}),
        (Modality.AUDIO, {"recordings", "sound"}),
        (Modality.VOICE, set()),
    ],
)
async def test_withdrawing_erases_that_modality_and_leaves_the_rest(
    modality: Modality, gone: set[str]
) -> None:
    world = await _World().fill()
    receipts = await withdraw(
        world.store, world.recordings, world.interview.id, modality, heed=_heedless, now=NOW
    )
    assert await world.left() == EVERYTHING - gone
    assert receipts[0].modality is modality
    assert {r.reason for r in receipts} == {Reason.WITHDRAWN}
    async with world.store.begin() as work:
        kept = await work.interviews.get(world.interview.id)
        assert await work.receipts.of(world.interview.id) == tuple(
            sorted(receipts, key=lambda r: (r.at, r.id))
        )
    assert kept is not None
    assert not kept.agreed(modality)


async def test_withdrawing_twice_gives_one_receipt() -> None:
    world = await _World().fill()
    given = (world.store, world.recordings, world.interview.id, Modality.VIDEO)
    assert len(await withdraw(*given, heed=_heedless, now=NOW)) == 1
    assert await withdraw(*given, heed=_heedless, now=NOW) == ()


async def test_without_the_microphone_nothing_is_recorded() -> None:
    world = await _World().fill()
    agreed = await agree(
        world.store,
        world.recordings,
        world.interview.id,
        [Modality.RECORDING, Modality.VIDEO],
        heed=_heedless,
        now=NOW,
    )
    assert agreed is not None
    assert {m for m in Modality if agreed.agreed(m)} == {Modality.VIDEO}
    assert await world.left() == {"readings", "answers"}


async def test_each_modality_goes_when_its_own_time_is_over() -> None:
    world = await _World().fill()
    purge = world.purge(recording=30, expression=10, delivery=365)
    assert await purge(ENDED + timedelta(days=9)) == ()
    (first,) = await purge(ENDED + timedelta(days=10, seconds=1))
    assert (first.modality, first.reason, first.rows) == (Modality.VIDEO, Reason.EXPIRED, 1)
    (second,) = await purge(ENDED + timedelta(days=31))
    assert (second.modality, second.files, second.keys) == (Modality.RECORDING, 1, 1)
    assert await world.left() == {"fillers", "answers"}
    assert await purge(ENDED + timedelta(days=31)) == ()


async def test_nothing_goes_while_somebody_may_still_be_talking() -> None:
    world = _World()
    begun = ENDED - timedelta(hours=2)
    world.interview = replace(
        world.interview, status=InterviewStatus.LIVE, started_at=begun, finished_at=None
    )
    await world.fill()
    purge = world.purge(recording=0, expression=0, delivery=0, interview=0)
    assert await purge(begun + timedelta(hours=23)) == ()
    assert await world.left() == EVERYTHING
    assert await purge(begun + timedelta(hours=25))
    assert await world.left() == set()


async def test_what_has_no_end_is_kept() -> None:
    world = await _World().fill()
    purge = world.purge(recording=None, expression=None, delivery=None)
    assert await purge(ENDED + timedelta(days=10_000)) == ()
    assert await world.left() == EVERYTHING


async def test_an_old_interview_goes_whole() -> None:
    world = await _World().fill()
    (receipt,) = await world.purge(interview=90)(ENDED + timedelta(days=91))
    assert (receipt.modality, receipt.reason) == (None, Reason.EXPIRED)
    assert await world.left() == set()
    async with world.store.begin() as work:
        assert await work.interviews.get(world.interview.id) is None
        assert await work.receipts.of(world.interview.id) == (receipt,)


async def test_rows_that_outlived_their_consent_are_swept() -> None:
    world = await _World().fill()
    async with world.store.begin() as work:
        await work.interviews.withdraw(world.interview.id, Modality.VIDEO, NOW)
    (receipt,) = await world.purge()(NOW)
    assert (receipt.modality, receipt.reason) == (Modality.VIDEO, Reason.WITHDRAWN)
    assert await world.left() == EVERYTHING - {"readings"}


def test_a_notice_names_what_is_on_and_nothing_else() -> None:
    few = {n.modality: n for n in notices(Purpose.PRACTICE, {Analyser.PACE}, Retention())}
    assert set(few) == {Modality.DELIVERY}
    assert "pace and pauses" in few[Modality.DELIVERY].text
    assert "pitch" not in few[Modality.DELIVERY].text
    every = {n.modality: n for n in notices(Purpose.PRACTICE, set(Analyser), Retention())}
    assert set(every) == set(Modality)
    assert "filler words, pitch and loudness" in every[Modality.DELIVERY].text
    assert "30 days" in every[Modality.VIDEO].text
    assert few[Modality.DELIVERY].version != every[Modality.DELIVERY].version


def test_live_words_speak_of_no_film_and_say_what_needs_the_kept_sound() -> None:
    live = {n.modality: n.text for n in notices(Purpose.PRACTICE, set(Analyser), Retention())}
    film = {
        n.modality: n.text for n in notices(Purpose.PRACTICE, set(Analyser), Retention(), film=True)
    }
    assert live[Modality.VIDEO].startswith("Two pictures a second")
    assert "film" not in live[Modality.VIDEO]
    assert film[Modality.VIDEO].startswith("Twelve pictures a second")
    assert "Filler words, pitch and loudness need “Keep the sound”" in live[Modality.DELIVERY]
    assert "It needs “Keep the sound”" in live[Modality.VOICE]
    pace = {n.modality: n.text for n in notices(Purpose.PRACTICE, {Analyser.PACE}, Retention())}
    assert "Keep the sound" not in pace[Modality.DELIVERY]


def test_an_assessment_has_no_notice_of_expressions() -> None:
    told = notices(Purpose.ASSESSMENT, set(Analyser), Retention())
    assert {n.modality for n in told} == {Modality.AUDIO, Modality.RECORDING, Modality.DELIVERY}


def test_another_time_to_keep_is_another_text() -> None:
    versions = {
        notices(Purpose.PRACTICE, {Analyser.FACE}, Retention(expression=days))[0].version
        for days in (0, 1, 30, None)
    }
    assert len(versions) == 4
