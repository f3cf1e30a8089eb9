"""The soft rules for authored content, each with an item that breaks only that one."""

from __future__ import annotations

from typing import Any

import pytest

from app.assessment.lint import lint_bank
from app.domain.question import Bank, Question, Rubric, Track

pytestmark = pytest.mark.unit

OPEN = {"id": "crowded", "ask": "What happens as more and more is put in?", "point": "resize"}
QUOTING = {
    "id": "same-place",
    "ask": "You said {phrase}. What if two land together?",
    "point": "collision",
    "when": ["hash", "bucket"],
}


def _levels(*anchors: str) -> list[dict[str, Any]]:
    return [{"level": n, "anchor": anchor} for n, anchor in enumerate(anchors)]


def _rubric(anchors: tuple[str, ...] = ("Names nothing.", "Names the cause.")) -> Rubric:
    criteria = [
        {"id": "idea", "title": "Idea", "levels": _levels(*anchors)},
        {"id": "limits", "title": "Limits", "levels": _levels("No limit.", "A real limit.")},
    ]
    return Rubric.model_validate(
        {"id": "concept", "version": 1, "title": "Concept", "criteria": criteria}
    )


def _question(**changes: Any) -> Question:
    fields: dict[str, Any] = {
        "id": "lookup",
        "text": "How does a dictionary find the value for a key?",
        "kind": "concept",
        "difficulty": "easy",
        "topic": "Python",
        "rubric": "concept",
        "minutes": 3,
        "reference": "The key is hashed, and the hash says where to look.",
        "points": [
            {
                "id": "collision",
                "text": "Colliding entries are placed in another slot by probing.",
                "criterion": "idea",
                "terms": ["open addressing"],
            },
            {"id": "resize", "text": "The table is enlarged as it fills.", "criterion": "limits"},
        ],
        "probes": [OPEN, QUOTING],
    }
    return Question.model_validate(fields | changes)


def _rules(
    question: Question | None = None, rubric: Rubric | None = None, **track: Any
) -> list[str]:
    fields = {
        "id": "python",
        "title": "Python",
        "summary": "Some Python.",
        "minutes": 10,
        "asks": 1,
        "questions": ["lookup"],
    }
    bank = Bank(
        tracks=(Track.model_validate(fields | track),),
        questions=(question or _question(),),
        rubrics=(rubric or _rubric(),),
    )
    return [problem.rule for problem in lint_bank(bank)]


def _rules_of_probe(ask: str, **fields: Any) -> list[str]:
    probe = {"id": "tried", "ask": ask, **fields}
    return _rules(_question(probes=[OPEN, probe]))


def test_a_sound_question_has_no_problem() -> None:
    assert _rules() == []


def test_a_probe_that_tells_most_of_a_point_is_a_leak() -> None:
    ask = "Are colliding entries placed somewhere by probing?"
    assert _rules_of_probe(ask, point="collision") == ["probe-leak"]


def test_a_probe_that_names_a_technical_term_of_a_point_is_a_leak() -> None:
    assert _rules_of_probe("Have you heard of open addressing?") == ["probe-leak"]


def test_a_term_that_the_candidate_said_first_is_no_leak() -> None:
    ask = "You said {phrase}. What does open addressing cost?"
    assert _rules_of_probe(ask, when=["open addressing"]) == []


def test_words_of_the_question_itself_are_no_leak() -> None:
    assert _rules_of_probe("Does the value matter when a key is looked up?") == []


def test_a_probe_beyond_thirty_words_is_too_long() -> None:
    ask = "What " + "else " * 30 + "happens?"
    assert _rules_of_probe(ask) == ["probe-too-long"]


def test_the_length_of_a_probe_counts_the_longest_phrase() -> None:
    ask = "You said {phrase}. What " + "else " * 25 + "happens?"
    assert _rules_of_probe(ask, when=["hash"]) == []
    assert _rules_of_probe(ask, when=["hash", "a very big hash"]) == ["probe-too-long"]


@pytest.mark.parametrize("ask", ["Tell me more about it.", "Really? What happens then?"])
def test_a_probe_asks_exactly_one_question(ask: str) -> None:
    assert _rules_of_probe(ask) == ["probe-one-question"]


def test_a_symbol_in_a_probe_is_not_fit_for_speech() -> None:
    assert _rules_of_probe("What does x += 1 do?") == ["probe-unspeakable"]


def test_a_probe_asked_twice_is_reported_once() -> None:
    again = {"id": "again", "ask": OPEN["ask"].upper()}
    assert _rules(_question(probes=[OPEN, again])) == ["probe-repeated"]


def test_a_probe_that_asks_the_question_again_is_reported() -> None:
    assert _rules_of_probe("How would it find the value for the key in a dictionary?") == [
        "probe-repeats-question"
    ]


@pytest.mark.parametrize(
    ("ask", "when"),
    [
        ("You said {phrase}. What does {phrase} do?", ["hash"]),
        ("You said {phrases}. What does it do?", ["hash"]),
        ("You said {phrase}. What does it do?", ["a word too many in there"]),
        ("You said {phrase}. What does it do?", ["hash", "Hash"]),
    ],
    ids=["twice", "misspelt", "long entry", "repeated entry"],
)
def test_a_phrase_that_cannot_be_filled_in_well_is_reported(ask: str, when: list[str]) -> None:
    assert _rules_of_probe(ask, when=when) == ["phrase-misused"]


def test_a_question_needs_a_probe_that_is_always_ready() -> None:
    assert _rules(_question(probes=[QUOTING])) == ["no-open-probe"]


def test_a_question_beyond_thirty_five_words_is_too_long() -> None:
    assert _rules(_question(text="Why " + "else " * 35 + "is that?")) == ["question-too-long"]


def test_a_symbol_in_a_question_asks_for_a_spoken_form() -> None:
    assert _rules(_question(text="What does x += 1 do?")) == ["question-unspeakable"]
    assert _rules(_question(text="What does x += 1 do?", spoken="What does it do?")) == []


@pytest.mark.parametrize(
    "ask",
    [
        "How old are you?",
        "Do you have children?",
        "Is that your native language?",
        "What was your salary there?",
        "Does your family mind the travel?",
    ],
)
def test_a_topic_that_may_not_be_asked_about_is_reported(ask: str) -> None:
    assert _rules_of_probe(ask) == ["illegal-topic"]


@pytest.mark.parametrize("ask", ["What does a health check do?", "Could a race condition occur?"])
def test_technical_words_that_resemble_such_topics_are_allowed(ask: str) -> None:
    assert _rules_of_probe(ask) == []


def test_points_that_say_the_same_are_reported() -> None:
    points = [
        {"id": "one", "text": "The table grows.", "criterion": "idea"},
        {"id": "two", "text": "The table grows!", "criterion": "limits"},
    ]
    probes = [{"id": "crowded", "ask": "What happens later on?"}]
    found = _rules(_question(points=points, probes=probes))
    assert found == ["point-repeated", "point-repeated"]


def test_a_criterion_without_a_point_is_reported() -> None:
    points = [
        {"id": "one", "text": "The table grows.", "criterion": "idea"},
        {"id": "two", "text": "Keys are hashed.", "criterion": "idea"},
    ]
    probes = [{"id": "crowded", "ask": "What happens later on?"}]
    assert _rules(_question(points=points, probes=probes)) == ["criterion-without-point"]


def test_an_exemplar_without_every_level_is_reported() -> None:
    exemplars = [{"answer": "It is hashed.", "levels": {"idea": 1}}]
    assert _rules(_question(exemplars=exemplars)) == ["exemplar-incomplete"]


def test_anchors_must_differ() -> None:
    assert _rules(rubric=_rubric(("Names it.", "names it"))) == ["anchor-repeated"]


def test_anchors_that_differ_only_in_empty_words_are_reported() -> None:
    anchors = ("Explains the cause.", "Explains also the very cause.")
    assert _rules(rubric=_rubric(anchors)) == ["anchor-no-difference"]


def test_a_track_must_have_time_and_questions_for_what_it_asks() -> None:
    question = _question(minutes=12)
    assert _rules(question) == ["track-too-short"]
    assert _rules(asks=2) == ["track-too-few"]
    assert _rules(questions=["lookup", "lookup"], asks=2) == ["track-repeats"]


def test_a_problem_says_where_it_is() -> None:
    bank = Bank(tracks=(), questions=(_question(probes=[QUOTING]),), rubrics=(_rubric(),))
    (problem,) = lint_bank(bank)
    assert problem.where == "question lookup"
    assert problem.message.startswith("expected a probe without 'when'")
