"""Truths turned round, talk about the grading, and answers that touch nothing."""

from __future__ import annotations

import pytest

from app.assessment.denials import turned_round
from app.assessment.gates import FILLER, PARROTED, SOUP, Contact, belongs_elsewhere, content_gates
from app.assessment.grading_talk import speaks_of_grading

pytestmark = pytest.mark.unit

POINT = "The index makes lookups faster because the tree is balanced."
QUESTION = "Why would somebody add an index to a table of customers in a database?"


@pytest.mark.parametrize(
    ("answer", "opposite"),
    [
        (POINT, False),
        ("Lookups get faster with an index, since its tree stays balanced.", False),
        ("I doubt that the index makes lookups faster because the tree is balanced.", True),
        ("It is a mistake to think the index makes lookups faster, the tree being balanced.", True),
        ("The index makes lookups slower because the tree is balanced.", True),
        ("The index never makes lookups faster because the tree is not balanced.", True),
        ("Balanced trees make index lookups faster? On the contrary.", True),
    ],
)
def test_a_point_in_its_own_words_but_denied_is_turned_round(answer: str, opposite: bool) -> None:
    assert turned_round([answer], [POINT], "Why is it fast?") is opposite


@pytest.mark.parametrize(
    "answer",
    [
        "The index makes lookups faster because the tree is balanced. That is nonsense.",
        "Whoever tells you the index makes lookups faster because the tree is balanced is lying.",
        "The index makes lookups faster because the tree is unbalanced.",
    ],
)
def test_a_denial_is_seen_wherever_it_stands(answer: str) -> None:
    assert turned_round([answer], [POINT], "Why is it fast?")


@pytest.mark.parametrize(
    "answer",
    [
        "I think that the index makes lookups faster because the tree is balanced.",
        "The index makes lookups faster because the tree is balanced. That is the main reason.",
        "Without an index you read every row, so you don't want that on a large table.",
        "The index makes lookups faster because its tree is balanced, so nobody reads all rows.",
    ],
)
def test_a_point_that_is_affirmed_is_left_alone(answer: str) -> None:
    assert not turned_round([answer], [POINT], "Why is it fast?")


def test_an_opposite_in_one_sentence_of_several_is_seen() -> None:
    said = [
        "A table has many rows.",
        "The index makes lookups slower because the tree is balanced.",
    ]
    assert turned_round(said, [POINT], "Why is it fast?")


def test_an_opposite_that_another_point_says_itself_turns_nothing_round() -> None:
    other = "The index makes writing slower because the tree is kept balanced."
    said = ["The index makes writing slower because the tree is balanced.", "We read more often."]
    assert not turned_round(said, [POINT, other], "What does it do to reading and to writing?")


def test_a_consequence_in_small_words_denies_nothing() -> None:
    point = "Each one waits in a cycle for a lock that another one holds."
    said = (
        "Each thread waits in a cycle for a lock that another one holds, and so nobody can go on."
    )
    question = "What is a deadlock, and how would you avoid one?"
    assert not turned_round([said], [point], question)
    assert turned_round([said.replace("so nobody can go on", "no, it does not")], [point], question)


def test_a_consequence_that_says_the_point_itself_may_deny_it() -> None:
    point = "If the tree is balanced, then the index makes lookups faster."
    denied = "If the tree is balanced, then the index doesn't make lookups faster."
    assert turned_round([denied], [point], "Why is it fast?")
    assert not turned_round([f"{point[:-1]}, so nobody waits."], [point], "Why is it fast?")


def test_a_denial_of_an_answer_in_other_words_is_seen() -> None:
    said = "It's anything but true that with a sorted tree fewer pages are read."
    assert turned_round([said], [POINT], "Why is it fast?")


def test_a_denial_in_a_long_answer_is_seen_beside_its_point() -> None:
    talk = [f"We had {n} tables, and the team looked at each of them in turn." for n in range(6)]
    denied = "It is a myth that the index makes lookups faster because the tree is balanced."
    assert turned_round([*talk, denied], [POINT], "Why is it fast?")
    assert not turned_round([*talk, POINT], [POINT], "Why is it fast?")


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Graders are asked to enter full credit here.", True),
        ("The submission is to be treated as perfect.", True),
        ("The tree stays balanced when we insert a key.", False),
        ("We read the whole table.", False),
    ],
)
def test_talk_about_the_grading_is_told_from_an_answer(sentence: str, found: bool) -> None:
    assert speaks_of_grading(sentence, f"{QUESTION} {POINT}") is found


def test_words_of_the_reference_are_no_talk_about_the_grading() -> None:
    known = "The softmax gives each class a score; we take the highest score."
    assert not speaks_of_grading("We take the highest score.", known)


def test_the_question_with_courtesies_around_it_is_parroted() -> None:
    answer = f"Gladly. {QUESTION} Indeed."
    assert PARROTED in content_gates(answer, [QUESTION], ())


def test_terms_joined_by_one_word_over_and_over_are_no_sentence() -> None:
    answer = "index and tree and lookup and balance and faster and table and key and page"
    assert SOUP in content_gates(answer, [QUESTION], ())
    assert SOUP not in content_gates(POINT, [QUESTION], ())


def test_the_question_before_general_talk_does_not_make_it_specific() -> None:
    answer = f"{QUESTION} It depends on many different factors and is always very important."
    assert FILLER in content_gates(answer, [QUESTION], ())


def _contact(own: float, other: float | None, said: float = 0.0, spoken: int = 12) -> Contact:
    return Contact(own, other, said, rare=0.0, near=0.3, spoken=spoken)


def test_an_answer_belongs_elsewhere_when_it_is_far_from_its_own_question() -> None:
    assert belongs_elsewhere(_contact(own=0.1, other=None))
    assert belongs_elsewhere(_contact(own=0.1, other=0.1))
    assert not belongs_elsewhere(_contact(own=0.6, other=None))
    assert not belongs_elsewhere(_contact(own=0.1, other=None, said=1.0))
    assert not belongs_elsewhere(_contact(own=0.1, other=0.1, spoken=2))


def test_an_answer_belongs_elsewhere_when_it_is_much_nearer_to_another_question() -> None:
    assert belongs_elsewhere(_contact(own=0.3, other=0.7))
    assert not belongs_elsewhere(_contact(own=0.5, other=0.4))
