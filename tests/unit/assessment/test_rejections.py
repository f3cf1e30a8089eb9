"""What an answer says and takes back is found by the words that reject, in whatever frame."""

from __future__ import annotations

import pytest

from app.assessment.rejections import rejects

pytestmark = pytest.mark.unit

QUESTION = "Why would somebody add an index to a table of customers in a database?"
REFERENCE = "The index makes lookups faster because the tree is balanced."
LONG = " ".join(f"Then step {n} reads one page of the tree and compares keys." for n in range(9))


@pytest.mark.parametrize(
    "text",
    [
        "The tree is balanced, so you search less. That's nonsense.",
        "One hears that you search less with it, which isn't true.",
        "You search less with it? Not at all.",
        "I used to think that a search takes fewer steps with it.",
        "It's anything but clear that you search less. It's the other way round.",
        "If it saves any steps at all, then pigs can fly.",
        "The mistake is to think that a search takes fewer steps.",
        "I doubt that it takes fewer steps.",
        "A search takes fewer steps, but in fact it doesn't.",
    ],
)
def test_a_statement_that_is_taken_back_is_rejected(text: str) -> None:
    assert rejects(text, REFERENCE, QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        "Without it you'd get wrong answers about how long a search takes.",
        "You don't have to read all the rows, so it's faster.",
        "Nobody is wrong to add one, since searching takes fewer steps.",
        "It is correct that writing isn't faster, but reading is.",
        "It goes the opposite way through the tree, from the root down.",
    ],
)
def test_an_answer_that_stands_by_its_words_rejects_nothing(text: str) -> None:
    assert not rejects(text, REFERENCE, QUESTION)


def test_a_verdict_that_the_reference_passes_itself_rejects_nothing() -> None:
    reference = "It is a myth that an index makes every statement faster."
    assert not rejects("That all gets faster is a myth.", reference, QUESTION)


def test_a_no_answers_a_question_of_yes_or_no() -> None:
    asked = "Is every statement faster with an index?"
    assert not rejects("Writing has more to do. That is not true of writing.", REFERENCE, asked)
    assert rejects("Writing has more to do. That is not true of writing.", REFERENCE, QUESTION)


def test_in_a_long_answer_a_rejection_counts_at_the_edges_or_twice() -> None:
    aside = "A page with the wrong key is false."
    assert not rejects(f"{LONG} {aside} {LONG}", REFERENCE, QUESTION)
    assert rejects(f"{LONG} {aside} {aside} {LONG}", REFERENCE, QUESTION)
    assert rejects(f"{LONG} {LONG} All of this is false.", REFERENCE, QUESTION)
    assert rejects(f"It is false that {LONG} {LONG}", REFERENCE, QUESTION)
