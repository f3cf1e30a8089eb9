"""A quote counts only where it was really said, and then it has a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.quotes import cited, quoted, said
from app.assessment.sentences import LONGEST_SENTENCE, sentences_of
from tests.unit.agent.grading_world import turn_of

pytestmark = pytest.mark.unit

WORDS = st.lists(
    st.sampled_from(["the", "lock,", "waits.", "For", "a", "Cycle;", "and", "so-on", "3", "it's"]),
    min_size=1,
)


def test_a_quote_that_was_said_has_the_times_of_its_words() -> None:
    evidence = quoted("waits for a lock", turn_of("Each thread waits, for a lock."))
    assert evidence is not None
    assert evidence.quote == "waits, for a lock."
    assert (evidence.start_s, evidence.end_s) == (11.0, 12.9)


@pytest.mark.parametrize(
    "quote", ["waits for the lock", "lock waits", "waits … lock", "wait", "", "…"]
)
def test_a_quote_that_was_not_said_word_for_word_is_refused(quote: str) -> None:
    assert quoted(quote, turn_of("Each thread waits for a lock.")) is None


def test_a_typed_answer_has_quotes_without_times() -> None:
    evidence = quoted("a lock", turn_of("It takes a lock.", typed=True))
    assert evidence is not None
    assert evidence.start_s is None


def test_an_amended_word_takes_the_time_of_the_words_around_it() -> None:
    turn = replace(turn_of("a mew text guards it"), amendment="a mutex guards it")
    evidence = quoted("a mutex guards it", turn)
    assert evidence is not None
    assert (evidence.start_s, evidence.end_s) == (10.0, 12.4)


def test_words_of_the_first_hearing_are_no_quote_after_an_amendment() -> None:
    turn = replace(turn_of("a mew text guards it"), amendment="a mutex guards it")
    assert quoted("mew text", turn) is None


def test_a_sentence_of_another_turn_is_no_evidence() -> None:
    (sentence,) = sentences_of([(1, "It waits.")])
    assert cited(sentence, turn_of("It waits.", index=0)) is None


@given(WORDS)
def test_every_sentence_can_be_cited_and_every_citation_was_said(tokens: list[str]) -> None:
    turn = turn_of(" ".join(tokens))
    for sentence in sentences_of([(0, turn.heard)]):
        evidence = cited(sentence, turn)
        assert evidence is not None
        assert said(evidence, (turn,))
        assert evidence.start_s is not None
        assert evidence.end_s is not None
        assert evidence.start_s < evidence.end_s


@given(WORDS)
def test_sentences_hold_every_word_once_in_order_and_none_is_too_long(tokens: list[str]) -> None:
    found = sentences_of([(0, " ".join(tokens))])
    assert " ".join(sentence.text for sentence in found).split() == " ".join(tokens).split()
    assert all(0 < s.last - s.first <= LONGEST_SENTENCE for s in found)
    assert [s.number for s in found] == list(range(1, len(found) + 1))


def test_a_run_without_punctuation_is_cut_before_a_joining_word() -> None:
    run = "it takes the lock " * 4 + "and then it goes on to write all the rows to the file " * 2
    texts = [sentence.text for sentence in sentences_of([(0, run)])]
    assert len(texts) > 1
    assert texts[1].startswith("and")


def test_numbers_run_on_over_the_turns_of_a_question() -> None:
    found = sentences_of([(0, "One. Two."), (3, "Three.")])
    assert [(s.number, s.turn) for s in found] == [(1, 0), (2, 0), (3, 3)]
