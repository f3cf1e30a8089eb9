"""A row of terms is told from an answer by how its words are joined, beside what was asked for."""

from __future__ import annotations

import pytest

from app.assessment.soup import is_soup

pytestmark = pytest.mark.unit

QUESTION = "Why would somebody add an index to a table of customers in a database?"
REFERENCE = "The index makes lookups faster because the tree is balanced."


@pytest.mark.parametrize(
    "text",
    [
        "index lookups faster tree balanced",
        "balanced, faster, index, tree, lookups",
        "Lookups. Index. Faster. Tree. Balanced.",
        "index of balanced of lookups of tree of faster",
        "the is balanced because index lookups tree The makes faster",
        "faster tree is index is balanced is lookups is makes",
    ],
)
def test_terms_of_the_reference_without_a_statement_are_soup(text: str) -> None:
    assert is_soup(text, REFERENCE, QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        "Because the tree is balanced, you find a row faster.",
        "faster lookups",
        "It speeds up searching, since the rows need not all be read",
        "um so the index is like a sorted tree and you just go down it",
        "Without it you'd scan every row; with it you walk a balanced tree.",
    ],
)
def test_an_answer_is_no_soup_however_short(text: str) -> None:
    assert not is_soup(text, REFERENCE, QUESTION)


def test_two_names_are_an_answer_where_two_names_were_asked_for() -> None:
    asked = "What are the two main functions that a stack defines?"
    assert not is_soup("push and pop", "The main stack functions are push and pop.", asked)


def test_soup_is_told_without_a_reference_where_it_is_plain() -> None:
    assert is_soup("index and tree and lookup and balance and faster and table and key")
    assert not is_soup("I led the move to a new database because the old one kept failing.")
