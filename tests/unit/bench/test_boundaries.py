"""Places for a pause are word boundaries that were said and heard, chosen by their times."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.bench.turns.boundaries import Boundary, choose, find_boundaries
from app.bench.turns.speech_files import SpokenWord
from app.domain.interview import Word

pytestmark = pytest.mark.unit


def said(text: str) -> tuple[SpokenWord, ...]:
    return tuple(SpokenWord(word) for word in text.split())


def heard(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, float(i), i + 0.8) for i, word in enumerate(text.split()))


def kinds(boundaries: tuple[Boundary, ...]) -> list[tuple[float, str]]:
    return [(one.before_ends_s, one.kind) for one in boundaries]


def test_the_recogniser_s_marks_part_sentences_where_the_words_have_none() -> None:
    found = find_boundaries(said("it was late we left"), heard("It was late. We left."))

    assert kinds(found) == [(0.8, "inside"), (1.8, "inside"), (2.8, "between"), (3.8, "inside")]


def test_marks_in_the_given_words_count_before_the_recogniser_s() -> None:
    found = find_boundaries(said("It was late, we left."), heard("It was late. We left."))

    assert {kind for _, kind in kinds(found)} == {"inside"}


def test_a_comma_and_a_title_end_no_sentence() -> None:
    found = find_boundaries(said("well mr smith left"), heard("Well, Mr. Smith left"))

    assert {kind for _, kind in kinds(found)} == {"inside"}


def test_a_word_that_was_misheard_has_no_boundary() -> None:
    found = find_boundaries(said("a b c d e"), heard("a b x d e"))

    assert [one.before_ends_s for one in found] == [0.8, 3.8]


def test_words_that_were_dropped_leave_no_boundary_in_their_place() -> None:
    found = find_boundaries(said("a b uh c d"), heard("a b c d"))

    assert [one.before_ends_s for one in found] == [0.8, 2.8]


def test_given_times_count_before_the_recogniser_s() -> None:
    words = (SpokenWord("a", 0.1, 0.5), SpokenWord("b", 0.7, 1.0))
    (found,) = find_boundaries(words, heard("a. b"))

    assert found == Boundary(0.5, 0.7, "between")


def places(*at: float, kind: str = "inside") -> tuple[Boundary, ...]:
    return tuple(Boundary(one, one, kind) for one in at)  # type: ignore[arg-type]


def chosen(boundaries: tuple[Boundary, ...], most: int = 99, seed: str = "0") -> list[float]:
    found = choose(boundaries, speech_from_s=0.5, speech_to_s=10.0, inside_most=most, seed=seed)
    return [one.at_s for one in found]


def test_every_place_lies_a_second_from_both_ends_of_the_speech() -> None:
    assert chosen(places(1.4, 1.5, 9.0, 9.1)) == [1.5, 9.0]


def test_places_lie_a_second_apart() -> None:
    found = chosen(places(*[2.0 + 0.1 * step for step in range(70)]))

    assert all(later - earlier >= 1.0 for earlier, later in pairwise(found))
    assert len(found) >= 4


def test_all_sentence_ends_are_taken_and_only_a_few_other_places() -> None:
    inside = places(2.0, 5.0, 7.0, 9.0)
    between = places(3.5, 6.0, kind="between")
    found = choose(
        (*inside, *between), speech_from_s=0.5, speech_to_s=10.0, inside_most=1, seed="0"
    )

    assert [one.kind for one in found].count("between") == 2
    assert [one.kind for one in found].count("inside") == 1


def test_the_choice_follows_the_seed_and_nothing_else() -> None:
    every = places(*[2.0 + 0.5 * step for step in range(14)])

    assert chosen(every, most=2, seed="a") == chosen(every, most=2, seed="a")
    assert len({tuple(chosen(every, most=2, seed=str(seed))) for seed in range(20)}) > 5
