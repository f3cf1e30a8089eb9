"""The report says what is known, with consent, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.consent import Consent, Modality, Purpose
from app.domain.interview import EMOTIONS, ExpressionReading, Interview, InterviewStatus
from app.domain.report import Blend, Report
from app.domain.scorecard import (
    CardStatus,
    CriterionScore,
    Evidence,
    Scorecard,
    Ungraded,
)
from app.usecases.build_report import build_report
from app.usecases.report_document import report_document
from tests.unit.agent.grading_world import NOW, OTHER, QUESTION, World

pytestmark = pytest.mark.unit


def _consents(*modalities: Modality) -> tuple[Consent, ...]:
    return tuple(Consent(modality, "1", NOW) for modality in modalities)


def _score(criterion: str, title: str, level: int | None, top: int = 3) -> CriterionScore:
    if level is None:
        return CriterionScore(
            criterion, title, None, top, 1.0, (), "Nothing.", 0.0, Ungraded.NEAR_EMPTY
        )
    evidence = (Evidence("quote" if level else "nearest", "Each one waits", 0, 10.0, 11.4),)
    return CriterionScore(
        criterion, title, level, top, 1.0, evidence, "Why.", 0.7,
        next_level="Says more.", next_at=2, points_open=("order", "timeout"),
    )  # fmt: skip


def _card(world: World, interview: Interview, question: str, *scores: CriterionScore) -> None:
    status = CardStatus.GRADED if any(s.level is not None for s in scores) else CardStatus.UNGRADED
    world.cards[interview.id, question] = Scorecard(interview.id, question, (0,), status, scores)


async def _report(world: World, interview: Interview) -> Report:
    report = await build_report(world, interview.id)  # type: ignore[arg-type]  # scripted store
    assert report is not None
    return report


def _graded(**changes: Any) -> tuple[World, Interview]:
    world = World()
    interview = world.interview(**changes)
    world.answered(interview, "Each one waits. " * 15, speech=((10.0, 30.0),), asked_at_s=8.0)
    world.answered(interview, "A sorted tree.", question_id=OTHER.id)
    _card(world, interview, QUESTION.id, _score("idea", "Core idea", 3), _score("use", "Use", 1))
    _card(world, interview, OTHER.id, _score("idea", "Core idea", 2), _score("use", "Use", 0))
    return world, interview


async def test_the_outcome_names_the_strongest_and_the_weakest_criterion() -> None:
    world, interview = _graded()
    report = await _report(world, interview)
    assert report.outcome == (
        "2 of 2 answers could be graded; strongest is Core idea (83% of its levels), "
        "weakest is Use (17%)."
    )


async def test_nothing_graded_is_said_with_its_reason_and_no_number() -> None:
    world = World()
    interview = world.interview()
    world.answered(interview, "Fine.")
    _card(world, interview, QUESTION.id, _score("idea", "Core idea", None))
    report = await _report(world, interview)
    assert report.outcome == ("The answer could not be graded: too little was said.")
    assert report.blend.content is None
    assert report.blend.total is None


async def test_only_answers_that_could_be_graded_count_and_an_early_end_is_said() -> None:
    world, interview = _graded(status=InterviewStatus.ENDED_EARLY, asks=4)
    _card(world, interview, OTHER.id, _score("idea", "Core idea", None))
    report = await _report(world, interview)
    assert report.outcome.startswith("The interview ended early. 1 of 4 answers could be graded; ")
    assert report.blend.coverage[0] == 0.25


async def test_an_interview_without_questions_or_without_grades_yet_says_so() -> None:
    world = World()
    empty = await _report(world, world.interview())
    assert empty.outcome == "No question was asked, so there is nothing to grade."
    interview = world.interview()
    world.answered(interview, "Each one waits.")
    report = await _report(world, interview)
    assert report.outcome.endswith("grading is not finished for 1 of them.")


async def test_delivery_is_measured_only_with_consent() -> None:
    world, interview = _graded()
    assert (await _report(world, interview)).delivery is None
    world, interview = _graded(consents=_consents(Modality.DELIVERY))
    report = await _report(world, interview)
    assert report.delivery is not None
    assert report.blend.coverage[1] == 0.5


READINGS = (ExpressionReading(0, 1, tuple(float(e == "happy") for e in EMOTIONS), 0.9),)


@pytest.mark.parametrize(
    ("purpose", "modalities", "shown"),
    [
        (Purpose.PRACTICE, (Modality.VIDEO,), True),
        (Purpose.PRACTICE, (), False),
        (Purpose.ASSESSMENT, (Modality.VIDEO,), False),
    ],
)
async def test_presence_needs_practice_and_consent(
    purpose: Purpose, modalities: tuple[Modality, ...], shown: bool
) -> None:
    world, interview = _graded(purpose=purpose, consents=_consents(*modalities), clock_s=2.0)
    world.readings = READINGS
    report = await _report(world, interview)
    assert (report.presence is not None) is shown


async def test_next_steps_name_the_aspect_and_never_the_reference() -> None:
    world, interview = _graded()
    report = await _report(world, interview)
    first = report.next_steps[0]
    assert (first.title, first.question_id) == ("Databases: Use", OTHER.id)
    assert len(report.next_steps) <= 3
    texts = " ".join(f"{step.title} {step.why}" for step in report.next_steps)
    for question in (QUESTION, OTHER):
        assert not any(point.text in texts for point in question.points)
    assert "2 expected aspects are still open: order, timeout." in first.why
    assert "reach level 2: Says more." in " ".join(step.why for step in report.next_steps)


async def test_next_steps_of_an_assessment_count_the_aspects_alone() -> None:
    world, interview = _graded(purpose=Purpose.ASSESSMENT)
    report = await _report(world, interview)
    assert "2 expected aspects are still open." in report.next_steps[0].why


async def test_one_next_step_is_about_delivery_when_it_is_out_of_its_band() -> None:
    world, interview = _graded(consents=_consents(Modality.DELIVERY))
    world.answered(interview, "word " * 200, speech=((100.0, 130.0),))
    report = await _report(world, interview)
    assert [step.title for step in report.next_steps][-1] == "Pace: speak slower"
    assert len(report.next_steps) == 3


async def test_weights_are_the_interviews_and_unmeasured_parts_stay_out_of_the_total() -> None:
    world, interview = _graded(weights=(0.5, 0.3, 0.2))
    blend = (await _report(world, interview)).blend
    assert blend.weights == (0.5, 0.3, 0.2)
    assert blend.content == pytest.approx(0.5)
    assert blend.total == blend.content
    assert blend.counted == ("content",)


def test_the_total_names_the_parts_that_it_is_made_of() -> None:
    blend = Blend(None, 0.6, 0.0, (0.7, 0.2, 0.1), (0.0, 1.0, 1.0))
    assert blend.counted == ("delivery", "presence")
    assert blend.total == pytest.approx(0.4)
    assert Blend(0.5, 0.6, None, (1.0, 0.0, 0.0), (1.0, 1.0, 0.0)).counted == ("content",)


async def test_the_document_has_the_keys_of_the_contract_and_is_json() -> None:
    world, interview = _graded(
        status=InterviewStatus.COMPLETED,
        consents=_consents(Modality.DELIVERY),
        models={"grader": "local"},
    )
    document = json.loads(json.dumps(report_document(await _report(world, interview))))
    assert {"status", "mode", "purpose", "models", "turns", "scorecards"} <= set(document)
    assert (document["status"], document["purpose"]) == ("completed", "practice")
    assert set(document["turns"][0]) >= {
        "index", "question", "kind", "probe", "answer", "skipped", "words", "end_wait_s",
        "response_s", "interrupted",
    }  # fmt: skip
    assert set(document["turns"][0]["words"][0]) == {"text", "start_s", "end_s", "probability"}
    criterion = document["scorecards"][0]["criteria"][0]
    assert set(criterion) >= {"id", "level", "max_level", "evidence", "reason", "confidence"}
    assert set(criterion["evidence"][0]) >= {"kind", "quote", "turn", "start_s"}
    assert set(document["blend"]) >= {"content", "delivery", "presence", "weights", "coverage"}
    assert document["presence"] is None


async def test_what_was_heard_stands_beside_its_amendment() -> None:
    world = World()
    interview = world.interview()
    world.answered(interview, "a sickle of threads", amendment="a cycle of threads")
    (turn,) = report_document(await _report(world, interview))["turns"]
    assert turn["answer"] == turn["amendment"] == "a cycle of threads"
    assert turn["heard"] == "a sickle of threads"


async def test_a_missing_level_is_written_as_ungraded() -> None:
    world = World()
    interview = world.interview()
    world.answered(interview, "Fine.")
    _card(world, interview, QUESTION.id, _score("idea", "Core idea", None))
    document = report_document(await _report(world, interview))
    assert document["scorecards"][0]["criteria"][0]["level"] == "ungraded"


async def test_an_unknown_interview_has_no_report() -> None:
    world, interview = _graded()
    world.interviews.clear()
    assert await build_report(world, interview.id) is None  # type: ignore[arg-type]  # scripted
