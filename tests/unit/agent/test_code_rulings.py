"""A scorecard after its answers were held against the runs."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.agent.code_rulings import against_runs, ruling_of
from app.domain.interview import Probe, Turn
from app.domain.scorecard import CardStatus, CriterionScore, Evidence, Scorecard

pytestmark = pytest.mark.unit

FACT = Probe(
    "fact",
    line=4,
    claim="median([]) raises IndexError on line 4.",
    expected="It raises IndexError.",
    fact="raises",
    truth="IndexError",
    run="ran median([]): it raised IndexError on line 4",
)
EVIDENCE = Evidence("quote", "It sorts first.", 0)


def _turn(answer: str, probe: Probe = FACT, index: int = 1) -> Turn:
    return Turn(
        id=UUID(int=index),
        interview_id=UUID(int=9),
        index=index,
        kind="follow_up",
        question_id="q",
        question="Line 4: what happens there when median gets an empty list, and why?",
        probe=probe,
        answer=answer,
        typed=True,
    )


def _card(level: int | None = 3) -> Scorecard:
    scores = tuple(
        CriterionScore(name, name, level, 3, 1.0, (EVIDENCE,), "Well said.", 0.7)
        for name in ("approach", "cost", "edge-cases")
    )
    return Scorecard(UUID(int=9), "q", (0, 1), CardStatus.GRADED, scores)


def test_a_contradiction_is_graded_wrong_with_the_run_and_the_words() -> None:
    card = against_runs(_card(), [_turn("I looked at it. It returns zero there.")])
    held = {score.criterion_id: score for score in card.criteria}
    assert held["edge-cases"].level == 1
    assert FACT.run is not None
    assert FACT.run in held["edge-cases"].reason
    assert [e.quote for e in held["edge-cases"].evidence] == ["It returns zero there."]
    assert held["approach"] == _card().criteria[0]


def test_more_contradictions_leave_the_lowest_level() -> None:
    turns = [_turn("It returns zero there.", index=1), _turn("It returns five there.", index=2)]
    assert against_runs(_card(), turns).criteria[2].level == 0


def test_a_wrong_growth_is_about_the_cost() -> None:
    growth = replace(FACT, fact="growth", truth="quadratic")
    card = against_runs(_card(), [_turn("It is linear, one pass.", growth)])
    assert [score.level for score in card.criteria] == [3, 1, 3]


@pytest.mark.parametrize(
    "answer", ["It raises an index error.", "That depends on what comes in.", ""]
)
def test_what_does_not_contradict_changes_nothing(answer: str) -> None:
    assert against_runs(_card(), [_turn(answer)]) == _card()


def test_a_low_level_is_never_raised() -> None:
    card = against_runs(_card(level=0), [_turn("It returns zero there.")])
    assert card.criteria[2].level == 0


def test_other_follow_ups_have_no_ruling() -> None:
    assert ruling_of(_turn("It returns zero.", Probe("authored"))) is None
    assert ruling_of(replace(_turn("It returns zero."), skipped=True)) is None
