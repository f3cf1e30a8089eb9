"""A line for scores knows that a question's answers share its severity."""

from __future__ import annotations

import numpy as np
import pytest

from app.training.lines import line_by_question, plain_line

pytestmark = pytest.mark.unit


def _marked(severities: list[float], answers: list[int]) -> tuple[np.ndarray, ...]:
    """Half of an estimate is worth; a question whose answers seem better is marked harder."""
    draw = np.random.default_rng(1)
    said, scores, questions = [], [], []
    for number, (severity, count) in enumerate(zip(severities, answers, strict=True)):
        own = draw.normal(size=count) + 2.0 * severity
        said.append(own)
        scores.append(
            0.5 + 0.2 * (own - 2.0 * severity) - severity + 0.05 * draw.normal(size=count)
        )
        questions += [f"q{number}"] * count
    return np.concatenate(said), np.concatenate(scores), np.array(questions)


def test_severity_is_not_taken_for_worth() -> None:
    said, scores, questions = _marked([-0.4, -0.2, 0.0, 0.2, 0.4], [60] * 5)
    assert plain_line(said, scores, np.ones(len(said))).slope < 0.12
    assert line_by_question(said, scores, questions).slope == pytest.approx(0.2, abs=0.01)


def test_a_question_counts_by_its_severity_and_not_by_how_many_answered_it() -> None:
    draw = np.random.default_rng(2)
    counts = [400, 20, 20, 20]
    questions = np.repeat(["a", "b", "c", "d"], counts)
    said = draw.normal(size=sum(counts))
    scores = 0.1 * said + np.repeat([0.9, 0.5, 0.5, 0.5], counts) + 0.1 * draw.normal(size=460)
    assert plain_line(said, scores, np.ones(460)).constant == pytest.approx(0.85, abs=0.03)
    assert line_by_question(said, scores, questions).constant == pytest.approx(0.6, abs=0.03)


def test_where_questions_are_alike_it_is_the_common_line() -> None:
    said, scores, questions = _marked([0.0] * 8, [40] * 8)
    plain, by = (
        plain_line(said, scores, np.ones(len(said))),
        line_by_question(said, scores, questions),
    )
    assert by.slope == pytest.approx(plain.slope, abs=0.005)
    assert by.constant == pytest.approx(plain.constant, abs=0.01)


def test_with_two_questions_or_nothing_to_tell_apart_it_is_the_common_line() -> None:
    said, scores, questions = _marked([-0.2, 0.2], [10, 10])
    assert line_by_question(said, scores, questions) == plain_line(said, scores, np.ones(20))
    same = np.repeat([0.0, 1.0, 2.0], 4)
    by = line_by_question(same, same / 4, np.repeat(["a", "b", "c"], 4))
    assert by.slope == pytest.approx(0.25)
