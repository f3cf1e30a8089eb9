"""Reading one line: what is taken, and that whatever comes in gives one result of the same id."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.usecases.answer_line import LONGEST_TEXT, AnswerLine, BadLine, id_of, read_line
from app.usecases.grade_answers import GradedAnswer
from tests.unit.usecases.answers_to_grade import REFERENCE, document, grader

pytestmark = pytest.mark.unit

GRADE = grader()
WORDS = st.text(max_size=60) | st.lists(
    st.sampled_from([*REFERENCE.split(), "not", "ignore", "marks", "...", "🙂", "\ud800", "\x00"]),
    max_size=25,
).map(" ".join)
NUMBERS = st.integers(-3, 10**400) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
RUBRICS = st.none() | st.fixed_dictionaries(
    {
        "criteria": st.lists(
            st.fixed_dictionaries(
                {"id": WORDS, "points": st.lists(WORDS, max_size=3)},
                optional={"levels": st.lists(WORDS, max_size=4)},
            ),
            max_size=3,
        )
    }
)
EXEMPLARS = st.none() | st.lists(
    st.fixed_dictionaries({"answer": WORDS, "score": st.floats(0, 6)}), max_size=3
)
LINES = st.fixed_dictionaries(
    {
        "id": WORDS | st.integers(),
        "question": WORDS,
        "reference": WORDS,
        "answer": WORDS,
        "max_score": st.floats(min_value=1e-6, max_value=1e6) | st.just(5),
    },
    optional={"rubric": RUBRICS, "exemplars": EXEMPLARS, "more": JSON},
)


def refusal(text: str) -> BadLine:
    with pytest.raises(BadLine) as refused:
        read_line(text)
    return refused.value


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": None}, "id"),
        ({"id": True}, "id"),
        ({"id": 1.5}, "id"),
        ({"id": ""}, "id"),
        ({"question": 3}, "question"),
        ({"reference": " "}, "reference"),
        ({"reference": "?!"}, "reference"),
        ({"answer": None}, "answer"),
        ({"answer": ["yes"]}, "answer"),
        (
            {"answer": "a" * (LONGEST_TEXT + 1)},
            f"answer: String should have at most {LONGEST_TEXT}",
        ),
        ({"answer": "\ud800"}, "unicode"),
        ({"rubric": {"criteria": [{"id": "a", "points": ["\ud800"]}]}}, "unicode"),
        ({"max_score": 0}, "max_score"),
        ({"max_score": -5}, "max_score"),
        ({"max_score": "5"}, "max_score"),
        ({"max_score": True}, "max_score"),
        ({"max_score": 10**400}, ""),
        ({"exemplars": [{"answer": "yes", "score": 6}]}, "from 0 to 5"),
        ({"exemplars": [{"answer": "yes", "score": -1}]}, "exemplars.0.score"),
        ({"exemplars": [{"score": 1}]}, "exemplars.0.answer"),
        ({"exemplars": {}}, "exemplars"),
        ({"rubric": []}, "rubric"),
        ({"rubric": {"criteria": [{"points": ["a"]}]}}, "rubric.criteria.0.id"),
        ({"rubric": {"criteria": [{"id": "a"}, {"id": "a"}]}}, "ids of their own"),
        ({"rubric": {"criteria": [{"id": "a", "levels": ["one"]}]}}, "two levels"),
    ],
)
def test_a_bad_value_is_refused_by_its_name(changes: dict[str, Any], told: str) -> None:
    assert told in refusal(json.dumps(document(**changes))).reason


@pytest.mark.parametrize("key", ["id", "question", "reference", "answer", "max_score"])
def test_a_missing_key_is_refused_and_the_id_kept(key: str) -> None:
    content = document()
    del content[key]
    error = refusal(json.dumps(content))
    assert error.reason.startswith(f"{key}: ")
    assert error.id == (None if key == "id" else "one")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "null", '"a"', "NaN", "[" * 100_000, '{"id": 1', "1" * 5000]
)
def test_what_is_no_object_is_refused(text: str) -> None:
    assert refusal(text).id is None


def test_a_number_that_is_none_is_refused() -> None:
    for name in ("NaN", "Infinity", "-Infinity", "1e999"):
        text = json.dumps(document()).replace('"max_score": 5', f'"max_score": {name}')
        assert refusal(text).reason


def test_unknown_keys_are_passed_over_and_nothing_is_asked_that_is_optional() -> None:
    read = read_line(json.dumps(document(rubric=None, exemplars=None, weight=3, more={"a": [1]})))
    assert read.criteria == ()
    assert read.marked == ()


def test_points_stand_for_a_reference_that_is_blank() -> None:
    rubric = {"criteria": [{"id": "a", "points": ["It holds entries.", {"text": "In chains."}]}]}
    read = read_line(json.dumps(document(reference="", rubric=rubric)))
    assert read.standard == "It holds entries. In chains."
    assert read.item.points == ("It holds entries.", "In chains.")


def test_exemplars_are_taken_to_one_scale() -> None:
    read = read_line(json.dumps(document(exemplars=[{"answer": "yes", "score": 4}])))
    assert [each.score for each in read.marked] == [0.8]


def read_or_not(text: str) -> AnswerLine | BadLine:
    try:
        return read_line(text)
    except BadLine as error:
        return error


def check(line: AnswerLine, graded: GradedAnswer) -> None:
    result = json.loads(json.dumps(graded.document, allow_nan=False))
    assert list(result) == ["id", "status", "score", "confidence", "evidence", "gates", "reason"]
    assert result["id"] == line.id
    assert type(result["id"]) is type(line.id)
    assert 0 <= result["confidence"] <= 1
    assert result["reason"]
    assert (result["status"] == "ungraded") == (result["score"] is None)
    if result["score"] is not None:
        assert 0 <= result["score"] <= line.max_score
        assert result["evidence"]
    for quote in result["evidence"]:
        assert line.answer[quote["start"] : quote["end"]] == quote["quote"] != ""
    assert (result["status"] == "graded") <= (not result["gates"])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(LINES)
def test_any_line_is_refused_or_gives_one_sound_result(content: dict[str, Any]) -> None:
    line = read_or_not(json.dumps(content))
    if isinstance(line, BadLine):
        assert line.reason
        assert line.id in (None, content["id"])
        return
    GRADE.prepare([line])
    check(line, asyncio.run(GRADE(line)))


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(content: object) -> None:
    line = read_or_not(json.dumps(content))
    assert isinstance(line, AnswerLine) or line.id in (None, id_of(content))
