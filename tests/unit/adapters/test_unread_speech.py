"""Speech that a reading left out is found, and hums and pauses are not."""

from __future__ import annotations

import pytest

from app.adapters.speech.unread import unread
from app.domain.interview import Word

pytestmark = pytest.mark.unit


def said(*spans: tuple[float, float]) -> tuple[Word, ...]:
    return tuple(Word("word", start, end) for start, end in spans)


EVERY_HALF = said(*((k / 2, k / 2 + 0.4) for k in range(20)))


def test_words_that_cover_all_speech_leave_nothing_out():
    assert unread(EVERY_HALF, [(0.0, 10.0)]) == ()


def test_speech_after_the_last_word_is_left_out():
    assert unread(EVERY_HALF, [(0.0, 10.0), (10.2, 15.0)]) == ((10.2, 15.0),)


def test_speech_before_the_first_word_is_left_out():
    assert unread(said((3.0, 3.4)), [(0.0, 3.4)]) == ((0.0, 2.75),)


def test_a_clause_between_two_words_is_left_out():
    assert unread(said((0.0, 0.4), (4.0, 4.4)), [(0.0, 4.4)]) == ((0.65, 3.75),)


def test_a_long_um_between_two_words_is_not():
    assert unread(said((0.0, 0.4), (2.6, 3.0)), [(0.0, 3.0)]) == ()


def test_silence_between_two_words_is_not():
    assert unread(said((0.0, 0.4), (9.0, 9.4)), [(0.0, 0.5), (8.9, 9.5)]) == ()


def test_a_word_stretched_over_a_clause_hides_what_follows_it():
    assert unread(said((0.0, 4.0), (4.0, 4.4)), [(0.0, 4.4)]) == ((1.25, 3.75),)


def test_no_words_at_all_leave_everything_out():
    assert unread((), [(0.5, 1.0)]) == ((0.5, 1.0),)
