"""Making an interview, agreeing to what is analysed, and taking it back."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import numpy as np
import pytest

from app.domain.consent import Modality, Purpose
from app.domain.errors import BadContent, PurposeForbids
from app.domain.interview import Interview, InterviewStatus, Recording
from app.domain.notice import Analyser, notices
from app.domain.question import Bank, Track
from app.domain.retention import Retention
from app.usecases.agree import agree, withdraw
from app.usecases.erase_interview import erase_interview
from app.usecases.prepare_interview import Wishes, prepare_interview
from app.usecases.replay_audio import replay_audio
from app.usecases.set_weights import set_weights
from tests.fakes.recordings import FakeRecordings
from tests.fakes.store import FakeStore
from tests.unit.usecases.authored import question

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 20, tzinfo=UTC)


async def _store() -> FakeStore:
    store = FakeStore()
    questions = tuple(question(f"q-{n}") for n in range(4))
    track = Track(
        id="short",
        title="A short one",
        summary="Four questions.",
        minutes=10,
        asks=3,
        questions=tuple(q.id for q in questions),
    )
    bank = Bank.model_construct(tracks=(track,), questions=questions, rubrics=())
    async with store.begin() as work:
        await work.library.load(bank, (), np.zeros((0, 4), dtype=np.float32))
    return store


async def _nobody(_: UUID) -> None:
    """No interview is live."""


async def _made(store: FakeStore, **wishes: object) -> Interview:
    wanted = Wishes("short", **wishes)  # type: ignore[arg-type]
    return await prepare_interview(store, wanted, mode="basic", models={"grader": "x"}, now=NOW)


async def test_an_interview_takes_the_first_questions_of_its_track_in_order() -> None:
    made = await _made(await _store())
    assert made.question_ids == ("q-0", "q-1", "q-2")
    assert made.status is InterviewStatus.CREATED
    assert (made.mode, made.models, made.minutes) == ("basic", {"grader": "x"}, 10.0)


async def test_more_questions_than_the_track_holds_are_not_promised() -> None:
    assert (await _made(await _store(), asks=9)).asks == 4


async def test_one_question_can_be_practised_alone() -> None:
    made = await _made(await _store(), question_id="q-3")
    assert (made.question_ids, made.asks) == (("q-3",), 1)


async def test_an_unknown_track_or_question_is_refused() -> None:
    store = await _store()
    with pytest.raises(BadContent, match="nowhere"):
        await prepare_interview(store, Wishes("nowhere"), mode="full", models={}, now=NOW)
    with pytest.raises(BadContent, match="q-9"):
        await _made(store, question_id="q-9")


async def test_consent_is_kept_with_the_version_of_its_text() -> None:
    store = await _store()
    made = await _made(store)
    told = notices(Purpose.PRACTICE, {Analyser.WORDS}, Retention())
    agreed = await agree(
        store,
        FakeRecordings(),
        made.id,
        [Modality.AUDIO],
        heed=_nobody,
        now=NOW,
        shown=told,
    )
    assert agreed is not None
    assert [(c.modality, c.text_version) for c in agreed.consents] == [
        (Modality.AUDIO, told[0].version)
    ]
    async with store.begin() as work:
        kept = await work.receipts.texts([told[0].version])
    assert kept[told[0].version].text == told[0].text


async def test_what_is_left_out_later_is_withdrawn() -> None:
    store = await _store()
    made = await _made(store)
    await agree(
        store, FakeRecordings(), made.id, [Modality.AUDIO, Modality.VIDEO], heed=_nobody, now=NOW
    )
    agreed = await agree(store, FakeRecordings(), made.id, [Modality.AUDIO], heed=_nobody, now=NOW)
    assert agreed is not None
    assert agreed.agreed(Modality.AUDIO)
    assert not agreed.agreed(Modality.VIDEO)


async def test_video_in_an_assessment_is_refused_and_nothing_is_kept() -> None:
    store = await _store()
    made = await _made(store, purpose=Purpose.ASSESSMENT)
    with pytest.raises(PurposeForbids):
        await agree(
            store,
            FakeRecordings(),
            made.id,
            [Modality.AUDIO, Modality.VIDEO],
            heed=_nobody,
            now=NOW,
        )
    async with store.begin() as work:
        kept = await work.interviews.get(made.id)
    assert kept is not None
    assert kept.consents == ()


async def test_agreeing_to_an_unknown_interview_gives_none() -> None:
    assert (
        await agree(FakeStore(), FakeRecordings(), uuid4(), [Modality.AUDIO], heed=_nobody, now=NOW)
        is None
    )


async def _recorded(store: FakeStore, recordings: FakeRecordings) -> Interview:
    made = await _made(store)
    both = [Modality.AUDIO, Modality.RECORDING]
    await agree(store, FakeRecordings(), made.id, both, heed=_nobody, now=NOW)
    writer = recordings.open(made.id)
    writer.append(np.full(16_000, 7, dtype="<i2").tobytes())
    async with store.begin() as work:
        await work.observations.add_recording(Recording(made.id, writer.file, 2.0, 1.0))
    return made


async def test_a_moment_is_replayed_with_silence_where_nothing_was_kept() -> None:
    store, recordings = await _store(), FakeRecordings()
    made = await _recorded(store, recordings)
    pcm = await replay_audio(store, recordings, made.id, 1.5, 2.5)
    assert pcm is not None
    assert (len(pcm), int(pcm[7_999]), int(pcm[8_000])) == (16_000, 0, 7)
    assert await replay_audio(store, recordings, made.id, 3.5, 4.0) is None


async def test_withdrawing_audio_erases_the_sound() -> None:
    store, recordings = await _store(), FakeRecordings()
    made = await _recorded(store, recordings)
    await withdraw(store, recordings, made.id, Modality.AUDIO, heed=_nobody, now=NOW)
    assert recordings._stretches == {}
    assert await replay_audio(store, recordings, made.id, 2.0, 3.0) is None


@pytest.mark.parametrize("by_leaving_out", [True, False])
async def test_sound_is_erased_after_the_live_interview_heeds_it(by_leaving_out: bool) -> None:
    store, recordings = await _store(), FakeRecordings()
    made = await _recorded(store, recordings)
    writer = recordings.open(made.id)

    async def heed(interview_id: UUID) -> None:
        async with store.begin() as work:
            kept = await work.interviews.get(interview_id)
        assert kept is not None
        assert not kept.agreed(Modality.AUDIO)
        writer.append(b"the last words")
        writer.close()

    if by_leaving_out:
        await agree(store, recordings, made.id, [Modality.DELIVERY], heed=heed, now=NOW)
    else:
        await withdraw(store, recordings, made.id, Modality.AUDIO, heed=heed, now=NOW)
    assert recordings._stretches == {}


async def test_erasing_removes_rows_and_sound() -> None:
    store, recordings = await _store(), FakeRecordings()
    made = await _recorded(store, recordings)
    receipt = await erase_interview(store, recordings, store.erase, made.id, now=NOW)
    assert (receipt.modality, receipt.files, receipt.keys) == (None, 1, 1)
    assert receipt.rows == 2
    async with store.begin() as work:
        assert await work.interviews.get(made.id) is None
    assert recordings._stretches == {}


async def test_weights_are_kept_as_shares_of_one() -> None:
    store = await _store()
    made = await _made(store)
    weighed = await set_weights(store, made.id, 50, 30, 20)
    assert weighed is not None
    assert weighed.weights == pytest.approx((0.5, 0.3, 0.2))
    with pytest.raises(ValueError, match="above 0"):
        await set_weights(store, made.id, 0, 0, 0)
    assert await set_weights(store, uuid4(), 1, 1, 1) is None
