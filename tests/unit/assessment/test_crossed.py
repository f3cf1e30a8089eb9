"""Two things in each other's place are found by putting them back."""

from __future__ import annotations

import pytest

from app.assessment.crossed import crossed

pytestmark = pytest.mark.unit

QUESTION = "What is the difference between a lease and a purchase of a machine?"
REFERENCE = (
    "A lease is paid every month and the machine goes back in the end, whereas a purchase is paid "
    "once and the machine belongs to the buyer."
)


@pytest.mark.parametrize(
    "text",
    [
        "A purchase is paid every month, whereas a lease is paid once.",
        "A lease is paid once and a purchase is paid every month.",
    ],
)
def test_terms_of_the_question_in_each_others_place_are_crossed(text: str) -> None:
    assert crossed(text, REFERENCE, QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        "A purchase is paid once, whereas a lease is paid every month.",
        "With a lease you pay every month, and you own nothing in the end.",
        "",
    ],
)
def test_terms_in_their_own_place_are_not_crossed(text: str) -> None:
    assert not crossed(text, REFERENCE, QUESTION)


def test_opposites_in_each_others_place_are_crossed() -> None:
    reference = "The sender opens the front door and the receiver closes the back door."
    said = "The receiver opens the front door and the sender closes the back door."
    assert crossed(said, reference, "Who does what?")
    assert not crossed(reference, reference, "Who does what?")
    assert not crossed(said, "", "Who does what?")
