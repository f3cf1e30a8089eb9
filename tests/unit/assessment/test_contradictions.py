"""A denial in somebody's own words is told by the signs of clauses that share their words."""

from __future__ import annotations

import pytest

from app.assessment.contradictions import contradicts, signs, turns

pytestmark = pytest.mark.unit

QUESTION = "What does an index do to a table of customers in a database?"
REFERENCE = (
    "An index keeps the keys in a sorted tree, so lookups read few pages. "
    "Every insert has to update the index, which makes writing slower."
)


@pytest.mark.parametrize(
    "text",
    [
        "The keys aren't kept in a sorted tree, and a lookup never reads few pages.",
        "Inserts don't update the index and it does not make writing slower.",
        "Keys are not sorted in any tree. Lookups have to read many pages.",
        "Neither does an insert update the index nor does writing get slower.",
    ],
)
def test_clauses_that_deny_what_the_reference_says_contradict_it(text: str) -> None:
    assert contradicts(text, REFERENCE, QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        "It keeps the keys in a sorted tree, so you don't go through all rows to find one.",
        "Lookups get fast and writing gets slow, since each insert has to keep the tree in order.",
        "um you find things with few pages but uh inserts have to update it too",
    ],
)
def test_an_answer_of_the_same_sign_contradicts_nothing(text: str) -> None:
    assert not contradicts(text, REFERENCE, QUESTION)


def test_a_denial_of_a_denial_has_the_same_sign() -> None:
    reference = "The tree is never unsorted."
    same = signs("The tree is never unsorted.", reference, QUESTION)
    other = signs("The tree is unsorted.", reference, QUESTION)
    assert same["clause_share"] == 0.0
    assert other["clause_share"] > 0.0


def test_yes_where_no_is_right_turns_the_sign() -> None:
    asked, reference = "Is an index free?", "No. An index costs space."
    assert signs("Yes. An index costs nothing.", reference, asked)["yes_for_no"] == 1.0
    assert signs("No. It takes space.", reference, asked)["yes_for_no"] == 0.0


def test_an_opposite_turns_the_sign_as_a_denying_word_does() -> None:
    reference = "The lookup is faster."
    assert signs("The lookup is slower.", reference, QUESTION)["clause_share"] > 0.0
    assert signs("The lookup isn't slower.", reference, QUESTION)["clause_share"] == 0.0
    assert turns("isn't")
    assert not turns("slower")


def test_nothing_contradicts_nothing() -> None:
    assert not contradicts("", REFERENCE, QUESTION)
    assert not contradicts("The tree is sorted.", "", QUESTION)
