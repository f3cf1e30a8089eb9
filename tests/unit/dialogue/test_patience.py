"""How long the session waits: the second look, the speaker's own pauses, the time that is up."""

from __future__ import annotations

import pytest

from app.dialogue.effects import Hint, Judge, MakePlan, Say, StoreAnswer
from app.dialogue.endpointing import QUICK, Patience, own_pace
from app.dialogue.events import (
    Commanded,
    Connected,
    Judged,
    Planned,
    Played,
    SpeechStarted,
    Tick,
)
from app.dialogue.session import Session, State
from tests.unit.dialogue.script import Script, question

pytestmark = pytest.mark.unit


def held(probability: float = 0.1, text: str = "A list keeps order.") -> Script:
    """An answer that ended at 14 s and does not sound complete."""
    script = Script().begin()
    script.speak(10.0, 14.0)
    script.judge(probability)
    script.recognise(text)
    script.plan(question(2))
    return script


def look_again(script: Script, probability: float) -> None:
    script.give(Judged(script.at, script.session.attempt, probability, second=True))


def test_a_long_hold_is_looked_at_again_once_after_1_4_seconds():
    script = held()
    script.give(Tick(15.399))
    assert [look.second for look in script.of(Judge)] == [False]
    script.give(Tick(15.4))
    assert script.of(Judge)[-1] == Judge(script.session.attempt, second=True)
    asked = len(script.of(Judge))
    script.tick_to(16.5)
    assert len(script.of(Judge)) == asked


@pytest.mark.parametrize(("second", "wait"), [(0.9, 3.2), (0.3, 3.2), (0.03, 3.6), (0.0, 6.0)])
def test_the_second_look_may_only_shorten_a_hold(second: float, wait: float):
    script = held(0.01)
    script.tick_to(15.5)
    look_again(script, second)
    script.give(Tick(14.0 + wait - 0.001))
    assert script.state is State.ENDPOINTING
    script.give(Tick(14.0 + wait))
    assert script.state is State.SPEAKING


def test_a_wait_that_is_short_already_is_not_looked_at_again():
    script = held(0.95)
    script.tick_to(15.9)
    assert [look.second for look in script.of(Judge)] == [False]


def test_a_hook_word_outweighs_the_second_look():
    script = held(0.1, "It is slow because")
    script.tick_to(15.5)
    look_again(script, 0.99)
    script.give(Tick(14.0 + 7.4))
    assert script.state is State.ENDPOINTING


def test_the_second_look_does_not_end_a_hold_that_was_asked_for():
    script = held(0.1, "It hashes the key. Let me think.")
    assert script.of(Hint)[-1] == Hint("thinking")
    script.tick_to(15.5)
    look_again(script, 0.99)
    script.give(Tick(43.0))
    assert script.state is State.ENDPOINTING
    script.give(Tick(44.0))
    assert script.of(StoreAnswer)


def test_someone_who_pauses_long_is_given_longer():
    script = Script().begin()
    at = 10.0
    for _ in range(6):
        script.speak(at, at + 1.0)
        script.judge(0.2)
        at += 2.0
        script.give(SpeechStarted(at))
    script.tick_to(at + 1.0)
    script.speak(at + 1.0, at + 2.0)
    script.judge(0.95)
    script.recognise("A list keeps order.")
    script.plan(question(2))
    end = at + 2.0
    assert script.session.pauses == pytest.approx((1.0,) * 6)
    script.give(Tick(end + 2.499))
    assert script.state is State.ENDPOINTING
    script.give(Tick(end + 2.501))
    assert script.of(StoreAnswer)


@pytest.mark.parametrize(
    ("pauses", "taken_back", "factor"),
    [
        ((), 0, 1.0),
        ((5.0,) * 5, 0, 1.0),
        ((0.2,) * 9, 0, 1.0),
        ((1.0,) * 6, 0, 1.25),
        ((5.0,) * 6, 0, 1.5),
        ((), 2, 1.2),
        ((5.0,) * 6, 9, 2.25),
    ],
)
def test_own_pace_only_ever_lengthens(pauses, taken_back: int, factor: float):
    assert own_pace(pauses, taken_back) == pytest.approx(factor)


def test_time_that_was_asked_for_is_no_pause_of_the_speaker():
    script = Script().begin()
    script.speak(10.0, 12.0)
    script.give(Commanded(12.5, "think"))
    script.give(SpeechStarted(17.0))
    assert script.session.pauses == ()


def test_an_end_that_was_undone_is_remembered():
    script = held(0.95)
    script.tick_to(16.0)
    script.give(SpeechStarted(17.0))
    script.tick_to(17.9)
    assert script.state is State.HEARING
    session = script.session
    assert (session.taken_back, session.undone, session.cut, session.discarded) == (1, 1, 1, 1)
    assert session.pauses == (3.0,)
    assert session.patient.factor == pytest.approx(1.1)


def test_what_the_policy_chose_is_kept_with_the_answer():
    script = held(0.3)
    script.tick_to(17.3)
    answer = script.of(StoreAnswer)[0].answer
    assert answer.policy_wait_s == pytest.approx(3.2)
    assert (answer.probability, answer.second_probability) == (0.3, None)


def test_done_is_not_the_policys_choice():
    script = held(0.1)
    script.give(Commanded(14.5, "done"))
    assert script.of(StoreAnswer)[0].answer.policy_wait_s is None


def test_done_is_not_the_policys_choice_though_the_words_come_late():
    script = Script().begin()
    script.speak(10.0, 14.0)
    script.judge(0.5)
    script.give(Commanded(14.5, "done"))
    script.tick_to(18.0)
    script.recognise("A list keeps order.")
    assert script.of(StoreAnswer)[0].answer.policy_wait_s is None


@pytest.mark.parametrize(
    "text", ["A list keeps order. Let me think.", "A list keeps order. I'm done."]
)
def test_time_and_an_end_that_were_asked_for_are_not_the_policys_choice(text: str):
    script = held(0.95, text)
    script.tick_to(60.0)
    answer = script.of(StoreAnswer)[0].answer
    assert answer.policy_wait_s is None
    assert answer.end_wait_s is not None


@pytest.mark.parametrize("late", [0.4, 1.0, 2.5])
def test_a_late_verdict_changes_the_silence_and_never_what_the_policy_chose(late: float):
    script = Script(Session(patience=QUICK)).begin()
    script.speak(10.0, 14.0)
    script.tick_to(14.0 + late)
    script.recognise("A list keeps order.")
    script.judge(0.95)
    script.tick_to(14.1 + late)
    answer = script.of(StoreAnswer)[0].answer
    assert answer.policy_wait_s == 0.2
    assert answer.end_wait_s == pytest.approx(late, abs=0.05)


@pytest.mark.parametrize(("probability", "ends"), [(0.51, 0.2), (0.5, 3.0)])
def test_the_quick_policy_is_the_peers(probability: float, ends: float):
    script = Script(Session(patience=QUICK)).begin()
    script.give(SpeechStarted(10.0))
    script.tick_to(14.2)
    script.give(SpeechStarted(14.2))
    assert QUICK.wait(probability, "and because") == ends
    assert QUICK.look_again_after(3.0) is None
    assert script.session.patient is QUICK


def test_patience_scales_the_second_look_too():
    assert Patience(factor=2.0).look_again_after(12.0) == pytest.approx(2.8)
    assert Patience(factor=2.0).look_again_after(6.4) is None


@pytest.mark.parametrize("text", ["Okay.", "Hmm, good question.", "Um, well, so"])
def test_sounds_of_thinking_are_no_answer(text: str):
    script = Script().begin()
    script.speak(10.0, 11.0)
    script.judge(0.95)
    script.recognise(text)
    assert script.state is State.LISTENING
    assert not script.of(MakePlan)[1:]
    script.tick_to(14.0)
    assert not script.of(StoreAnswer)


@pytest.mark.parametrize("text", ["Yes.", "No.", "Okay, it is a tree.", "Right, constant time."])
def test_short_answers_are_answers(text: str):
    script = Script().begin()
    script.speak(10.0, 11.0)
    script.judge(0.95)
    script.recognise(text)
    script.tick_to(13.1)
    assert script.of(StoreAnswer)[0].answer.heard.text == text


def late(probability: float) -> Script:
    script = Script(Session(time_up_from=12.0)).begin()
    script.speak(10.0, 14.0)
    script.judge(probability)
    return script


def test_that_the_time_is_up_is_said_at_the_end_of_a_sentence_and_once():
    script = late(0.9)
    assert script.of(Say)[-1].form == "time_up"
    assert script.state is State.SPEAKING
    script.give(Played(17.0, script.session.utterance))
    assert script.state is State.ENDPOINTING
    assert not script.of(StoreAnswer)
    script.speak(18.0, 20.0)
    script.judge(0.9)
    assert [say.form for say in script.of(Say)].count("time_up") == 1
    script.recognise("A list keeps order.")
    script.tick_to(22.3)
    assert script.of(StoreAnswer)[0].answer.speech == ((10.0, 14.0), (18.0, 20.0))


def test_nobody_is_told_of_the_time_within_a_sentence():
    script = late(0.5)
    assert [say.form for say in script.of(Say)] == ["whole"]
    assert script.state is State.ENDPOINTING


def test_an_aside_leaves_the_silence_as_it_was():
    script = Script().begin()
    script.stay_silent_to(30.0)
    assert script.session.rung == 2
    assert script.session.quiet_from == 6.0


def test_speech_takes_the_floor_from_an_aside_at_once():
    script = Script().begin()
    script.tick_to(21.1)
    assert script.of(Say)[-1].form == "take_your_time"
    script.give(SpeechStarted(21.3))
    script.tick_to(21.95)
    assert script.state is State.HEARING
    assert script.session.speech_from == 21.3
    assert not script.session.barged_in


def test_without_our_voice_the_ladder_is_only_shown():
    script = Script()
    script.give(Connected(0.0, voice=False))
    script.give(Planned(1.0, script.session.attempt, question()))
    script.give(Played(6.0, script.session.utterance))
    script.tick_to(30.0, step=0.25)
    assert [hint.kind for hint in script.of(Hint)] == ["quiet", "take_your_time"]
    assert script.state is State.LISTENING
