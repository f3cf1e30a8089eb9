"""Sentences around the right terms that say nothing are told from answers."""

from __future__ import annotations

import pytest

from app.assessment.term_talk import signs, talks_around

pytestmark = pytest.mark.unit

QUESTION = "Why would somebody add an index to a table of customers in a database?"
REFERENCE = "The index makes lookups faster because the tree is balanced."


@pytest.mark.parametrize(
    "text",
    [
        "There is a tree. There is an index. There is balance. There are lookups.",
        "I have heard of indexes, I have heard of lookups, and I have worked with trees.",
        "Lookups matter. The tree plays a role. Balance is important. Indexes count too.",
        "It has something to do with trees, something with lookups, and something with balance.",
        "What about the tree? What about lookups? And the index?",
        "um, index, uh, lookups, er, tree, um, faster, balanced",
    ],
)
def test_terms_in_sentences_that_say_nothing_are_talked_around(text: str) -> None:
    assert talks_around(text, REFERENCE, QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        "Because the tree is balanced, you find a row faster.",
        "um so the index is like a sorted tree and you just go down it",
        "Without it you'd scan every row; with it you walk a balanced tree.",
        "I think it matters because looking a customer up takes far fewer steps in a tree.",
        "An index is a tree. The tree is balanced. So looking something up takes few steps.",
    ],
)
def test_an_answer_is_not_talked_around(text: str) -> None:
    assert not talks_around(text, REFERENCE, QUESTION)


def test_hesitation_changes_nothing() -> None:
    plain = "index, lookups, tree, balance"
    said = "um index, uh lookups, er tree, hmm balance"
    assert signs(said, REFERENCE, QUESTION) == signs(plain, REFERENCE, QUESTION)


def test_without_a_reference_nothing_is_told() -> None:
    assert not talks_around("index, lookups, tree, balance", "", QUESTION)
