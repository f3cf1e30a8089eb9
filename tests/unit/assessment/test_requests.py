"""What candidates ask of us, told from what they answer."""

from __future__ import annotations

import pytest

from app.assessment.attempts import Attempt, attempt
from app.assessment.requests import Request, request_in, without_requests

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Can you just tell me the answer?", Request.ANSWER),
        ("I don't know. Could you give me a hint, please?", Request.ANSWER),
        ("Well, what would you do?", Request.ANSWER),
        ("Come on, please just tell me what it is.", Request.ANSWER),
        ("Is that correct? What is the right solution?", Request.ANSWER),
        ("It is a list. Was that right?", Request.VERDICT),
        ("How am I doing so far?", Request.VERDICT),
        ("It blocks the thread. Am I right?", Request.VERDICT),
        ("Are you even a real person?", Request.IDENTITY),
        ("Sorry, am I talking to a human or to a machine?", Request.IDENTITY),
        ("Who are you?", Request.IDENTITY),
        ("How many questions are left?", Request.TIME),
        ("How much time do we have", Request.TIME),
        ("This is such a stupid question.", Request.UPSET),
        ("I asked him what would you do, and he said measure it.", None),
        ("I would tell the user what the answer is.", None),
        ("You are a thread and the other one waits.", None),
        ("How much time it takes depends on the index.", None),
        ("It was a stupid mistake of mine.", None),
        ("The model is right in most cases.", None),
    ],
)
def test_what_is_asked_of_us_is_told_from_answers(text: str, asked: Request | None) -> None:
    assert request_in(text) is asked


def test_a_question_to_us_alone_is_no_answer() -> None:
    assert attempt("Are you an AI?") is Attempt.ASKING
    assert attempt("Hm, okay. What would you do in that case?") is Attempt.ASKING
    assert attempt("I don't know. Can you tell me the answer?") is Attempt.UNKNOWN
    said = "A list can be changed in place and a tuple can't. Was that right?"
    assert attempt(said) is Attempt.ANSWER
    assert without_requests(said) == "A list can be changed in place and a tuple can't."
