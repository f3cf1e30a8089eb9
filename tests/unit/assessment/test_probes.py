"""The rules of a follow-up, each with the case that breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.assessment.probes import Ground, faults, repeats
from tests.unit.agent.stage import a_question

pytestmark = pytest.mark.unit

GROUND = Ground(
    a_question(), said="You write yield in it.", phrase="yield", asked=(a_question().text,)
)


def test_a_follow_up_that_names_what_was_said_keeps_every_rule() -> None:
    assert faults("You said yield. What happens then?", GROUND) == ()


@pytest.mark.parametrize(
    ("ask", "fault"),
    [
        ("You said yield. What is it? And why?", "one-question"),
        ("You said yield.", "one-question"),
        ("You said yield " + "and so on " * 10 + "?", "length"),
        ("You said yield. Is the local state kept?", "leak"),
        ("You said yield. How old are you?", "unfair"),
        ("You said return. What happens then?", "ungrounded"),
        ("You said `yield`. What happens then?", "unspeakable"),
        ("What is a generator in Python, when better than a list, with yield?", "repeat"),
    ],
)
def test_a_broken_rule_is_named(ask: str, fault: str) -> None:
    assert fault in faults(ask, GROUND)


def test_what_the_candidate_said_is_no_leak() -> None:
    ground = replace(GROUND, said="You write yield and the local state is kept.")
    assert "leak" not in faults("You said yield. Where is the local state?", ground)


def test_the_preface_does_not_hide_a_repetition() -> None:
    assert repeats("You said heap. What does it cost?", ["You mentioned sets. What does it cost?"])


def test_a_line_beyond_the_code_grounds_nothing() -> None:
    ground = replace(GROUND, phrase=None, line=9, code_lines=3)
    assert "ungrounded" in faults("What happens on line 9?", ground)
