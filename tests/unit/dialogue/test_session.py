"""The live session, to the millisecond."""

from __future__ import annotations

import pytest

from app.dialogue.effects import (
    Close,
    DropSpeculation,
    Duck,
    ForgetSpeech,
    Hint,
    MakePlan,
    OpenTurn,
    Prepare,
    ReopenAnswer,
    Say,
    StopSpeaking,
    StoreAnswer,
)
from app.dialogue.events import (
    Commanded,
    Connected,
    ConnectionLost,
    MicrophoneChanged,
    PatienceSet,
    Planned,
    Played,
    Recognised,
    SpeechStarted,
    SpeechStopped,
    StageFailed,
    Tick,
    Typed,
)
from app.dialogue.session import Session, State
from tests.unit.dialogue.script import Script, question, words

pytestmark = pytest.mark.unit


def answered(probability: float = 0.95, text: str = "A list keeps order.") -> Script:
    script = Script().begin()
    script.speak(10.0, 14.0)
    script.judge(probability)
    script.recognise(text)
    return script


def test_the_first_utterance_is_planned_when_a_client_connects():
    script = Script()
    (effect,) = script.give(Connected(0.0))
    assert isinstance(effect, MakePlan)
    assert effect.answer is None
    assert script.state is State.THINKING


def test_a_question_is_stored_before_it_is_said():
    script = Script()
    script.give(Connected(0.0))
    effects = script.give(Planned(1.0, script.session.attempt, question()))
    assert [type(effect) for effect in effects] == [OpenTurn, Say]


@pytest.mark.parametrize(
    ("probability", "wait"), [(0.95, 2.0), (0.3, 3.2), (0.01, 6.0), (0.03, 3.6), (0.35, 2.6)]
)
def test_the_wait_follows_the_turn_detector(probability: float, wait: float):
    script = answered(probability)
    script.plan(question(2))
    script.tick_to(14.0 + wait - 0.001)
    assert script.state is State.ENDPOINTING
    script.give(Tick(14.0 + wait))
    assert script.state is State.SPEAKING


@pytest.mark.parametrize("pause", [0.5, 1.0, 1.5, 1.9])
def test_a_pause_within_an_answer_does_not_end_the_turn(pause: float):
    script = answered()
    script.tick_to(14.0 + pause)
    script.give(SpeechStarted(14.0 + pause))
    assert script.state is State.HEARING
    assert not script.of(StoreAnswer)


def test_a_trailing_hook_word_means_that_more_is_coming():
    script = answered(0.95, "It is slow because")
    script.tick_to(14.0 + 7.4)
    assert script.state is State.ENDPOINTING
    script.tick_to(14.0 + 7.6)
    assert script.of(StoreAnswer)


def test_the_plan_made_during_the_wait_is_said_at_its_end():
    script = answered()
    script.plan(question(2))
    assert script.of(Prepare)
    script.tick_to(16.0)
    kinds = [type(effect) for effect in script.effects[-3:]]
    assert kinds == [StoreAnswer, OpenTurn, Say]
    assert script.of(StoreAnswer)[0].answer.end_wait_s == pytest.approx(2.0, abs=0.04)


def test_resumed_speech_throws_the_plan_away():
    script = answered()
    stale = script.session.attempt
    script.plan(question(2))
    script.give(SpeechStarted(15.0))
    assert script.session.plan is None
    assert isinstance(script.effects[-1], DropSpeculation)
    assert script.give(Planned(15.1, stale, question(3))) == ()
    assert script.give(Recognised(15.1, stale, words("old"))) == ()


def test_a_turn_waits_for_its_words():
    script = Script().begin()
    script.speak(10.0, 14.0)
    script.judge(0.95)
    script.tick_to(17.0)
    assert script.state is State.TRANSCRIBING
    assert not script.of(StoreAnswer)
    script.recognise("A list keeps order.")
    assert script.state is State.THINKING
    assert script.of(StoreAnswer)[0].answer.heard.text == "A list keeps order."


def test_a_noise_without_words_is_never_a_turn():
    script = Script().begin()
    script.speak(10.0, 10.4)
    script.recognise("")
    assert script.state is State.LISTENING
    assert not script.of(StoreAnswer)
    assert script.of(ForgetSpeech)


def test_speech_within_three_seconds_of_the_end_takes_it_back():
    script = answered()
    script.plan(question(2))
    script.tick_to(16.0)
    assert script.state is State.SPEAKING
    assert script.give(SpeechStarted(17.5)) == (Duck(True),)
    script.give(Tick(18.299))
    assert script.state is State.SPEAKING
    script.give(Tick(18.3))
    assert script.state is State.HEARING
    assert script.of(ReopenAnswer) == [ReopenAnswer(0)]
    assert script.session.turn == 0
    assert script.session.question == question(1)
    assert script.session.interrupted


def test_undo_leaves_the_state_of_the_uninterrupted_run():
    cut, whole = answered(), answered()
    cut.plan(question(2))
    cut.tick_to(16.0)
    cut.give(SpeechStarted(17.0))
    cut.tick_to(20.0)
    cut.give(SpeechStopped(20.2, ended=20.0))
    whole.give(SpeechStarted(17.0))
    whole.tick_to(20.0)
    whole.give(SpeechStopped(20.2, ended=20.0))
    assert cut.session.speech == whole.session.speech == ((10.0, 14.0), (17.0, 20.0))
    assert (cut.session.turn, cut.session.question, cut.session.state) == (
        whole.session.turn,
        whole.session.question,
        whole.session.state,
    )


def test_speech_long_after_the_end_is_no_undo():
    script = answered()
    script.plan(question(2))
    script.tick_to(16.0)
    script.tick_to(20.0)
    script.give(SpeechStarted(20.0))
    script.tick_to(21.0)
    script.overhear("Sorry, one more thing")
    assert not script.of(ReopenAnswer)
    assert script.state is State.HEARING
    assert script.session.turn == 1


def test_a_short_sound_while_we_speak_does_not_stop_us():
    script = answered()
    script.plan(question(2))
    script.tick_to(16.0)
    script.give(SpeechStarted(17.0))
    script.tick_to(17.3)
    script.give(SpeechStopped(17.5, ended=17.3))
    assert Duck(False) in script.overhear("Mm-hm.")
    assert script.state is State.SPEAKING
    assert not script.of(StopSpeaking)


def test_nothing_interrupts_the_first_three_seconds_of_our_first_utterance():
    script = Script()
    script.give(Connected(0.0))
    script.give(Planned(1.0, script.session.attempt, question()))
    script.give(SpeechStarted(1.5))
    script.tick_to(3.5)
    assert script.state is State.SPEAKING
    script.tick_to(4.1)
    assert script.state is State.HEARING


@pytest.mark.parametrize(
    ("text", "form"),
    [("Could you repeat the question, please?", "question"), ("Rephrase that.", "rephrased")],
)
def test_a_spoken_command_is_obeyed_and_never_stored(text: str, form: str):
    script = answered(0.9, text)
    assert script.state is State.SPEAKING
    assert script.of(Say)[-1].form == form
    assert not script.of(StoreAnswer)
    assert script.session.speech == ()


def test_let_me_think_holds_for_thirty_seconds():
    script = answered(0.9, "Let me think.")
    assert script.of(Hint)[-1] == Hint("thinking")
    assert script.of(Say)[-1].form == "thinking"
    script.give(Played(15.5, script.session.utterance))
    assert script.state is State.LISTENING
    script.tick_to(44.0)
    assert [hint.kind for hint in script.of(Hint)] == ["thinking"]
    assert not script.of(StoreAnswer)


def test_time_to_think_is_over_once_the_answer_was_given():
    script = answered(0.9, "Let me think.")
    script.give(Played(15.5, script.session.utterance))
    script.speak(20.0, 20.5)
    script.judge(0.95)
    script.recognise("Hmm.")
    script.tick_to(30.0)
    assert [hint.kind for hint in script.of(Hint)] == ["thinking"]
    script.speak(30.0, 33.0)
    script.judge(0.95)
    script.recognise("It is a tree.")
    script.tick_to(34.9)
    assert script.state is State.ENDPOINTING
    script.tick_to(35.1)
    assert script.of(StoreAnswer)


def test_time_to_think_that_is_asked_for_within_a_pause_holds():
    script = Script().begin()
    script.speak(10.0, 14.0)
    script.judge(0.95)
    script.give(Commanded(14.3, "think"))
    script.recognise("A list keeps order.")
    script.tick_to(44.2)
    assert script.state is State.ENDPOINTING
    script.tick_to(44.4)
    assert script.of(StoreAnswer)


def test_a_command_inside_an_answer_is_an_answer():
    script = answered(0.95, "I would skip the cache and repeat the request.")
    script.plan(question(2))
    script.tick_to(16.1)
    assert script.of(StoreAnswer)[0].answer.skipped is False


def test_done_ends_the_turn_at_once():
    script = answered(0.1)
    script.plan(question(2))
    script.give(Commanded(14.5, "done"))
    assert script.state is State.SPEAKING
    assert script.of(StoreAnswer)[0].answer.heard.text == "A list keeps order."


def test_done_while_speaking_keeps_every_word():
    script = Script().begin()
    script.give(SpeechStarted(10.0))
    script.give(Commanded(13.0, "done"))
    assert script.state is State.TRANSCRIBING
    assert script.session.speech == ((10.0, 13.0),)
    script.recognise("All of it.")
    assert script.of(StoreAnswer)[0].answer.heard.text == "All of it."


def test_a_skip_stores_no_words():
    script = Script().begin()
    script.give(Commanded(8.0, "skip"))
    stored = script.of(StoreAnswer)[0].answer
    assert stored.skipped
    assert stored.heard.text == ""
    assert script.state is State.THINKING


def test_a_typed_answer_ends_the_turn():
    script = Script().begin()
    effects = script.give(Typed(9.0, "A dict maps keys."))
    assert effects[0].answer.typed == "A dict maps keys."
    assert script.state is State.THINKING


def test_words_spoken_before_a_typed_answer_stay_in_it():
    script = Script().begin()
    script.give(SpeechStarted(8.0))
    script.give(Typed(10.0, "and typed"))
    script.recognise("Spoken first")
    stored = script.of(StoreAnswer)[0].answer
    assert (stored.heard.text, stored.typed) == ("Spoken first", "and typed")


def test_the_silence_ladder_reassures_then_helps_then_moves_on():
    script = Script().begin()
    script.stay_silent_to(97.0)
    kinds = [hint.kind for hint in script.of(Hint)]
    assert kinds == ["quiet", "take_your_time", "help", "moving_on"]
    assert [say.form for say in script.of(Say)[1:]] == ["take_your_time", "help"]
    assert script.of(StoreAnswer)[0].answer.skipped


def test_that_little_time_is_left_is_told_after_the_next_question_and_once():
    script = Script(Session(time_hint_from=10.0)).begin()
    script.give(Typed(20.0, "An answer"))
    assert not script.of(Hint)
    for number in (2, 3):
        script.give(Planned(21.0 * number, script.session.attempt, question(number)))
        assert len(script.of(Hint)) == number - 2
        script.give(Played(21.0 * number + 1, script.session.utterance))
        assert [hint.kind for hint in script.of(Hint)] == ["time"]
        script.give(Typed(21.0 * number + 2, "An answer"))


def test_little_time_is_never_told_within_an_answer():
    script = Script(Session(time_hint_from=10.0)).begin()
    script.speak(11.0, 14.0)
    script.give(ConnectionLost(15.0))
    script.give(Connected(15.0))
    script.give(Played(20.0, script.session.utterance))
    assert script.state is State.LISTENING
    assert not script.of(Hint)


def test_without_a_microphone_nobody_is_moved_on():
    script = Script().begin()
    script.give(MicrophoneChanged(7.0, on=False))
    script.stay_silent_to(300.0)
    assert not script.of(StoreAnswer)
    assert script.state is State.LISTENING


def test_a_lost_connection_keeps_the_words_spoken_so_far():
    script = Script().begin()
    script.speak(10.0, 14.0)
    script.give(ConnectionLost(15.0))
    assert script.state is State.SUSPENDED
    assert script.session.speech == ((10.0, 14.0),)
    script.give(Connected(15.0))
    assert script.of(Say)[-1].form == "welcome"
    assert script.session.turn == 0
    script.give(Played(19.0, script.session.utterance))
    script.speak(20.0, 22.0)
    script.judge(0.95)
    script.recognise("Both halves.")
    script.tick_to(25.0)
    assert script.of(StoreAnswer)[0].answer.speech == ((10.0, 14.0), (20.0, 22.0))


def test_a_pause_holds_everything_until_resume():
    script = Script().begin()
    script.give(Commanded(8.0, "pause"))
    assert script.state is State.PAUSED
    script.tick_to(500.0, step=5.0)
    assert script.state is State.PAUSED
    assert not script.of(Hint)
    script.give(Commanded(500.0, "resume"))
    assert script.state is State.SPEAKING


def test_a_closing_ends_the_interview_when_it_was_heard():
    script = answered()
    closing = question(2, kind="closing")
    script.plan(closing)
    script.tick_to(16.1)
    assert script.session.turn == 0
    script.give(Played(20.0, script.session.utterance))
    assert script.state is State.CLOSED
    assert script.of(Close) == [Close("completed")]


def test_ending_early_keeps_an_answer_that_was_heard():
    script = answered()
    script.give(Commanded(15.0, "end"))
    assert script.state is State.CLOSED
    assert script.of(StoreAnswer)[0].answer.heard.text == "A list keeps order."
    assert script.of(Close) == [Close("ended_early")]


def test_failed_recognition_asks_again_and_keeps_listening():
    script = Script().begin()
    script.speak(10.0, 14.0)
    script.give(StageFailed(14.5, script.session.attempt, "hear"))
    assert script.state is State.LISTENING
    assert not script.of(StoreAnswer)


def test_patience_scales_the_wait():
    script = Script().begin()
    script.give(PatienceSet(7.0, 2.0))
    script.speak(10.0, 14.0)
    script.judge(0.95)
    script.recognise("A list keeps order.")
    script.tick_to(17.9)
    assert script.state is State.ENDPOINTING
    script.tick_to(18.1)
    assert script.of(StoreAnswer)


def test_a_twenty_minute_answer_is_ended_with_all_its_words():
    script = Script().begin()
    script.give(SpeechStarted(10.0))
    script.give(Tick(1210.0))
    assert script.state is State.TRANSCRIBING
    assert script.session.speech == ((10.0, 1210.0),)


def test_ending_while_speaking_keeps_the_last_words():
    script = Script().begin()
    script.give(SpeechStarted(10.0))
    script.give(Commanded(13.0, "end"))
    assert script.state is State.TRANSCRIBING
    script.recognise("My last words.")
    assert script.state is State.CLOSED
    assert script.of(StoreAnswer)[0].answer.heard.text == "My last words."
    assert script.of(Close) == [Close("ended_early")]


def test_thats_all_and_nothing_else_is_a_skip():
    script = answered(0.9, "That's all.")
    assert script.of(StoreAnswer)[0].answer.skipped
    assert script.state is State.THINKING


def test_a_typed_request_to_repeat_is_no_answer():
    script = Script().begin()
    script.give(Typed(9.0, "Could you repeat the question?"))
    assert script.of(Say)[-1].form == "question"
    assert not script.of(StoreAnswer)


def test_a_typed_word_that_is_a_command_when_spoken_is_an_answer():
    script = Script().begin()
    script.give(Typed(9.0, "Next."))
    assert script.of(StoreAnswer)[0].answer.typed == "Next."
