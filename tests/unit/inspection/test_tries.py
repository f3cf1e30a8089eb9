"""What is tried on a program: functions, methods and inputs that suit them."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inspection.spoken_values import said, said_arguments
from app.inspection.tries import ALL, NUMBERS, PAIRS, SMALL, TEXT, WHOLE, Target, targets

pytestmark = pytest.mark.unit


def _only(code: str) -> Target:
    (target,) = targets(code)
    return target


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(xs: list[int]): pass", NUMBERS),
        ("def f(anything: str): pass", TEXT),
        ("def f(n): pass", WHOLE),
        ("def f(text): pass", TEXT),
        ("def f(intervals): pass", PAIRS),
        ("def f(scores): pass", NUMBERS),
    ],
)
def test_annotation_and_name_say_what_to_try_first(code: str, expected: object) -> None:
    assert next(_only(code).combinations())[0] is expected


def test_beside_another_argument_a_small_number_is_tried() -> None:
    assert next(_only("def f(xs: list, k: int): pass").combinations()) == (NUMBERS, SMALL)


def test_only_what_must_be_given_is_given() -> None:
    target = _only("def f(xs, k=2, *, z=3): pass")
    assert target.call(["[1]"]) == "f([1])"
    assert len(target.likely) == 1


def test_a_generator_is_drawn_into_a_list() -> None:
    target = _only("def f(n):\n    for i in range(n):\n        yield i\n")
    assert (target.call(["3"]), target.yields) == ("list(f(3))", 3)


def test_a_method_is_tried_on_an_object_that_holds_something() -> None:
    code = (
        "class Box:\n    def __init__(self):\n        self.items = []\n"
        "    def push(self, x):\n        self.items.append(x)\n"
        "    def pop(self):\n        return self.items.pop()\n"
    )
    pop = next(t for t in targets(code) if t.name == "pop")
    space: dict[str, object] = {}
    exec(code, space)
    assert eval(pop.call([]), space) == 1
    assert pop.before == "after push with 2 and then with 1"


@pytest.mark.parametrize("inputs", ALL, ids=lambda inputs: inputs.name)
def test_every_input_is_an_expression(inputs: object) -> None:
    assert isinstance(inputs, type(NUMBERS))
    for text in (inputs.usual, *inputs.edges):
        ast.literal_eval(text)
    if inputs.sized is not None:
        ast.parse(inputs.sized.replace("{n}", "8"), mode="eval")


@pytest.mark.parametrize(
    ("literal", "words"),
    [
        ("[]", "an empty list"),
        ("[7]", "a list with just 7"),
        ("[2, 2, 3]", "a list of 2, 2 and 3"),
        ("[1, 2, 3, 4, 5]", "a list of 5 items"),
        ("-1", "minus 1"),
        ("None", "None"),
        ("''", "an empty text"),
        ("'  '", "a text of spaces"),
        ("{}", "an empty dict"),
        ("{'a': 2}", "a dict from a to 2"),
        ("counted(range(3))", "counted(range(3))"),
    ],
)
def test_values_are_said_as_a_person_says_them(literal: str, words: str) -> None:
    assert said(literal) == words


def test_arguments_are_told_apart() -> None:
    assert said_arguments(["[1, 2]", "6"]) == "a list of 1 and 2, then 6"
    assert said_arguments([]) == "no arguments"


@given(st.text())
def test_no_text_breaks_the_saying(text: str) -> None:
    assert isinstance(said(text), str)
