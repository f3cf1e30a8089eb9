"""Writing code while thinking aloud: silence with typing in it ends no turn."""

from __future__ import annotations

import pytest

from app.dialogue.effects import DropSpeculation, MakePlan, StoreAnswer
from app.dialogue.events import Active, Commanded, SpeechStarted, SpeechStopped, Tick
from app.dialogue.session import WRITING_SECONDS, State
from tests.unit.dialogue.script import Script, question

pytestmark = pytest.mark.unit


@pytest.fixture
def asked() -> Script:
    """A question was heard, and the candidate has the floor."""
    return Script().begin()


def spoken(script: Script) -> Script:
    """A sentence was said and the silence after it has begun."""
    script.give(SpeechStarted(10.0))
    script.give(SpeechStopped(12.0, 12.0))
    return script


def test_code_written_in_the_silence_keeps_the_turn_open(asked: Script) -> None:
    script = spoken(asked)
    for second in range(13, 30):
        script.give(Active(float(second)))
        script.give(Tick(second + 0.5))
    assert script.session.state is State.ENDPOINTING
    assert script.of(StoreAnswer) == []


def test_the_turn_ends_a_while_after_the_last_key(asked: Script) -> None:
    script = spoken(asked)
    script.recognise("I sort the list first.")
    script.give(Active(13.0))
    script.give(Tick(13.0 + WRITING_SECONDS - 0.1))
    assert script.session.state is State.ENDPOINTING
    script.give(Tick(13.0 + WRITING_SECONDS + 0.1))
    assert len(script.of(StoreAnswer)) == 1


def test_what_was_planned_for_older_code_is_planned_anew(asked: Script) -> None:
    script = spoken(asked)
    script.recognise("I sort the list first.")
    script.plan(question(2))
    assert script.session.plan is not None
    effects = script.give(Active(13.0))
    assert script.session.plan is None
    assert isinstance(effects[0], DropSpeculation)
    before = len(script.of(MakePlan))
    script.give(Tick(13.0 + WRITING_SECONDS + 0.1))
    assert len(script.of(MakePlan)) == before + 1
    assert script.session.state is State.THINKING


def test_done_ends_it_at_once_while_code_is_written(asked: Script) -> None:
    script = spoken(asked)
    script.recognise("I sort the list first.")
    script.give(Active(13.0))
    script.give(Commanded(13.2, "done"))
    assert len(script.of(StoreAnswer)) == 1


def test_code_written_before_the_silence_counts_too(asked: Script) -> None:
    asked.give(SpeechStarted(10.0))
    asked.give(Active(11.5))
    asked.give(SpeechStopped(12.0, 12.0))
    asked.give(Tick(19.0))
    assert asked.session.state is State.ENDPOINTING


def test_a_hold_while_code_is_written_is_not_the_policys_choice(asked: Script) -> None:
    asked.give(SpeechStarted(10.0))
    asked.give(Active(11.5))
    asked.give(SpeechStopped(12.2, 12.0))
    asked.judge(0.95)
    asked.recognise("I sort the list first.")
    asked.tick_to(11.5 + WRITING_SECONDS + 0.1)
    answer = asked.of(StoreAnswer)[0].answer
    assert answer.end_wait_s == pytest.approx(11.5 + WRITING_SECONDS - 12.0, abs=0.05)
    assert answer.policy_wait_s is None


def test_code_written_long_before_leaves_the_wait_to_the_policy(asked: Script) -> None:
    asked.give(Active(7.0))
    asked.give(SpeechStarted(10.0))
    asked.give(SpeechStopped(14.2, 14.0))
    asked.judge(0.95)
    asked.recognise("I sort the list first.")
    asked.tick_to(16.1)
    assert asked.of(StoreAnswer)[0].answer.policy_wait_s == 2.0
