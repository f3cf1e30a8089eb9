"""Which words were lost: gone without anything in their place, though they can be heard."""

from __future__ import annotations

import pytest

from app.bench.words import aligned, lost, plain

pytestmark = pytest.mark.unit

TEXT = "the quick brown foxes jumped over several lazy hounds"
SAID = TEXT.split()
WHOLE = aligned(SAID, SAID)


def lost_of(heard: str) -> list[str]:
    return lost(SAID, WHOLE, aligned(SAID, heard.split()))


def test_marks_and_capitals_make_no_other_word():
    assert plain(["Foxes,", "don't", "-", "STOP."]) == ["foxes", "don't", "stop"]


def test_nothing_is_lost_when_all_is_heard():
    assert (len(WHOLE.kept), len(WHOLE.gone), WHOLE.more) == (len(SAID), 0, 0)
    assert lost_of(TEXT) == []


def test_words_with_nothing_in_their_place_are_lost():
    assert lost_of("the quick brown several lazy hounds") == ["foxes", "jumped", "over"]


def test_a_word_that_was_heard_as_another_is_not_lost():
    assert lost_of("the quick brown boxes jumped over several lazy hounds") == []


def test_what_the_recogniser_never_hears_is_not_lost():
    deaf = aligned(SAID, ["the", "quick", "brown", "several", "lazy", "hounds"])
    assert lost(SAID, deaf, deaf) == []


def test_short_words_do_not_count():
    assert lost_of("quick brown foxes jumped over several lazy hounds") == []


def test_words_that_came_twice_are_counted():
    twice = aligned(SAID, [*SAID, *SAID[-3:]])
    assert twice.more == 3
    assert not twice.gone
