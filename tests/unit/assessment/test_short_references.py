"""Answers to what is said in a word or two."""

from __future__ import annotations

import pytest

from app.assessment.gates import NEAR_EMPTY, SOUP, examine
from app.assessment.lexical import asked_stems
from app.assessment.sentences import Sentence
from app.assessment.short_references import says_all_of
from app.domain.question import ReferencePoint

pytestmark = pytest.mark.unit

STACK = "What are the two main operations of a stack?"
ARRAYS = "How are arrays passed to functions?"


def gates_of(text: str, question: str, reference: str) -> tuple[str, ...]:
    point = ReferencePoint(id="whole", text=reference, criterion="correctness")
    return examine((Sentence(1, text, 0, 0, len(text.split())),), (question,), (point,)).gates


@pytest.mark.parametrize(
    ("text", "question", "reference"),
    [
        ("pop and push", STACK, "push and pop"),
        ("Pop, push.", STACK, "push and pop"),
        ("by refrence", ARRAYS, "by reference."),
        ("iterative functions", "What is the other way than recursion?", "Through iteration."),
    ],
)
def test_who_says_the_few_words_of_the_reference_has_answered(
    text: str, question: str, reference: str
):
    assert says_all_of(text, reference, asked_stems([question]))
    assert not {SOUP, NEAR_EMPTY} & set(gates_of(text, question, reference))


@pytest.mark.parametrize(
    "text",
    [
        "push, peek, queue, list, pop, top, node",  # a row of terms with the right ones in it
        "push",
        "main operations",
        "",
    ],
)
def test_half_of_it_or_much_beside_it_is_not_all_of_it(text: str):
    assert not says_all_of(text, "push and pop", asked_stems([STACK]))


def test_a_row_of_terms_around_a_short_reference_is_still_one():
    assert SOUP in gates_of("push, peek, queue, list, pop, top, node", STACK, "push and pop")


def test_words_of_the_question_around_a_short_reference_are_no_answer():
    question = "What does the number of steps of a search in a binary tree depend on?"
    text = "log tree height elements number of"
    assert not says_all_of(text, "The height of the tree.", asked_stems([question]))
    assert SOUP in gates_of(text, question, "The height of the tree.")


def test_a_longer_reference_is_never_all_said_in_a_few_words():
    reference = "They both involve repetition and both have tests that terminate them."
    assert not says_all_of("repetition, tests, terminate", reference, frozenset())
    assert not says_all_of(reference, reference, frozenset())


def test_a_reference_within_the_question_asks_for_no_word():
    assert not says_all_of("arrays", "arrays", asked_stems([ARRAYS]))
