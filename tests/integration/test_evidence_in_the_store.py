"""No level stands in the database without words that were said, whoever wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.postgres import connect

pytestmark = pytest.mark.integration

ID = UUID(int=77)
SPACES = " \t\n\u00a0\u2003\u3000\x1c"
WORDS = st.sampled_from(["a", "list", "list,", "is", "mutable", "Liste", "naïve", "数", "100%"])
SPACE = st.text(st.sampled_from(SPACES), min_size=1, max_size=2)
LEVEL = st.one_of(st.none(), st.integers(-1, 4), st.just("2"), st.just(1.5))


@st.composite
def answers(draw: st.DrawFn) -> str:
    """Some words, with any white space between and around them."""
    words = draw(st.lists(WORDS, max_size=6))
    return draw(SPACE).join(["", *words, ""]) if draw(st.booleans()) else " ".join(words)


@st.composite
def citations(draw: st.DrawFn, heard: list[str]) -> dict[str, Any]:
    """Mostly a stretch of the answer, sometimes anything at all."""
    turn = draw(st.integers(0, 2))
    tokens = heard[turn].split() if turn < len(heard) else []
    first = draw(st.integers(0, max(0, len(tokens) - 1)))
    last = draw(st.integers(first + 1, first + 3))
    said = " ".join(tokens[first:last])
    quote = draw(st.one_of(st.just(said), st.just(said), st.lists(WORDS).map(" ".join)))
    return {"kind": "quote", "quote": quote, "turn": turn, "start_s": None, "end_s": None}


@st.composite
def cards(draw: st.DrawFn) -> tuple[list[str], list[int], list[dict[str, Any]]]:
    """Answers of two turns, the turns that the card names, and its criteria."""
    heard = [draw(answers()), draw(answers())]
    turns = draw(st.sampled_from([[0, 1], [0], [1]]))
    criteria = [
        {
            "level": draw(LEVEL),
            "max_level": 3,
            "evidence": draw(st.lists(citations(heard), max_size=2)),
        }
        for _ in range(draw(st.integers(0, 3)))
    ]
    return heard, turns, criteria


def proven(heard: list[str], turns: list[int], criterion: dict[str, Any]) -> bool:
    """What may stand: no level, or one on its scale of which each citation was said."""
    level, evidence = criterion["level"], criterion["evidence"]
    if level is None:
        return True
    return (
        isinstance(level, int)
        and 0 <= level <= criterion["max_level"]
        and bool(evidence)
        and all(
            bool(cited["quote"].split())
            and cited["turn"] in turns
            and cited["turn"] < len(heard)
            and _within(cited["quote"].split(), heard[cited["turn"]].split())
            for cited in evidence
        )
    )


def _within(words: list[str], heard: list[str]) -> bool:
    return any(heard[i : i + len(words)] == words for i in range(len(heard)))


@pytest.fixture(scope="module")
def rows(postgres_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with connect(postgres_url) as connection:
        connection.execute(
            "INSERT INTO interviews VALUES (%s, 'practice', 't', 'T', 'completed', 'basic', now(),"
            " '', 'authored', 0, 5, 20, '{}', 0, NULL, 'python', '', true, 1, '{}', '{}',"
            " '{0.7,0.2,0.1}', NULL, NULL, NULL)",
            (ID,),
        )
        yield connection


def put(
    rows: psycopg.Connection[tuple[object, ...]],
    heard: list[str],
    turns: list[int],
    criteria: list[dict[str, Any]],
) -> None:
    rows.execute("DELETE FROM turns")
    rows.execute("DELETE FROM scorecards")
    for index, answer in enumerate(heard):
        rows.execute(
            "INSERT INTO turns (id, interview_id, index, kind, question_id, question, answer,"
            " typed, skipped, words, asked_at_s, speech, interrupted, revision, unreliable,"
            " language) VALUES (%s, %s, %s, 'question', 'q', 'Q?', %s, false, false, '[]', 0, '[]',"
            " false, 0, false, 'en')",
            (UUID(int=index), ID, index, answer),
        )
    rows.execute(
        "INSERT INTO scorecards VALUES (%s, 'q', %s, 'graded', %s, '{}', '', NULL, 'e')",
        (ID, turns, json.dumps(criteria)),
    )


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(card=cards())
def test_a_card_stands_exactly_when_all_its_levels_are_proven(
    rows: psycopg.Connection[tuple[object, ...]],
    card: tuple[list[str], list[int], list[dict[str, Any]]],
) -> None:
    heard, turns, criteria = card
    expected = all(proven(heard, turns, criterion) for criterion in criteria)
    try:
        put(rows, heard, turns, criteria)
        stands = True
    except psycopg.errors.CheckViolation:
        stands = False
    assert stands == expected


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(card=cards(), new=answers(), index=st.integers(0, 1))
def test_no_change_of_an_answer_leaves_an_unproven_level(
    rows: psycopg.Connection[tuple[object, ...]],
    card: tuple[list[str], list[int], list[dict[str, Any]]],
    new: str,
    index: int,
) -> None:
    heard, turns, criteria = card
    proved = [c for c in criteria if proven(heard, turns, c)]
    put(rows, heard, turns, proved)
    rows.execute("UPDATE turns SET amendment = %s WHERE index = %s", (new, index))
    heard[index] = new
    found = rows.execute("SELECT status, criteria FROM scorecards").fetchone()
    assert found is not None
    if all(proven(heard, turns, c) for c in proved):
        assert found == ("graded", proved)
    else:
        assert found == ("waiting", [])
