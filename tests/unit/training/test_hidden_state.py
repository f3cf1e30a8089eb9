"""A probe finds what its states hold on questions it never saw, and nothing in noise."""

from __future__ import annotations

import numpy as np
import pytest

from app.training.hidden_state import by_folds, fit_state_scorer, left_out_states

pytestmark = pytest.mark.unit

QUESTIONS = np.repeat([f"q{n}" for n in range(40)], 15)
PLAIN = np.full(len(QUESTIONS), "one")


def world(telling: float, seed: int = 3):
    draw = np.random.default_rng(seed)
    scores = (draw.random(len(QUESTIONS)) > 0.5).astype(np.float64)
    states = draw.normal(0, 1, (len(QUESTIONS), 24)).astype(np.float32)
    states[:, 4] += telling * scores
    states[:, 7] += np.repeat(draw.normal(0, 3, 40), 15)  # a unit that knows the question
    return states, scores


def test_what_states_hold_is_found_on_questions_left_out():
    states, scores = world(telling=2.0)
    said = left_out_states("m", states, scores, QUESTIONS)
    assert np.corrcoef(said, scores)[0, 1] > 0.5
    assert np.abs(said).max() <= 0.5


def test_noise_tells_nothing_of_questions_left_out():
    states, scores = world(telling=0.0)
    said = left_out_states("m", states, scores, QUESTIONS)
    assert abs(np.corrcoef(said, scores)[0, 1]) < 0.15


def test_what_depends_on_the_data_set_alone_is_not_learnt():
    states, scores = world(telling=0.0)
    sources = np.where(np.arange(len(scores)) < 300, "mild", "severe")
    states[:, 9] += 5.0 * (sources == "mild")
    scores[sources == "mild"] = 1.0
    scores[sources == "severe"] = 0.0
    found = fit_state_scorer("m", states, scores, QUESTIONS, sources)
    assert np.abs(found.weights).max() < 1e-9


def test_no_question_lies_on_both_sides_and_each_is_tried_once():
    tried: list[str] = []
    for test, train in by_folds(QUESTIONS, seed=0):
        assert not set(QUESTIONS[test]) & set(QUESTIONS[train])
        tried += sorted(set(QUESTIONS[test]))
    assert sorted(tried) == sorted(set(QUESTIONS))
