"""The run behind a fact, told in words that a report can show."""

from __future__ import annotations

from typing import get_args

import pytest

from app.inspection.fact import Aspect, Check

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (Check("from-line", ("None from line 2",), ("f([])",), line=2), "it gave None from line 2"),
        (Check("raised", ("KeyError on line 3",), ("f([])",)), "it raised KeyError on line 3"),
        (Check("hits", ("6",), ("f([])",), line=4), "line 4 ran 6 times"),
        (Check("local", ("[1]",), ("f([])",), line=5, name="seen"), "on line 5, seen was [1]"),
    ],
)
def test_a_run_is_told_in_words(check: Check, told: str) -> None:
    assert check.told == f"ran f([]): {told}"


def test_a_file_is_told_with_its_input() -> None:
    assert Check("output", ("6",), stdin="3\n").told == (
        "ran the file with the input '3\\n': it printed '6'"
    )


@pytest.mark.parametrize("aspect", get_args(Aspect))
def test_every_aspect_has_words(aspect: Aspect) -> None:
    assert "7" in Check(aspect, ("7",), ("f()",), line=1, name="n").told
