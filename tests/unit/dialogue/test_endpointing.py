"""The wait by what the turn detector says, by the last words, and by both looks."""

from __future__ import annotations

import pytest

from app.dialogue.endpointing import HOOKS, NEVER_LAST, Patience

pytestmark = pytest.mark.unit

WAIT = Patience().wait


@pytest.mark.parametrize(
    ("probability", "seconds"),
    [(0.0, 6.0), (0.01, 6.0), (0.03, 3.6), (0.3, 3.2), (0.4, 2.2), (1.0, 2.2), (None, 3.2)],
)
def test_the_wait_bends_where_it_was_measured(probability: float | None, seconds: float) -> None:
    assert WAIT(probability) == pytest.approx(seconds)


def test_the_wait_never_grows_with_the_probability() -> None:
    waits = [WAIT(step / 200) for step in range(201)]

    assert waits == sorted(waits, reverse=True)


def test_a_word_that_ends_no_sentence_means_a_long_hold_whatever_it_sounds_like() -> None:
    assert WAIT(0.99, "It is slow because") == WAIT(0.0, "it is slow, because", 0.99) == 7.5


def test_a_word_that_may_end_a_sentence_only_keeps_the_wait_open() -> None:
    assert WAIT(0.99, "I would rather do this") == 3.6
    assert WAIT(0.0, "I would rather do this") == 6.0


def test_the_second_look_shortens_a_hold_and_lengthens_nothing() -> None:
    assert WAIT(0.0, "", 0.99) == 3.2
    assert WAIT(0.0, "", 0.03) == pytest.approx(3.6)
    assert WAIT(0.3, "", 0.0) == WAIT(0.3)
    assert WAIT(0.99, "", 0.0) == 2.2


def test_only_a_second_look_as_sure_as_the_first_keeps_the_hold() -> None:
    assert WAIT(0.006, "", 0.008) == 6.0
    assert WAIT(0.006, "", 0.015) == 3.6
    assert WAIT(0.006, "while", 0.015) == 7.5, "a word that ends no sentence holds whatever it says"


def test_every_word_that_ends_no_sentence_is_a_hook() -> None:
    assert NEVER_LAST <= HOOKS
