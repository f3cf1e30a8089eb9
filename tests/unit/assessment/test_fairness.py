"""Personal topics are caught, and their technical namesakes are not."""

from __future__ import annotations

import pytest

from app.assessment.fairness import unfair

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("How old are you?", "age"),
        ("When did you graduate, and what year were you born?", "age"),
        ("Do you have any children?", "family"),
        ("Are you married?", "family"),
        ("Do you plan to start a family?", "family"),
        ("Is your health good enough for this?", "health"),
        ("Do you have a disability?", "health"),
        ("What is your religion?", "religion"),
        ("Where are you originally from?", "origin"),
        ("Is English your native language?", "origin"),
        ("What was your last salary?", "salary"),
        ("How much do you earn?", "salary"),
        ("I like your accent. Where does it come from?", "accent"),
    ],
)
def test_a_personal_topic_is_named(text: str, topic: str) -> None:
    found = unfair(text)
    assert found is not None
    assert found.topic == topic


@pytest.mark.parametrize(
    "text",
    [
        "What is the age of the cache entry?",
        "What does the child process inherit?",
        "Does your parent class define it?",
        "Which race condition can happen here?",
        "How would you write a health check?",
        "Is the native extension faster?",
        "Where do you set the accent colour?",
        "How many children does a node of a heap have?",
        "What if the salary column is null?",
        "What does each of your child processes cost?",
        "How does your model handle the age feature?",
    ],
)
def test_a_technical_use_passes(text: str) -> None:
    assert unfair(text) is None
