"""The same rules for the store in memory and the one in Postgres."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

from app.domain.consent import Consent, Modality, Purpose
from app.domain.errors import PurposeForbids
from app.domain.figures import StressReading
from app.domain.head import HeadSecond
from app.domain.interview import (
    ExpressionReading,
    Interview,
    InterviewStatus,
    Recording,
    Word,
)
from app.domain.metrics import TurnMetrics
from app.domain.phonation import TurnVoice
from app.domain.scorecard import (
    CardStatus,
)
from app.ports.errors import StoreUnavailable
from app.ports.store import digest_of
from tests.contracts.stored import (
    NOW,
    AnyStore,
    a_bank,
    a_card,
    a_turn,
    an_interview,
    some_passages,
)

pytestmark = pytest.mark.contract

HEAD = HeadSecond(13, 12, 4.5, -2.0, 0.5, 0.75, None, blinks=(4.1, 4.6), nods=())
LATER = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


async def kept(store: AnyStore, interview: Interview) -> Interview:
    async with store.begin() as work:
        await work.interviews.add(interview)
    return interview


async def test_what_goes_in_comes_out_equal(store: AnyStore) -> None:
    interview = await kept(store, an_interview())
    turns = (a_turn(interview), replace(a_turn(interview, 1), answer="", probe=None, words=()))
    card = a_card(interview)
    seen = ExpressionReading(4, 1, (0.1, 0.2, 0.3, 0.1, 0.1, 0.1, 0.1), 0.66, HEAD)
    blank = ExpressionReading(2, 0, None, 0.0)
    sound = Recording(interview.id, "1.pcm", 0.5, 12.25)
    async with store.begin() as work:
        for turn in turns:
            await work.turns.add(turn)
        await work.scorecards.save(card)
        await work.observations.add_reading(interview.id, seen)
        await work.observations.add_reading(interview.id, blank)
        await work.observations.add_recording(sound)
    async with store.begin() as work:
        found = await work.interviews.get(interview.id)
        assert found == interview
        assert found.created_at.tzinfo is not None
        assert await work.turns.of(interview.id) == turns
        assert await work.scorecards.of(interview.id) == (card,)
        assert await work.observations.readings(interview.id) == (blank, seen)
        assert await work.observations.recordings(interview.id) == (sound,)


async def test_what_is_not_there_is_none(store: AnyStore) -> None:
    async with store.begin() as work:
        assert await work.interviews.get(uuid4()) is None
        assert await work.turns.of(uuid4()) == ()
        assert await work.library.question("nothing") is None
        assert await work.library.rubric("nothing", 3) is None


async def test_an_exception_rolls_everything_back(store: AnyStore) -> None:
    interview = an_interview()

    async def break_down() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):  # noqa: PT012
        async with store.begin() as work:
            await work.interviews.add(interview)
            await work.turns.add(a_turn(interview))
            await work.jobs.grade(interview.id, "one")
            await break_down()
    async with store.begin() as work:
        assert await work.interviews.get(interview.id) is None
        assert await work.turns.of(interview.id) == ()


async def test_a_second_turn_with_the_same_index_is_refused(store: AnyStore) -> None:
    interview = await kept(store, an_interview())
    async with store.begin() as work:
        await work.turns.add(a_turn(interview))
    with pytest.raises(StoreUnavailable) as refused:
        async with store.begin() as work:
            await work.turns.add(a_turn(interview))
    assert not refused.value.retryable


@pytest.mark.parametrize(
    "what", ["turn", "card", "consent", "reading", "recording", "save", "progress", "metrics"]
)
async def test_rows_of_no_interview_are_refused(store: AnyStore, what: str) -> None:
    ghost = an_interview()
    with pytest.raises(StoreUnavailable) as refused:
        async with store.begin() as work:
            await {
                "turn": lambda: work.turns.add(a_turn(ghost)),
                "card": lambda: work.scorecards.save(a_card(ghost)),
                "consent": lambda: work.interviews.agree(ghost.id, ghost.consents[0]),
                "reading": lambda: work.observations.add_reading(
                    ghost.id, ExpressionReading(1, 0, None, 0.0)
                ),
                "recording": lambda: work.observations.add_recording(
                    Recording(ghost.id, "1.pcm", 0.0, 1.0)
                ),
                "save": lambda: work.interviews.save(ghost),
                "progress": lambda: work.interviews.progress(ghost),
                "metrics": lambda: work.metrics.save(TurnMetrics(ghost.id, 0)),
            }[what]()
    assert not refused.value.retryable


async def test_saving_updates_all_but_purpose_and_consents(store: AnyStore) -> None:
    interview = await kept(store, an_interview())
    changed = replace(interview, status=InterviewStatus.COMPLETED, clock_s=99.5, consents=())
    turn = a_turn(interview)
    async with store.begin() as work:
        await work.interviews.save(changed)
        await work.turns.add(turn)
        await work.turns.save(replace(turn, amendment="no", revision=3))
    async with store.begin() as work:
        found = await work.interviews.get(interview.id)
        assert found == replace(changed, consents=interview.consents)
        assert await work.turns.of(interview.id) == (replace(turn, amendment="no", revision=3),)
    with pytest.raises(PurposeForbids):
        async with store.begin() as work:
            await work.interviews.save(replace(interview, purpose=Purpose.ASSESSMENT))


async def test_a_narrow_update_leaves_what_others_changed_meanwhile(store: AnyStore) -> None:
    before = await kept(store, an_interview(status=InterviewStatus.GRADING))
    held = replace(
        before, clock_s=50.0, code="x = 1", code_language="text", finished_at=NOW, failure="left"
    )
    async with store.begin() as work:
        assert await work.interviews.set_weights(before.id, (0.2, 0.3, 0.5))
        assert await work.interviews.choose_voice(before.id, voice=False)
        assert await work.interviews.set_patience(before.id, 1.75)
        await work.interviews.progress(held)
        assert await work.interviews.finish(before.id, InterviewStatus.COMPLETED, LATER)
    async with store.begin() as work:
        found = await work.interviews.get(before.id)
    chosen = {"weights": (0.2, 0.3, 0.5), "voice": False, "patience": 1.75}
    expected = replace(held, status=InterviewStatus.COMPLETED, **chosen)
    assert found == expected


async def test_only_an_interview_that_is_being_graded_is_finished(store: AnyStore) -> None:
    live = await kept(store, an_interview(status=InterviewStatus.LIVE))
    graded = await kept(store, an_interview(status=InterviewStatus.GRADING))
    async with store.begin() as work:
        assert not await work.interviews.finish(live.id, InterviewStatus.COMPLETED, LATER)
        assert await work.interviews.finish(graded.id, InterviewStatus.ENDED_EARLY, LATER)
        assert not await work.interviews.finish(graded.id, InterviewStatus.COMPLETED, LATER)
    async with store.begin() as work:
        assert await work.interviews.get(live.id) == live
        found = await work.interviews.get(graded.id)
    assert found == replace(graded, status=InterviewStatus.ENDED_EARLY, finished_at=LATER)


async def test_narrow_updates_of_nothing_say_so(store: AnyStore) -> None:
    ghost = an_interview(status=InterviewStatus.GRADING)
    async with store.begin() as work:
        assert not await work.interviews.set_weights(ghost.id, (1.0, 0.0, 0.0))
        assert not await work.interviews.choose_voice(ghost.id, voice=True)
        assert not await work.interviews.set_patience(ghost.id, 1.0)
        assert not await work.interviews.finish(ghost.id, InterviewStatus.COMPLETED, LATER)
        assert not await work.turns.amend(a_turn(ghost), "no")
        assert not await work.turns.keep_fillers(a_turn(ghost), ())


async def test_fillers_and_amendments_do_not_undo_each_other(store: AnyStore) -> None:
    interview = await kept(store, an_interview())
    read = a_turn(interview)
    fillers = (Word("uh", 0.2, 0.3, 0.5),)
    async with store.begin() as work:
        await work.turns.add(read)
        assert await work.turns.amend(read, "my own\0 words")
        assert not await work.turns.amend(read, "from an older page")
        assert await work.turns.keep_fillers(read, fillers)
    async with store.begin() as work:
        (turn,) = await work.turns.of(interview.id)
        reopened = replace(turn, speech=((0.1, 0.9),))
        await work.turns.save(reopened)
        assert not await work.turns.keep_fillers(read, ())
    assert (turn.revision, turn.filler_words) == (read.revision + 1, fillers)
    assert (turn.amendment or "").startswith("my own")
    assert replace(turn, amendment=None, revision=0, filler_words=None) == replace(
        read, amendment=None, revision=0, filler_words=None
    )


async def test_an_assessment_refuses_video_and_expressions(store: AnyStore) -> None:
    video = Consent(Modality.VIDEO, "1", NOW)
    with pytest.raises(PurposeForbids):
        await kept(store, an_interview(Purpose.ASSESSMENT, consents=(video,)))
    exam = await kept(store, an_interview(Purpose.ASSESSMENT))
    with pytest.raises(PurposeForbids):
        async with store.begin() as work:
            await work.interviews.agree(exam.id, video)
    with pytest.raises(PurposeForbids):
        async with store.begin() as work:
            await work.observations.add_reading(exam.id, ExpressionReading(1, 1, None, 0.5))


async def test_consents_are_given_and_withdrawn(store: AnyStore) -> None:
    interview = await kept(store, an_interview(consents=()))
    given = Consent(Modality.VIDEO, "1", NOW)
    async with store.begin() as work:
        await work.interviews.agree(interview.id, given)
        await work.interviews.withdraw(interview.id, Modality.VIDEO, NOW)
        await work.interviews.agree(interview.id, given)
    async with store.begin() as work:
        found = await work.interviews.get(interview.id)
    assert found is not None
    assert found.consents == (replace(given, withdrawn_at=NOW), given)


async def test_a_card_and_a_reading_are_replaced(store: AnyStore) -> None:
    interview = await kept(store, an_interview())
    async with store.begin() as work:
        for index in (0, 4):
            await work.turns.add(a_turn(interview, index))
        await work.scorecards.save(a_card(interview, "later", first_turn=4))
        await work.scorecards.save(a_card(interview, "z-first"))
        await work.scorecards.save(replace(a_card(interview, "z-first"), status=CardStatus.REVIEW))
        for faces in (1, 2):
            await work.observations.add_reading(
                interview.id, ExpressionReading(1, faces, None, 0.5)
            )
    async with store.begin() as work:
        cards = await work.scorecards.of(interview.id)
        readings = await work.observations.readings(interview.id)
    assert [(c.question_id, c.status) for c in cards] == [
        ("z-first", CardStatus.REVIEW),
        ("later", CardStatus.GRADED),
    ]
    assert [r.faces for r in readings] == [2]


async def test_the_newest_interviews_come_first(store: AnyStore) -> None:
    old = await kept(store, an_interview(created_at=datetime(2031, 1, 1, tzinfo=UTC)))
    new = await kept(store, an_interview(created_at=datetime(2031, 1, 2, tzinfo=UTC)))
    async with store.begin() as work:
        assert await work.interviews.recent(limit=2) == (new, old)


async def test_erasing_takes_all_rows_along(store: AnyStore) -> None:
    interview = await kept(store, an_interview())
    async with store.begin() as work:
        await work.turns.add(a_turn(interview))
        await work.scorecards.save(a_card(interview))
        await work.observations.add_reading(interview.id, ExpressionReading(1, 0, None, 0.0))
        await work.metrics.save(TurnMetrics(interview.id, 0))
    await store.erase(interview.id)
    await store.erase(interview.id)
    async with store.begin() as work:
        assert await work.interviews.get(interview.id) is None
        assert await work.turns.of(interview.id) == ()
        assert await work.scorecards.of(interview.id) == ()
        assert await work.observations.readings(interview.id) == ()
        assert await work.metrics.of(interview.id) == ()


async def test_metrics_of_a_turn_are_kept_once_and_replaced(store: AnyStore) -> None:
    interview = await kept(store, an_interview())
    full = TurnMetrics(
        interview.id, 1, 2.0, 2.1, 2.25, 0.91, 0.5, 0.03, 1.2, 0.4, 0.2, 3, 2, 1, barged_in=True
    )
    async with store.begin() as work:
        await work.metrics.save(TurnMetrics(interview.id, 1, policy_wait_s=2.0))
        await work.metrics.save(TurnMetrics(interview.id, 0))
    async with store.begin() as work:
        await work.metrics.save(full)
    async with store.begin() as work:
        assert await work.metrics.of(interview.id) == (TurnMetrics(interview.id, 0), full)


async def test_the_newest_metrics_come_first_and_keep_their_first_time(store: AnyStore) -> None:
    old = await kept(store, an_interview())
    new = await kept(store, an_interview())
    for turn, owner in enumerate((old, old, new)):
        async with store.begin() as work:
            await work.metrics.save(TurnMetrics(owner.id, turn))
    async with store.begin() as work:
        before = await work.metrics.newest(3)
        await work.metrics.save(TurnMetrics(old.id, 0, undone=1))
    async with store.begin() as work:
        after = await work.metrics.newest(3)
        late = await work.metrics.newest(since=before[1].recorded_at)
    assert [k.metrics.turn for k in before] == [2, 1, 0]
    assert [k.recorded_at for k in after] == [k.recorded_at for k in before]
    assert after[2].metrics.undone == 1
    assert before[0].recorded_at > before[1].recorded_at
    assert before[0].recorded_at.utcoffset() == timedelta(0)
    assert late == after[:2]


async def test_texts_that_no_database_holds_do_not_stop_an_interview(store: AnyStore) -> None:
    interview = await kept(store, an_interview(code="a\0b", background="\ud83d"))
    async with store.begin() as work:
        await work.turns.add(replace(a_turn(interview), answer="\0\ud800 fine"))
    async with store.begin() as work:
        (turn,) = await work.turns.of(interview.id)
    assert (turn.answer or "").endswith(" fine")


async def test_a_bank_is_loaded_and_replaced(store: AnyStore) -> None:
    first, second = a_bank(), a_bank(version=2, title="New")
    passages, vectors = some_passages(4)
    async with store.begin() as work:
        await work.library.load(first, passages, vectors)
        assert await work.library.digest() == digest_of(first, passages)
        assert await work.library.questions(["x", "one"]) == first.questions
        await work.library.load(second, passages[:1], vectors[:1])
    async with store.begin() as work:
        library = work.library
        assert await library.digest() == digest_of(second, passages[:1])
        assert await library.tracks() == second.tracks
        assert await library.question("one") == second.questions[0]
        assert await library.rubric("concepts") == second.rubrics[0]
        assert await library.rubric("concepts", 1) == first.rubrics[0]
        assert len(await library.nearest(vectors[0], kinds=["point"])) == 1


async def test_search_by_meaning_keeps_its_filters_and_loses_no_row(store: AnyStore) -> None:
    passages, vectors = some_passages(600)
    async with store.begin() as work:
        await work.library.load(a_bank(), passages, vectors)
    query = vectors[10]
    expected = [
        n
        for n in np.argsort(-(vectors @ query))
        if passages[n].question_id == "two" and passages[n].kind == "point"
    ][:5]
    async with store.begin() as work:
        found = await work.library.nearest(query, kinds=["point"], question_id="two", limit=5)
        wide = await work.library.nearest(query, kinds=["point", "exemplar"], limit=1)
    assert [p.key for p in found] == [str(n) for n in expected]
    assert found[0].likeness == pytest.approx(1.0, abs=0.01)
    assert wide[0].text == "text 10"


async def test_vectors_must_match_passages(store: AnyStore) -> None:
    passages, vectors = some_passages(3)
    with pytest.raises(StoreUnavailable):
        async with store.begin() as work:
            await work.library.load(a_bank(), passages, vectors[:2])


A_VOICE = TurnVoice(
    0, 1.5, 0.5, (120.0, None), (-20.0, None), 118.5, 6.25, -21.0, 4.5, (2.0,), 3.0, 0.9
)
TENSE = (
    StressReading(1.5, 5.5, "high", 0.5, 0.9, (0.1, 0.2, 0.7), 0.6),
    StressReading(5.5, 9.0, None, 0.0, 0.1),
)


async def test_voices_and_readings_of_stress_come_out_as_they_went_in(store: AnyStore) -> None:
    interview = await kept(store, an_interview())
    async with store.begin() as work:
        await work.voices.keep(interview.id, replace(A_VOICE, coverage=0.1))
        await work.voices.keep(interview.id, A_VOICE)
        await work.voices.keep_stress(interview.id, TENSE[:1])
        await work.voices.keep_stress(interview.id, TENSE)
    async with store.begin() as work:
        assert await work.voices.of(interview.id) == (A_VOICE,)
        assert await work.voices.stress(interview.id) == TENSE
        assert await work.receipts.holding(Modality.VOICE) == (interview.id,)
        assert await work.receipts.forget(interview.id, Modality.VOICE) >= 1
        assert await work.receipts.forget(interview.id, Modality.DELIVERY) >= 1
    async with store.begin() as work:
        assert await work.voices.of(interview.id) == ()
        assert await work.voices.stress(interview.id) == ()


async def test_an_assessment_refuses_readings_of_stress(store: AnyStore) -> None:
    interview = await kept(store, an_interview(purpose=Purpose.ASSESSMENT, consents=()))
    with pytest.raises(PurposeForbids):
        async with store.begin() as work:
            await work.voices.keep_stress(interview.id, TENSE)
    async with store.begin() as work:
        await work.voices.keep(interview.id, A_VOICE)
        assert await work.voices.stress(interview.id) == ()
        assert await work.voices.of(interview.id) == (A_VOICE,)
