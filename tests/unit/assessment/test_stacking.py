"""A model's verdict and the offline score, each counting by how sure it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.stacking import contradicts, drawn_to_state, log_odds, stacked

pytestmark = pytest.mark.unit

SHARE = st.floats(0, 1)
MARKS = st.lists(SHARE, max_size=20)


def test_an_undecided_verdict_has_no_log_odds_and_a_sure_one_no_more_than_it_may():
    assert log_odds(0.5) == 0.0
    assert log_odds(0.9) == pytest.approx(-log_odds(0.1))
    assert log_odds(0.9) < log_odds(1.0) < 6
    assert log_odds(0.0) == pytest.approx(-log_odds(1.0))


@given(SHARE, SHARE, SHARE)
def test_a_better_verdict_never_lowers_a_score_and_none_leaves_the_scale(
    share: float, one: float, other: float
):
    low, high = sorted((one, other))
    assert 0.0 <= stacked(share, low) <= stacked(share, high) <= 1.0


@given(SHARE, SHARE, SHARE)
def test_a_better_offline_score_stays_the_better_one(one: float, other: float, verdict: float):
    low, high = sorted((one, other))
    assert stacked(low, verdict) <= stacked(high, verdict)


def test_a_verdict_moves_a_score_and_never_replaces_it():
    assert stacked(0.5, 0.02) < stacked(0.5, 0.5) < stacked(0.5, 0.98)
    assert stacked(0.9, 0.02) > stacked(0.2, 0.02)
    assert stacked(0.9, 0.3) > stacked(0.2, 0.7)


@given(SHARE, SHARE, MARKS)
def test_a_model_that_was_won_over_moves_a_score_by_little_more_than_a_third(
    share: float, verdict: float, marks: list[float]
):
    assert abs(stacked(share, verdict, marks) - share) <= 0.36 + 1e-9


def test_an_undecided_verdict_stands_for_what_people_gave_where_they_marked():
    mild, strict = [0.9, 1.0, 1.0, 0.8, 1.0], [0.1, 0.0, 0.2, 0.0, 0.0]
    assert stacked(0.9, 0.5, mild) == pytest.approx(0.9, abs=0.01)
    assert stacked(0.1, 0.5, strict) < stacked(0.1, 0.5)
    assert stacked(0.5, 0.5, strict) < stacked(0.5, 0.5) < stacked(0.5, 0.5, mild)


def test_only_two_sure_opinions_contradict_each_other():
    assert contradicts(0.9, 0.02)
    assert contradicts(0.1, 0.98)
    assert not contradicts(0.9, 0.4)
    assert not contradicts(0.5, 0.02)
    assert not contradicts(0.9, 0.98)


@given(SHARE, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.integers(0, 40))
def test_a_better_state_never_lowers_a_score_and_none_leaves_the_scale(
    share: float, one: float, other: float, marked: int
):
    low, high = sorted((one, other))
    assert 0.0 <= drawn_to_state(share, low, marked) <= drawn_to_state(share, high, marked) <= 1.0


@given(st.floats(0.3, 0.7), st.floats(0.1, 0.5))
def test_a_state_counts_less_beside_marked_answers(share: float, held: float):
    assert share < drawn_to_state(share, held, 20) < drawn_to_state(share, held)
