"""Spaced review beside the published formulas of FSRS-6, on simulated learners."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from math import exp

import numpy as np
import pytest
from fsrs import Rating

from app.assessment.spaced_review import Practised, next_reviews, rating

pytestmark = pytest.mark.unit

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
W = (
    *(0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796),
    *(1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542),
)
FACTOR = 0.9 ** (-1 / W[20]) - 1


def _recall(days: int, stability: float) -> float:
    return (1 + FACTOR * days / stability) ** -W[20]


def _start(grade: int) -> tuple[float, float]:
    return W[grade - 1], min(10.0, max(1.0, W[4] - exp(W[5] * (grade - 1)) + 1))


def _after(stability: float, difficulty: float, grade: int, days: int) -> tuple[float, float]:
    recall = _recall(days, stability)
    if days < 1:
        gain = exp(W[17] * (grade - 3 + W[18])) * stability ** -W[19]
        later = stability * (max(gain, 1.0) if grade >= 2 else gain)
    elif grade == 1:
        forgotten = W[11] * difficulty ** -W[12] * ((stability + 1) ** W[13] - 1)
        later = min(forgotten * exp((1 - recall) * W[14]), stability / exp(W[17] * W[18]))
    else:
        ease = {2: W[15], 3: 1.0, 4: W[16]}[grade]
        gain = exp(W[8]) * (11 - difficulty) * stability ** -W[9] * (exp((1 - recall) * W[10]) - 1)
        later = stability * (1 + gain * ease)
    moved = difficulty - W[6] * (grade - 3) * (10 - difficulty) / 9
    easiest = W[4] - exp(W[5] * 3) + 1
    return max(0.001, later), min(10.0, max(1.0, W[7] * easiest + (1 - W[7]) * moved))


def _history(seed: int) -> list[Practised]:
    random = np.random.default_rng(seed)
    at, answers = START, []
    for _ in range(int(random.integers(1, 9))):
        answers.append(Practised("item", at, float(random.random())))
        at += timedelta(days=int(random.choice([0, 1, 3, 8, 30])), hours=2)
    return answers


@pytest.mark.parametrize("seed", range(60))
def test_dates_and_recall_equal_the_published_formulas(seed: int) -> None:
    answers = _history(seed)
    now = answers[-1].at + timedelta(days=5)
    stability = difficulty = 0.0
    for number, answer in enumerate(answers):
        grade = 1 + sum(answer.share >= bound for bound in (0.4, 0.6, 0.85))
        if number == 0:
            stability, difficulty = _start(grade)
        else:
            days = (answer.at - answers[number - 1].at).days
            stability, difficulty = _after(stability, difficulty, grade, days)
    wait = max(1, round(stability / FACTOR * (0.9 ** (-1 / W[20]) - 1)))
    (found,) = next_reviews(answers, now=now)
    assert found.recall == pytest.approx(_recall(5, stability), rel=1e-6)
    assert found.due_at == answers[-1].at + timedelta(days=wait)
    assert found.is_due == (wait <= 5)


def test_what_was_answered_badly_comes_back_first() -> None:
    answers = [
        Practised("good", START, 0.9),
        Practised("bad", START, 0.2),
        Practised("middling", START, 0.7),
    ]
    found = next_reviews(answers, now=START + timedelta(days=2))
    assert [review.item for review in found] == ["bad", "middling", "good"]
    assert [review.is_due for review in found] == [True, True, False]


def test_the_order_of_answers_and_the_time_zone_do_not_matter_and_nothing_is_drawn() -> None:
    answers = _history(3)
    east = timezone(timedelta(hours=9))
    moved = [Practised(a.item, a.at.astimezone(east), a.share) for a in reversed(answers)]
    now = START + timedelta(days=90)
    assert next_reviews(moved, now=now.astimezone(east)) == next_reviews(answers, now=now)


@pytest.mark.parametrize(
    ("share", "step"),
    [(0.0, Rating.Again), (0.4, Rating.Hard), (0.6, Rating.Good), (0.85, Rating.Easy)],
)
def test_shares_of_marks_are_the_four_steps_of_the_library(share: float, step: Rating) -> None:
    assert rating(share) is step


def test_nothing_practised_is_nothing_due() -> None:
    assert next_reviews([], now=START) == ()


def test_a_review_tells_how_the_last_answer_went_which_recall_does_not() -> None:
    bad = [Practised("cap", START - timedelta(minutes=1), 0.0)]
    (review,) = next_reviews([Practised("cap", START - timedelta(days=9), 1.0), *bad], now=START)
    assert (review.last, review.answers) == (0.0, 2)
    assert review.recall > 0.9
