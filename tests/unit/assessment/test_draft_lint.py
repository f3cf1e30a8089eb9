"""What stops a publication, what only warns, and what neither does."""

from __future__ import annotations

from typing import Any

import pytest

from app.assessment.draft_lint import Alike, Finding, lint_question_draft, lint_rubric_draft
from app.domain.question import Question, Rubric

pytestmark = pytest.mark.unit

ANCHORS = (
    "Says nothing about the order.",
    "Names one step of the work.",
    "Names every step in its order.",
)


def a_rubric(**changes: Any) -> Rubric:
    levels = [{"level": n, "anchor": anchor} for n, anchor in enumerate(ANCHORS)]
    criteria = [{"id": name, "title": name, "levels": levels} for name in ("steps", "reasons")]
    return Rubric.model_validate(
        {"id": "work", "version": 1, "title": "Work", "criteria": criteria} | changes
    )


def a_question(**changes: Any) -> Question:
    keys = {
        "id": "clay",
        "text": "How would you clean clay before you use it?",
        "kind": "concept",
        "difficulty": "easy",
        "topic": "Pottery",
        "rubric": "work",
        "reference": "Wash it through a sieve, let it settle, pour the water off.",
        "points": [
            {"id": "sieve", "text": "A sieve holds back coarse stones.", "criterion": "steps"},
            {"id": "settle", "text": "Fine grains settle slowly.", "criterion": "reasons"},
        ],
        "probes": [{"id": "next", "ask": "What would you do after that?"}],
    }
    return Question.model_validate(keys | changes)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in findings]


def levels(*anchors: str) -> list[dict[str, object]]:
    return [{"level": n, "anchor": anchor} for n, anchor in enumerate(anchors)]


def with_levels(*anchors: str, **more: Any) -> Rubric:
    first = {"id": "steps", "title": "Steps", "levels": levels(*anchors)} | more
    return a_rubric(criteria=[first, {"id": "b", "title": "Second", "levels": levels(*ANCHORS)}])


def test_a_sound_rubric_and_a_sound_question_have_no_findings() -> None:
    assert lint_rubric_draft(a_rubric()) == ()
    assert lint_question_draft(a_question(), a_rubric()) == ()


@pytest.mark.parametrize("word", ["good", "Adequately", "understands", "etc", "somewhat"])
def test_an_anchor_that_people_read_differently_is_a_warning(word: str) -> None:
    rubric = with_levels(ANCHORS[0], ANCHORS[1], f"Tells the order, {word} for a beginner.")
    assert told(lint_rubric_draft(rubric)) == [("anchor-ambiguous", "warning")]


def test_too_few_levels_and_uneven_ones_are_warnings() -> None:
    rules = told(lint_rubric_draft(with_levels(ANCHORS[0], ANCHORS[2])))
    assert rules == [("levels-missing", "warning"), ("levels-uneven", "warning")]


@pytest.mark.parametrize(
    ("weights", "rule"),
    [
        ((0.5, 0.25, 0.25), None),
        ((0.5, 0.2, 0.2), "weights-sum"),
        ((1.0, 1.0, 1.0), None),
        ((5.0, 1.0, 1.0), "weight-dominates"),
    ],
)
def test_weights_that_look_like_shares_add_up(weights: tuple[float, ...], rule: str | None) -> None:
    criteria = [
        {"id": f"c{n}", "title": f"Part {n}", "weight": weight, "levels": levels(*ANCHORS)}
        for n, weight in enumerate(weights)
    ]
    found = told(lint_rubric_draft(a_rubric(criteria=criteria)))
    assert found == ([(rule, "warning")] if rule else [])


@pytest.mark.parametrize(
    ("asked", "severity"),
    [
        ("Are you pregnant, or do you plan to be?", "error"),
        ("How old are you?", "error"),
        ("Which religion do you follow?", "error"),
        ("How many children can a node of a binary tree have?", "warning"),
    ],
)
def test_illegal_topics_stop_it_unless_the_word_is_one_of_computing_too(
    asked: str, severity: str
) -> None:
    question = a_question(probes=[{"id": "next", "ask": asked}])
    assert ("illegal-topic", severity) in told(lint_question_draft(question, a_rubric()))


def test_a_point_that_grades_an_illegal_topic_stops_it() -> None:
    points = [
        {"id": "a", "text": "The candidate is young and has no illness.", "criterion": "steps"},
        {"id": "b", "text": "Nobody of their religion objects.", "criterion": "reasons"},
    ]
    findings = lint_question_draft(a_question(points=points), a_rubric())
    assert ("point b", "error") in [(f.part, f.severity) for f in findings]


def test_a_probe_that_tells_the_answer_is_a_warning() -> None:
    probe = {"id": "p", "ask": "Do fine grains settle slowly?"}
    findings = lint_question_draft(a_question(probes=[probe]), a_rubric())
    assert told(findings) == [("probe-leak", "warning")]


def test_a_question_that_is_nearly_there_already_is_told_with_its_likeness() -> None:
    near = (Alike("other", "How do you wash clay?", 0.93), Alike("far", "What is a list?", 0.4))
    findings = lint_question_draft(a_question(), a_rubric(), (*near, Alike("clay", "same", 1.0)))
    assert told(findings) == [("near-duplicate", "warning")]
    assert "0.93" in findings[0].message
