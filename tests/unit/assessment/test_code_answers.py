"""Answers about code: right, wrong and open against what a run showed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.code_answers import _COMPARISONS, ruling

pytestmark = pytest.mark.unit

EMPTY = "Line 4: what happens there when median gets an empty list, and why?"
VALUE = "Line 4: what does median return there for a list of 3, 1 and 2, and why?"
GROWS = "Line 4: if the input of find gets twice as large, how much more work is done, and why?"
OFTEN = "How often does line 4 run when find gets a list of 3, 1 and 2?"
AGAIN = "Line 3: I call next twice with 5. Do both calls give the same?"
ENDS = "Line 5: what brings the work there to an end when steps gets 0?"

RIGHT = [
    ("raises", "IndexError", EMPTY, "It raises an index error because there is no item zero."),
    ("raises", "IndexError", EMPTY, "It crashes, since the list is empty."),
    ("raises", "ZeroDivisionError", EMPTY, "You get a ZeroDivisionError there."),
    ("raises", "RecursionError", EMPTY, "Python throws a recursion error, it goes too deep."),
    ("returns", "0", VALUE, "It gives back zero."),
    ("returns", "-2", VALUE, "Minus two, the one in the middle."),
    ("returns", "None", VALUE, "It returns none, not zero."),
    ("returns", "[]", VALUE, "An empty list."),
    ("returns", "[1, 2]", VALUE, "A list with one and two."),
    ("returns", "'B'", VALUE, "It returns a capital B."),
    ("returns", "True", VALUE, "That is true, because nothing is left."),
    ("returns", "3.0", VALUE, "The average is 3."),
    ("holds", "{3: 0, 1: 1}", VALUE, "It maps three to zero and one to one."),
    ("growth", "quadratic", GROWS, "It is n squared, two loops."),
    ("growth", "linear or nearly so", GROWS, "It sorts, so n log n."),
    ("growth", "linear or nearly so", GROWS, "Twice as much, one pass."),
    ("runs-often", "4", OFTEN, "Four times I think."),
    ("keeps-state", "no", AGAIN, "No, the counter goes up."),
    ("changes-input", "no", AGAIN, "No, sort works in place so it is changed."),
    ("endless", "endless", ENDS, "Nothing, it would loop forever."),
    ("endless", "endless", ENDS, "It doesn't stop for zero."),
    ("syntax-error", "no", "Would Python accept line 3?", "No, the colon is missing."),
]
WRONG = [
    ("raises", "IndexError", EMPTY, "It returns zero."),
    ("raises", "IndexError", EMPTY, "Nothing happens, it works fine."),
    ("raises", "IndexError", EMPTY, "It raises a key error."),
    ("raises", "IndexError", EMPTY, "There is no error, you just get none."),
    ("returns", "0", VALUE, "It returns two."),
    ("returns", "None", VALUE, "It returns an empty list."),
    ("returns", "[]", VALUE, "That crashes with an index error."),
    ("returns", "5", VALUE, "It returns minus five."),
    ("returns", "True", VALUE, "It returns false."),
    ("growth", "quadratic", GROWS, "It is O of n, one pass over the list."),
    ("growth", "linear or nearly so", GROWS, "That is quadratic."),
    ("growth", "exponential or nearly so", GROWS, "Linear, each call does one step."),
    ("runs-often", "4", OFTEN, "It runs six times."),
    ("keeps-state", "no", AGAIN, "Yes, both give the same."),
    ("changes-input", "no", AGAIN, "The list stays unchanged."),
    ("endless", "endless", ENDS, "It stops when the number becomes one."),
    ("syntax-error", "no", "Would Python accept line 3?", "Yes, that is valid."),
]
OPEN = [
    ("raises", "IndexError", EMPTY, "I would have to think about that one."),
    ("returns", "0", VALUE, "It depends on what comes in."),
    ("returns", "[1, 2, 3]", VALUE, "Something with three in it."),
    ("growth", "quadratic", GROWS, "A lot more."),
    ("runs-often", "4", OFTEN, "For every item in the list."),
    ("endless", "endless", ENDS, "I am not sure."),
    ("refused", "", EMPTY, "It reads the password file."),
]


@pytest.mark.parametrize(("kind", "truth", "asked", "answer"), RIGHT)
def test_what_the_run_showed_is_right(kind: str, truth: str, asked: str, answer: str) -> None:
    assert ruling(kind, truth, asked, answer).verdict == "right"


@pytest.mark.parametrize(("kind", "truth", "asked", "answer"), WRONG)
def test_what_contradicts_the_run_is_wrong(kind: str, truth: str, asked: str, answer: str) -> None:
    assert ruling(kind, truth, asked, answer).verdict == "wrong"


@pytest.mark.parametrize(("kind", "truth", "asked", "answer"), OPEN)
def test_what_says_nothing_to_compare_is_open(
    kind: str, truth: str, asked: str, answer: str
) -> None:
    assert ruling(kind, truth, asked, answer).verdict == "open"


def test_the_sentence_that_contradicts_is_cited() -> None:
    answer = "Let me look at the line. It returns zero there. I am fairly sure."
    assert ruling("raises", "IndexError", EMPTY, answer).sentence == "It returns zero there."


@given(st.sampled_from(sorted(_COMPARISONS)), st.text(), st.text(), st.text())
def test_no_text_raises(kind: str, truth: str, asked: str, answer: str) -> None:
    ruling(kind, truth, asked, answer)
