"""Words of an answer that read well after "You said"."""

from __future__ import annotations

import pytest

from app.assessment.phrases import phrases

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("said", "entry", "phrase"),
    [
        ("There is a second part, and it is the important one.", "important", "the important one"),
        ("It is important. One day it broke.", "important", "important"),
        ("We kept two lists of them.", "lists", "two lists"),
    ],
)
def test_a_phrase_is_whole(said: str, entry: str, phrase: str) -> None:
    assert phrases(said, [entry])[0].text == phrase


def test_words_that_are_not_fit_to_be_repeated_are_left_out() -> None:
    assert phrases("It is shitty caching.", ["shitty caching"]) == ()
