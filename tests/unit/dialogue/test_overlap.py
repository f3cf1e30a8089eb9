"""Speech over us: what stops a question, what takes an end back, and what does neither."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.dialogue.backchannels import interrupts, is_echo, only_thinking, says_something
from app.dialogue.effects import (
    Duck,
    ForgetSpeech,
    Overhear,
    Recognise,
    ReopenAnswer,
    Say,
    StopSpeaking,
    StoreAnswer,
)
from app.dialogue.events import Connected, Planned, Played, SpeechStarted, SpeechStopped, Tick
from app.dialogue.session import State
from tests.unit.dialogue.script import Script, question

pytestmark = pytest.mark.unit


def asking() -> Script:
    """We ask the second question since 12.1 s; the time for undo is over at 15.1 s."""
    script = Script().begin()
    script.speak(8.0, 10.0)
    script.judge(0.95)
    script.recognise("A list keeps order.")
    script.plan(question(2))
    script.give(Tick(12.1))
    assert script.state is State.SPEAKING
    script.tick_to(16.0)
    return script


def test_our_voice_is_lowered_at_once():
    assert asking().give(SpeechStarted(16.0)) == (Duck(True),)


def test_words_are_asked_for_after_six_tenths_of_a_second():
    script = asking()
    script.give(SpeechStarted(16.0))
    assert script.give(Tick(16.599)) == ()
    assert script.give(Tick(16.6)) == (Overhear(script.session.attempt),)


def test_two_words_stop_the_question():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(16.7)
    assert StopSpeaking() in script.overhear("Actually, the")
    assert script.state is State.HEARING
    assert script.session.speech_from == 16.0
    assert script.session.barged_in


@pytest.mark.parametrize("text", ["Mm-hm.", "Yeah, okay, right.", "Actually", "Oh I see.", ""])
def test_backchannels_and_single_words_do_not_stop_it(text: str):
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(16.7)
    script.overhear(text)
    assert script.state is State.SPEAKING
    script.give(SpeechStopped(16.95, ended=16.75))
    assert Duck(False) in script.overhear(text)
    assert script.state is State.SPEAKING
    assert script.session.over is None
    assert script.of(ForgetSpeech)
    assert not script.of(StopSpeaking)


def test_a_short_sound_that_is_guessed_to_be_words_does_not_stop_it():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(16.7)
    script.overhear("In a mom.", 0.43)
    assert script.state is State.SPEAKING
    script.give(SpeechStopped(16.95, ended=16.75))
    assert Duck(False) in script.overhear("In a mom.", 0.43)
    assert script.session.over is None
    assert not script.of(StopSpeaking)


def test_whoever_goes_on_is_believed_though_the_words_are_guessed():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(16.7)
    script.overhear("No, wait", 0.36)
    assert script.state is State.SPEAKING
    script.tick_to(17.3)
    assert len(script.of(Overhear)) == 2
    assert StopSpeaking() in script.overhear("No, wait, I", 0.36)
    assert script.state is State.HEARING


def test_who_goes_on_is_overheard_again_and_believed_after_two_seconds():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(16.7)
    script.overhear("Yeah")
    script.tick_to(17.4)
    assert len(script.of(Overhear)) == 2
    script.tick_to(17.99)
    assert script.state is State.SPEAKING
    script.give(Tick(18.0))
    assert script.state is State.HEARING


def test_words_that_stopped_before_they_were_known_are_an_answer_that_may_be_over():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(16.9)
    script.give(SpeechStopped(16.9, ended=16.7))
    script.overhear("It is hashing.")
    assert script.state is State.ENDPOINTING
    assert script.session.speech == ((16.0, 16.7),)
    assert script.session.silence_from == 16.7
    assert script.of(Recognise)


def test_a_command_over_us_is_obeyed_and_no_answer():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(17.0)
    script.give(SpeechStopped(17.0, ended=16.8))
    script.overhear("Could you repeat that?")
    assert script.of(Say)[-1].form == "question"
    assert script.session.speech == ()
    assert len(script.of(StoreAnswer)) == 1


def test_words_that_never_come_are_taken_for_speech_when_it_was_long():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(17.0)
    script.give(SpeechStopped(17.0, ended=16.8))
    script.tick_to(18.5)
    assert script.state is State.SPEAKING
    script.tick_to(19.6)
    assert script.state is State.ENDPOINTING
    assert script.session.speech == ((16.0, 16.8),)


def test_a_click_restores_our_voice_at_once():
    script = asking()
    script.give(SpeechStarted(16.0))
    effects = script.give(SpeechStopped(16.4, ended=16.2))
    assert effects[0] == Duck(False)
    assert not script.of(Overhear)


def just_ended() -> Script:
    """We ask since 12.1 s, and may have cut someone off."""
    script = Script().begin()
    script.speak(8.0, 10.0)
    script.judge(0.95)
    script.recognise("A list keeps order.")
    script.plan(question(2))
    script.give(Tick(12.1))
    return script


def test_one_telling_word_takes_the_end_back():
    script = just_ended()
    script.give(SpeechStarted(13.0))
    script.give(SpeechStopped(13.6, ended=13.4))
    script.overhear("Unless")
    assert script.of(ReopenAnswer) == [ReopenAnswer(0)]
    assert script.state is State.ENDPOINTING
    assert script.session.speech == ((8.0, 10.0), (13.0, 13.4))


def test_a_backchannel_right_after_the_end_takes_nothing_back():
    script = just_ended()
    script.give(SpeechStarted(13.0))
    script.give(SpeechStopped(13.6, ended=13.4))
    script.overhear("Mm-hm.")
    assert not script.of(ReopenAnswer)
    assert script.state is State.SPEAKING
    assert script.session.speech == ()


def test_an_end_can_be_taken_back_for_as_long_as_we_only_think():
    script = Script().begin()
    script.speak(8.0, 10.0)
    script.judge(0.95)
    script.recognise("A list keeps order.")
    script.tick_to(17.0)
    assert script.state is State.THINKING
    script.give(SpeechStarted(17.0))
    script.tick_to(17.9)
    assert script.of(ReopenAnswer) == [ReopenAnswer(0)]
    assert script.give(Planned(18.0, 2, question(2))) == ()


def test_whoever_speaks_when_our_question_ends_has_the_floor():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(16.3)
    script.give(Played(16.3, script.session.utterance))
    assert script.state is State.HEARING
    assert script.session.speech_from == 16.0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("wait, no", True),
        ("I mean the tree", True),
        ("uh-huh, yeah", False),
        ("okay, got it, thanks", False),
        ("that makes sense", True),
        ("right right right", False),
        ("stop", False),
        ("  ", False),
    ],
)
def test_what_wants_the_floor(text: str, wanted: bool):
    assert interrupts(text) is wanted


def test_a_sound_says_nothing_and_a_word_does():
    assert not says_something("Mmm, yeah.")
    assert says_something("Yeah, unless")
    assert only_thinking("Okay, so...")
    assert not only_thinking("So it hashes")
    assert not only_thinking("")


def test_our_own_voice_in_the_microphone_stops_nothing_however_long():
    script = asking()
    script.give(SpeechStarted(16.0))
    script.tick_to(16.7)
    script.overhear("What is thing")
    assert script.session.echoes
    script.tick_to(19.0)
    assert script.state is State.SPEAKING
    script.overhear("What is thing two")
    assert script.state is State.SPEAKING


def test_where_our_voice_comes_back_only_words_take_an_end_back():
    script = just_ended()
    script.session = replace(script.session, echoes=True)
    script.give(SpeechStarted(13.0))
    script.tick_to(14.0)
    assert script.state is State.SPEAKING
    script.overhear("Thank you. What is")
    assert not script.of(ReopenAnswer)
    script.tick_to(15.0)
    script.overhear("Unless it is sorted")
    assert script.of(ReopenAnswer)


def test_the_first_seconds_tell_whether_our_voice_comes_back():
    script = Script()
    script.give(Connected(0.0))
    script.give(Planned(1.0, script.session.attempt, question()))
    script.give(SpeechStarted(1.5))
    script.tick_to(2.2)
    assert script.of(Overhear)
    script.overhear("Thank you what is")
    assert script.session.echoes
    assert script.state is State.SPEAKING


def test_someone_who_takes_up_our_words_is_heard():
    assert not is_echo("The thing is a tree", "What is thing 2?")
    assert not is_echo("thing", "What is thing 2?")


def test_a_sound_whose_end_is_not_noticed_yet_takes_nothing_back():
    script = just_ended()
    script.give(SpeechStarted(13.0))
    script.tick_to(13.62)
    script.give(SpeechStopped(13.62, ended=13.42))
    script.overhear("Mm-hm.")
    assert not script.of(ReopenAnswer)


def test_a_word_over_our_aside_takes_the_floor():
    script = Script().begin()
    script.tick_to(21.1)
    script.give(SpeechStarted(21.3))
    script.give(SpeechStopped(21.9, ended=21.7))
    assert script.state is State.ENDPOINTING
    assert script.session.speech == ((21.3, 21.7),)
