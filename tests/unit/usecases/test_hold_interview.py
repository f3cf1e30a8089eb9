"""Whole live interviews, on a clock that leaps: nothing is lost, whatever fails."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import numpy as np
import pytest

from app.dialogue.session import State
from app.domain.consent import Modality
from app.domain.interview import InterviewStatus
from app.ports.errors import ModelUnavailable, SpeechUnavailable, StoreUnavailable
from app.ports.speech import SAMPLE_RATE
from tests.fakes.store import FinishJob
from tests.unit.usecases.live_world import QUESTIONS, World

pytestmark = pytest.mark.unit


async def test_an_interview_by_voice_ends_with_all_answers_kept_and_grading_queued(world: World):
    client = await world.begin()
    for turn, text in enumerate(("it keeps order", "it just does", "no thing twice")):
        await client.asked(turn)
        await client.say(text)
    await client.until(State.CLOSED)
    await client.wait_for(lambda: client.got("closed"))
    turns = await world.turns(client)
    assert [turn.question for turn in turns] == list(QUESTIONS)
    assert [turn.answer for turn in turns] == ["it keeps order", "it just does", "no thing twice"]
    assert (await world.interview(client)).status is InterviewStatus.GRADING
    assert set(world.graded) == {"list", "set"}
    assert any(isinstance(job, FinishJob) for job in world.store.jobs)
    assert client.got("closed")[0]["reason"] == "completed"
    assert client.wire.audio
    assert not client.codes("notice") + client.codes("error")


async def test_the_waits_of_a_turn_are_kept(world: World):
    client = await world.begin()
    await client.say("it keeps order")
    await client.asked(1)
    (first, _) = await world.turns(client)
    assert first.end_wait_s == pytest.approx(2.2, abs=0.15)
    assert first.response_s == pytest.approx(2.3, abs=0.25)
    (figures,) = client.got("answered", turn=0)
    assert figures["response_s"] == first.response_s


async def test_the_time_to_think_runs_from_the_end_of_the_question(world: World):
    client = await world.enter(await world.add(Modality.AUDIO))
    await client.hello()
    await client.until(State.SPEAKING)
    (opened,) = await world.turns(client)
    await client.asked(0)
    heard = client.live.now
    begun = world.store.begun
    await client.quiet(0.5)
    assert world.store.begun == begun
    await client.say("it keeps order")
    await client.asked(1)
    (first, _) = await world.turns(client)
    assert heard - opened.asked_at_s > 1.0
    assert first.asked_at_s == pytest.approx(heard, abs=0.15)
    assert first.answered_from_s is not None
    assert first.answered_from_s - first.asked_at_s == pytest.approx(0.5, abs=0.2)


async def test_a_question_said_again_was_asked_when_it_was_first_heard(world: World):
    client = await world.begin()
    heard = client.live.now
    client.command("repeat")
    await client.until(State.SPEAKING)
    await client.asked(0)
    await client.say("it keeps order")
    await client.asked(1)
    (first, _) = await world.turns(client)
    assert first.asked_at_s == pytest.approx(heard, abs=0.15)


async def test_who_speaks_over_the_question_took_no_time_to_think(world: World):
    client = await world.begin()
    client.command("repeat")
    await client.until(State.SPEAKING)
    client.command("skip")
    await client.wait_for(lambda: client.live.session.turn == 1)
    world.voice.said.clear()
    await client.say("because because because because because because because")
    await client.asked(2)
    second = (await world.turns(client))[1]
    assert second.answer
    assert second.answered_from_s == pytest.approx(second.asked_at_s, abs=0.01)


async def test_the_words_of_an_answer_lie_where_they_were_said(world: World):
    client = await world.begin()
    await client.quiet(2.0)
    began = client.live.now
    await client.say("it keeps order")
    await client.asked(1)
    (first, _) = await world.turns(client)
    assert first.words[0].start_s == pytest.approx(began, abs=0.15)
    assert first.answered_from_s == pytest.approx(began, abs=0.15)
    assert first.answered_to_s == pytest.approx(began + 1.2, abs=0.15)


async def test_an_interview_can_be_held_by_text_alone(world: World):
    client = await world.enter(await world.add())
    await client.hello(voice=False, microphone=False)
    for turn in range(3):
        await client.asked(turn)
        client.type(f"answer {turn}")
    await client.wait_for(lambda: client.got("closed"))
    turns = await world.turns(client)
    assert [turn.answer for turn in turns] == ["answer 0", "answer 1", "answer 2"]
    assert all(turn.typed for turn in turns)
    assert not client.wire.audio
    assert client.got("speech")[0]["text"] == f"Hello. {QUESTIONS[0]}"


async def test_a_typed_answer_keeps_the_words_spoken_before_it(world: World):
    client = await world.begin()
    await client.say("it keeps order")
    client.type("and it is mutable")
    await client.asked(1)
    (first, _) = await world.turns(client)
    assert first.answer == "it keeps order and it is mutable"


async def test_a_skipped_question_has_no_words(world: World):
    client = await world.begin()
    client.command("skip")
    await client.asked(1)
    (first, _) = await world.turns(client)
    assert (first.skipped, first.answer) == (True, "")


async def test_repeat_says_the_question_again_and_keeps_nothing(world: World):
    client = await world.begin()
    await client.say("repeat the question please")
    await client.wait_for(lambda: len(client.got("question", turn=0)) == 2)
    await client.asked(0)
    assert [event["text"] for event in client.got("speech")][-1] == QUESTIONS[0]
    await client.say("it keeps order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"


async def test_a_question_that_cannot_be_rephrased_is_said_as_it_was(world: World):
    client = await world.begin()
    world.interviewer.faults = [ModelUnavailable("away")]
    client.command("rephrase")
    await client.wait_for(lambda: len(client.got("question", turn=0)) == 2)
    await client.asked(0)
    assert client.got("speech")[-1]["text"] == QUESTIONS[0]
    assert client.wire.closed is None


async def test_a_pause_in_an_answer_keeps_both_halves_and_their_times(world: World):
    client = await world.begin()
    await client.say("it keeps")
    client.command("pause")
    await client.quiet(60.0)
    assert client.live.session.state is State.PAUSED
    client.command("resume")
    await client.until(State.LISTENING)
    again = client.live.now
    await client.say("order")
    await client.asked(1)
    (first, _) = await world.turns(client)
    assert first.answer == "it keeps order"
    assert first.words[-1].start_s == pytest.approx(again, abs=0.2)
    assert max(len(job) for job in world.hearing.jobs) < 10 * SAMPLE_RATE


async def test_a_typed_answer_after_a_pause_keeps_what_was_said_before(world: World):
    client = await world.begin()
    await client.say("it keeps order")
    client.command("pause")
    await client.quiet(1.0)
    client.type("always")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order always"


async def test_speech_after_the_end_takes_the_next_question_back(world: World):
    client = await world.begin()
    await client.say("it keeps order")
    await client.wait_for(lambda: client.live.session.turn == 1)
    await client.quiet(0.3)
    assert len(await world.turns(client)) == 2
    await client.say("and it is mutable")
    assert len(await world.turns(client)) == 1
    await client.asked(1)
    (first, second) = await world.turns(client)
    assert first.answer == "it keeps order and it is mutable"
    assert (first.revision, first.interrupted) == (1, True)
    assert second.question == QUESTIONS[1]
    assert client.got("speech_stop")
    assert [event["on"] for event in client.got("speech_duck")] == [True, False]


async def test_an_answer_that_begins_while_we_still_speak_is_heard(world: World):
    client = await world.begin()
    client.command("repeat")
    await client.until(State.SPEAKING)
    await client.wait_for(lambda: len(client.got("speech")) == 4)
    await client.quiet(1.4)
    await client.say("order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "order"


async def test_a_second_connection_takes_the_interview_over(world: World):
    first = await world.begin()
    await first.say("it keeps")
    second = await world.enter(first.live.interview.id)
    await second.hello()
    assert first.codes("error") == ["taken_over"]
    assert first.wire.closed == 4409
    first.live.disconnect(first.wire)
    await second.asked(0)
    await second.say("order")
    await second.asked(1)
    assert (await world.turns(second))[0].answer == "it keeps order"


async def test_two_connections_at_once_leave_one(world: World):
    interview = await world.add(Modality.AUDIO)
    one, two = await world.enter(interview), await world.enter(interview)
    await asyncio.gather(one.hello(), two.hello())
    await two.asked(0)
    assert (one.wire.closed, two.wire.closed) == (4409, None)
    assert len(await world.turns(two)) == 1


async def test_a_second_hello_on_the_same_connection_goes_on(world: World):
    client = await world.begin()
    await client.hello()
    await client.until(State.SPEAKING)
    await client.asked(0)
    assert client.wire.closed is None
    assert client.codes("error") == []


async def test_an_answer_goes_on_after_a_lost_connection(world: World):
    client = await world.begin()
    await client.say("it keeps")
    at = client.live.now
    await client.leave()
    await asyncio.sleep(100.0)
    assert client.live.now == pytest.approx(at, abs=0.1)
    again = await world.enter(client.live.interview.id)
    await again.hello()
    assert again.got("welcome")[0]["resumed"] is True
    await again.until(State.SPEAKING)
    assert again.live.session.turn == 0
    await again.asked(0)
    assert again.got("speech")[0]["text"] == "Welcome back."
    await again.say("order")
    await again.asked(1)
    (first, _) = await world.turns(again)
    assert first.answer == "it keeps order"
    assert len(first.speech) == 2
    assert len(world.interviewer.planned) <= 4


async def test_a_cough_over_the_welcome_back_keeps_the_first_half(world: World):
    client = await world.begin()
    await client.say("it keeps")
    await client.leave()
    again = await world.enter(client.live.interview.id)
    await again.hello()
    await again.until(State.SPEAKING)
    await again.say("hm")
    await again.asked(0)
    await again.say("order")
    await again.asked(1)
    assert (await world.turns(again))[0].answer in ("it keeps order", "it keeps hm order")


async def test_a_hello_to_a_closed_interview_is_told_so(world: World):
    client = await world.begin()
    client.command("end")
    await client.wait_for(lambda: client.got("closed"))
    await client.leave()
    again = await world.enter(client.live.interview.id)
    await again.hello()
    assert [message["type"] for message in again.wire.sent] == ["welcome", "closed"]
    assert again.got("closed")[0]["reason"] == "ended_early"


async def test_a_store_that_is_away_for_a_while_loses_nothing(world: World):
    client = await world.begin()
    await client.say("it keeps order")
    world.store.faults = [StoreUnavailable("away")] * 5
    await client.asked(1)
    await client.say("it just does")
    world.store.faults = [StoreUnavailable("away")] * 3
    await client.asked(2)
    turns = await world.turns(client)
    assert [turn.answer for turn in turns] == ["it keeps order", "it just does", None]
    assert client.wire.closed is None


async def test_code_written_while_the_store_is_away_is_kept(world: World):
    client = await world.begin(voice=False)
    world.store.broken = True
    client.type("see the code")
    await client.quiet(0.5)
    client.live.code_changed("x = 1", "python")
    world.store.broken = False
    await client.asked(1)
    client.type("done")
    await client.asked(2)
    assert (await world.turns(client))[1].code == "x = 1"


@pytest.mark.parametrize("fault", [StoreUnavailable("gone"), ValueError("a bug")])
async def test_what_could_not_be_stored_is_stored_at_the_next_hello(world: World, fault: Exception):
    client = await world.begin()
    await client.say("it keeps order")
    world.store.faults = [fault] * (9 if isinstance(fault, StoreUnavailable) else 1)
    await client.until(State.SUSPENDED)
    await client.quiet(0.2)
    assert client.codes("error") == ["internal"]
    assert client.wire.closed == 1011
    world.store.faults = []
    again = await world.enter(client.live.interview.id)
    await again.hello()
    await again.asked(1)
    turns = await world.turns(again)
    assert [turn.answer for turn in turns] == ["it keeps order", None]
    await again.say("it just does")
    await again.asked(2)
    assert (await world.turns(again))[1].answer == "it just does"


async def test_a_lasting_fault_is_left_behind_by_building_the_interview_anew(world: World):
    client = await world.begin(microphone=False)
    client.type("typed")
    world.store.faults = [ValueError("a bug")]
    await client.until(State.SUSPENDED)
    second = await world.enter(client.live.interview.id)
    world.store.faults = [ValueError("a bug")]
    await second.hello(microphone=False)
    await second.wait_for(lambda: second.wire.closed == 1011)
    third = await world.enter(client.live.interview.id)
    assert third.live is not client.live
    await third.hello(microphone=False)
    await third.asked(0)
    third.type("typed again")
    await third.asked(1)
    assert (await world.turns(third))[0].answer == "typed again"


async def test_an_end_that_could_not_be_stored_is_stored_at_the_next_hello(world: World):
    client = await world.begin()
    world.store.faults = [StoreUnavailable("gone")] * 9
    client.command("end")
    await client.wait_for(lambda: client.wire.closed == 1011)
    world.store.faults = []
    assert (await world.interview(client)).status is InterviewStatus.LIVE
    again = await world.enter(client.live.interview.id)
    await again.hello()
    await again.wait_for(lambda: again.got("closed"))
    assert (await world.interview(again)).status is InterviewStatus.GRADING
    assert world.graded == ["list"]


@pytest.mark.parametrize("fault", [SpeechUnavailable("no voice"), ValueError("a bug")])
async def test_without_a_voice_the_interview_goes_on_by_text(world: World, fault: Exception):
    world.voice.fault = fault
    client = await world.begin()
    assert client.codes("notice") == ["voice_off"]
    assert client.got("speech")[0]["text"] == f"Hello. {QUESTIONS[0]}"
    world.voice.fault = None
    client.command("repeat")
    await client.wait_for(lambda: client.wire.audio)
    await client.asked(0)
    await client.say("it keeps order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"
    assert client.codes("notice") == ["voice_off"]


async def test_words_that_could_not_be_recognised_are_asked_for_again(world: World):
    client = await world.begin()
    world.hearing.broken = SpeechUnavailable("deaf")
    await client.say("it keeps")
    await client.wait_for(lambda: client.codes("notice") == ["hearing_off"])
    await client.until(State.LISTENING)
    world.hearing.broken = None
    await client.say("order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"


async def test_a_long_answer_survives_a_recogniser_that_fails_once(world: World):
    client = await world.begin()
    text = " ".join(f"w{number}" for number in range(25))
    await client.say(text)
    world.hearing.faults = [SpeechUnavailable("deaf")] * 2
    await client.wait_for(lambda: client.codes("notice") == ["hearing_off"])
    await client.quiet(1.0)
    await client.say("order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == f"{text} order"


async def test_a_typed_answer_counts_though_the_words_before_it_were_not_recognised(world: World):
    client = await world.begin()
    await client.say("it keeps")
    world.hearing.broken = SpeechUnavailable("deaf")
    client.type("in writing")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "in writing"
    assert "hearing_off" in client.codes("notice")


async def test_a_broken_turn_detector_only_makes_us_wait_longer(world: World):
    world.detector.fault = ValueError("a bug")
    client = await world.begin()
    await client.say("it keeps order")
    await client.asked(1)
    (first, _) = await world.turns(client)
    assert first.end_wait_s == pytest.approx(3.2, abs=0.15)
    assert client.codes("notice") == []


async def test_a_plan_that_failed_early_is_made_again(world: World):
    client = await world.begin()
    world.interviewer.faults = [ModelUnavailable("away")]
    await client.say("it keeps order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"
    assert client.codes("notice") + client.codes("error") == []


async def test_an_interviewer_that_fails_suspends_and_never_ends(world: World):
    client = await world.begin()
    world.interviewer.faults = [ModelUnavailable("away"), ValueError("a bug")]
    await client.say("it keeps order")
    await client.wait_for(lambda: client.wire.closed)
    assert client.wire.closed == 1011
    assert client.codes("error") == ["internal"]
    assert client.live.session.state is State.SUSPENDED
    again = await world.enter(client.live.interview.id)
    await again.hello()
    await again.asked(1)
    assert [turn.answer for turn in await world.turns(again)] == ["it keeps order", None]
    assert again.got("question")[-1]["lead"] == "Welcome back. I see."


async def test_an_interviewer_that_takes_too_long_suspends(world: World):
    client = await world.begin()
    world.interviewer.takes_seconds = 100.0
    client.type("it keeps order")
    await client.until(State.SUSPENDED, within=20.0)
    world.interviewer.takes_seconds = 0.0
    again = await world.enter(client.live.interview.id)
    await again.hello()
    await again.asked(1)


async def test_a_plan_of_before_a_lost_connection_is_not_said(world: World):
    client = await world.begin()
    world.interviewer.takes_seconds = 5.0
    await client.say("it keeps order")
    await client.until(State.THINKING)
    await client.leave()
    again = await world.enter(client.live.interview.id)
    await again.hello()
    await again.asked(1)
    await again.quiet(10.0)
    assert len(await world.turns(again)) == 2
    assert len(again.got("question", turn=1)) == 1


async def test_a_full_disk_ends_the_recording_and_not_the_interview():
    world = World(disk=100_000)
    client = await world.begin()
    await client.say("it keeps order and much more")
    await client.asked(1)
    assert client.codes("notice") == ["recording_off"]
    assert (await world.turns(client))[0].answer == "it keeps order and much more"
    await world.end()


async def test_a_recording_lies_where_its_row_says(world: World):
    client = await world.enter(await world.add(Modality.AUDIO))
    await client.hello()
    await asyncio.sleep(3.0)
    await client.asked(0)
    await client.say("order")
    began = client.live.now - 0.4
    await client.asked(1)
    async with world.store.begin() as work:
        (stretch,) = await work.observations.recordings(client.live.interview.id)
    place = int(np.argmax(world.recorded(client) != 0)) / SAMPLE_RATE
    assert stretch.start_s + place == pytest.approx(began, abs=0.15)


async def test_without_consent_nothing_is_heard_or_recorded(world: World):
    client = await world.enter(await world.add())
    await client.hello()
    await client.asked(0)
    client.live.microphone_changed(on=True)
    await client.say("it keeps order")
    await client.quiet(5.0)
    assert world.hearing.jobs == []
    async with world.store.begin() as work:
        assert await work.observations.recordings(client.live.interview.id) == ()
    client.type("in writing")
    await client.asked(1)


async def test_withdrawn_consent_stops_recording_and_hearing_at_once(world: World):
    client = await world.begin()
    interview = client.live.interview.id
    await client.say("it keeps")
    async with world.store.begin() as work:
        await work.interviews.withdraw(interview, Modality.AUDIO, datetime.now(UTC))
    await world.hall.refresh(interview)
    kept = len(world.recorded(client))
    await client.say("order secretly")
    client.type("in writing")
    await client.asked(1)
    await client.say("more secrets")
    await client.quiet(5.0)
    assert len(world.recorded(client)) == kept
    assert client.codes("notice") == ["microphone_off"]
    heard = {word.text for job in world.hearing.jobs for word in world.vocabulary.words(job)}
    assert heard <= {"it", "keeps"}
    (first, _) = await world.turns(client)
    assert first.answer == "it keeps in writing"


async def test_a_recording_that_is_taken_back_ends_while_the_interview_goes_on(world: World):
    client = await world.begin()
    interview = client.live.interview.id
    await client.say("it keeps")
    async with world.store.begin() as work:
        await work.interviews.withdraw(interview, Modality.RECORDING, datetime.now(UTC))
    await world.hall.refresh(interview)
    kept = len(world.recorded(client))
    await client.say("order")
    await client.asked(1)
    assert len(world.recorded(client)) == kept
    assert (await world.turns(client))[0].answer == "it keeps order"
    assert client.codes("notice") == ["withdrawn"]


async def test_who_agrees_to_no_recording_is_heard_and_not_kept(world: World):
    client = await world.enter(await world.add(Modality.AUDIO, recording=False))
    await client.hello()
    await client.asked(0)
    await client.say("it keeps order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"
    async with world.store.begin() as work:
        assert await work.observations.recordings(client.live.interview.id) == ()


async def test_a_microphone_that_goes_away_ends_the_speech(world: World):
    client = await world.begin()
    await client.say("it keeps order")
    client.live.microphone_changed(on=False)
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"


async def test_a_microphone_that_comes_later_is_recorded_too(world: World):
    client = await world.enter(await world.add(Modality.AUDIO))
    await client.hello(microphone=False)
    await client.asked(0)
    client.live.microphone_changed(on=True)
    client._microphone = True
    await client.say("it keeps order")
    await client.asked(1)
    assert (await world.turns(client))[0].answer == "it keeps order"
    assert np.count_nonzero(world.recorded(client)) > SAMPLE_RATE
