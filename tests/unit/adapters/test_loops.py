"""What is read twice and was said once, and what was truly said twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.speech.loops import once
from app.domain.interview import Word

pytestmark = pytest.mark.unit

QUESTION = "How many lunches do you cook?"


def said(text: str, start: float = 0.3, each: float = 0.2) -> list[Word]:
    parts = text.split()
    return [Word(w, start + each * i, start + each * (i + 1)) for i, w in enumerate(parts)]


def texts(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def test_a_sentence_read_again_in_no_time_is_read_once():
    words = [*said(QUESTION), *said(QUESTION, 1.78, 0.0)]
    assert once(words) == tuple(words[:6])


def test_its_first_word_may_be_stretched_over_the_silence():
    again = [Word("how", 1.5, 1.85), *said("many lunches do you cook", 1.85, 0.0)]
    assert texts(once([*said(QUESTION), *again])) == QUESTION


def test_the_copy_that_took_its_time_is_the_one_that_stays():
    words = [*said(QUESTION, 0.3, 0.01), *said(QUESTION, 0.4)]
    assert once(words) == tuple(words[6:])


@pytest.mark.parametrize(
    "text",
    [
        "How many lunches? How many lunches?",
        "No, no, no, that is not it.",
        "It is very, very slow, it is very slow.",
    ],
)
def test_what_is_said_twice_in_its_time_is_kept(text: str):
    words = said(text, each=0.1)
    assert once(words) == tuple(words)


def test_words_in_no_time_that_nobody_said_before_are_kept():
    words = [*said("I sort the list"), *said("and then I stop", 1.1, 0.0)]
    assert once(words) == tuple(words)


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12), st.sampled_from([0.0, 0.05, 0.2]))
def test_nothing_is_added_and_never_all_is_dropped(parts: list[str], each: float):
    words = said(" ".join(parts), each=each)
    kept = once(words)
    assert len(kept) == len(words) if each == 0.2 else len(kept) <= len(words)
    assert {word.text for word in kept} == {word.text for word in words}
