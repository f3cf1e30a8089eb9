"""Quotes: verbatim, at their place, and nothing that does not stand in the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.assessment.citing import MOST_QUOTES, Quote, carrying, nearness, quotes_of
from app.assessment.sentences import sentences_of
from tests.fakes.embeddings import FakeEmbedder

pytestmark = pytest.mark.unit

ANSWER = "First the key is hashed.  Then\nthe bucket is read. I like tea. It is compared last."
POINTS = ("The key is hashed", "The bucket is read")
SENTENCES = sentences_of([(0, ANSWER)])
EMBED = FakeEmbedder(dimensions=64).embed


def test_the_sentences_nearest_to_the_points_carry_the_score() -> None:
    near = nearness("What does a lookup do?", POINTS, SENTENCES, EMBED)
    assert near.both.shape == (2, 4)
    assert carrying(near, SENTENCES) == SENTENCES[:2]


def test_a_point_that_no_sentence_comes_near_brings_no_quote() -> None:
    points = (*POINTS[:1], "Rehashing doubles its capacity")
    near = nearness("What does a lookup do?", points, SENTENCES, EMBED)
    assert carrying(near, SENTENCES) == SENTENCES[:1]


def test_there_are_never_many_quotes() -> None:
    sentences = sentences_of([(0, " ".join(f"Word{n} is said." for n in range(9)))])
    points = tuple(f"Word{n} is said" for n in range(9))
    near = nearness("What?", points, sentences, EMBED)
    assert len(carrying(near, sentences)) == MOST_QUOTES


def test_quotes_keep_the_spacing_of_the_answer() -> None:
    quotes = quotes_of(ANSWER, SENTENCES[:2])
    assert quotes[1] == Quote("Then\nthe bucket is read.", 26, 50)
    assert all(ANSWER[quote.start : quote.end] == quote.quote for quote in quotes)


def test_what_does_not_stand_in_the_answer_is_no_quote() -> None:
    first = SENTENCES[0]
    wrong = (
        replace(first, text="First the key is sold."),
        replace(first, last=99),
        replace(first, first=-1),
        replace(first, first=1),
    )
    assert quotes_of(ANSWER, wrong) == ()
    assert quotes_of("?! ...", sentences_of([(0, "?! ...")])) == ()


def test_nothing_is_near_where_there_are_no_points() -> None:
    near = nearness("What?", (), SENTENCES, EMBED)
    assert carrying(near, SENTENCES) == SENTENCES[:1]
