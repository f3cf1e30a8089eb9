"""The figures of the calibration page, and what it says where marks are few."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.consent import Purpose
from app.domain.groups import SelfReport
from app.domain.review import Mark, Origin
from app.usecases.measure_agreement import (
    first_unseen,
    machine_pairs,
    measure_agreement,
    people_pairs,
    reliability,
)
from app.usecases.measure_impact import CROSSED, measure_impact
from app.usecases.review_scorecard import mark_criterion
from tests.fakes.store import FakeStore
from tests.unit.usecases.reviewing import NOW, a_card, graded, wish

pytestmark = pytest.mark.unit


def a_mark(number: int, proposed: int | None, level: int | None, **changes: object) -> Mark:
    confidence = None if proposed is None else 0.9
    mark = Mark(
        UUID(int=number), "q", "idea", "e", "correction", proposed, level, 3, "why", "Ada",
        NOW + timedelta(minutes=number), Origin("r", 1, "m", confidence),
    )  # fmt: skip
    return replace(mark, **changes)  # type: ignore[arg-type]  # names of fields


async def kept(marks: list[Mark]) -> FakeStore:
    store = FakeStore()
    for number in sorted({m.interview_id for m in marks}):
        await graded(store, number, card=a_card(number))
    async with store.begin() as work:
        for mark in marks:
            await work.review.marks.add(mark)
    return store


def test_the_machine_is_held_against_the_mark_that_stands() -> None:
    marks = [
        a_mark(1, 2, 0),
        a_mark(1, 2, 1, by="Bo"),
        a_mark(2, None, 2),
        a_mark(3, 2, None),
        a_mark(4, 3, 3),
    ]
    pairs = machine_pairs(marks)
    assert (pairs.first, pairs.second) == ((2.0, 3.0), (1.0, 3.0))


def test_two_people_are_held_against_each_other_once_for_each_criterion() -> None:
    marks = [
        a_mark(1, 2, 0),
        a_mark(1, 2, 1, by="Bo"),
        a_mark(1, 2, 2, by="ada"),
        a_mark(1, 2, 3, by="Cy"),
        a_mark(2, 2, 1),
        a_mark(3, 2, 1),
        a_mark(3, 2, None, by="Bo"),
    ]
    pairs = people_pairs(marks)
    assert (pairs.first, pairs.second) == ((2.0,), (1.0,))


async def test_few_marks_give_no_figures_and_many_give_all() -> None:
    few = await measure_agreement(await kept([a_mark(n, 2, 1) for n in range(1, 6)]))
    assert (few.marks, few.machine.n, few.machine.enough) == (5, 5, False)
    assert few.people.n == 0
    marks = [a_mark(n, n % 4, max(0, n % 4 - (n % 5 == 0))) for n in range(1, 41)]
    sheet = await measure_agreement(await kept(marks))
    assert sheet.machine.enough
    assert sheet.machine.n == 40
    assert sheet.machine.bias.value == pytest.approx(6 / 40)
    assert sheet.machine.exact.value == pytest.approx(34 / 40)
    assert (sheet.machine.kappa.value or 0) > 0.8
    (grader,) = sheet.graders
    assert (grader.rubric_id, grader.model, grader.drift_bias) == ("r", "m", None)
    assert not sheet.people.enough


async def test_drift_is_told_against_the_version_before() -> None:
    old = [a_mark(n, n % 3 + 1, n % 3 + 1) for n in range(1, 31)]
    new = [a_mark(n, n % 3 + 1, n % 3, origin=Origin("r", 2, "m", 0.9)) for n in range(101, 131)]
    sheet = await measure_agreement(await kept([*new, *old]))
    first, second = sheet.graders
    assert (first.rubric_version, second.rubric_version) == (1, 2)
    assert first.drift_bias is None
    assert second.drift_bias is not None
    assert second.drift_bias.value == pytest.approx(1.0)


def test_confidence_is_held_against_the_share_of_grades_left_as_they_were() -> None:
    sure = [a_mark(n, 2, 2 if n % 10 else 1) for n in range(1, 21)]
    unsure = [a_mark(n, 2, n % 2 + 1, origin=Origin("r", 1, "m", 0.3)) for n in range(21, 41)]
    found = reliability([*sure, *unsure, a_mark(50, None, 2)])
    high, low = found.bins[4], found.bins[1]
    assert (high.said, high.right.value, high.right.n) == (pytest.approx(0.9), 0.9, 20)
    assert (low.right.value, low.right.n) == (0.5, 20)
    assert found.bins[0].right.value is None
    assert found.error.value == pytest.approx(0.5 * 0.0 + 0.5 * 0.2)


async def test_impact_reads_results_as_people_left_them() -> None:
    store = FakeStore()
    reports = store.self_reports()
    for number in range(1, 41):
        interview = UUID(int=number)
        await graded(store, interview, card=a_card(interview, 3 if number <= 18 else 1))
        gender = "woman" if number % 2 else "man"
        report = SelfReport(interview, {"gender": gender, "ethnicity": "asian"}, NOW)
        if number <= 30:
            assert await reports.give(report)
    lifted = await wish(store, 3, interview_id=UUID(int=22))
    await mark_criterion(store, UUID(int=22), lifted, now=NOW)
    found = await measure_impact(store, reports, Purpose.ASSESSMENT)
    assert (found.results, found.told) == (40, 30)
    gender = found.attributes["gender"]
    assert [(g.name, g.rate.n) for g in gender.groups] == [("man", 15), ("woman", 15)]
    assert gender.groups[0].rate.value == pytest.approx(10 / 15), "a person lifted one of them"
    assert gender.groups[1].rate.value == pytest.approx(9 / 15)
    assert gender.unknown == 10
    crossed = found.attributes[CROSSED]
    assert [g.name for g in crossed.groups] == ["man, Asian", "woman, Asian"]
    none = await measure_impact(store, reports, Purpose.PRACTICE)
    assert none.results == 0


def test_only_the_first_look_of_each_person_counts_as_unseen() -> None:
    marks = [
        a_mark(1, 2, 1, blind=True),
        a_mark(1, 2, 2),
        a_mark(1, 2, 3, by="Bo", blind=True),
        a_mark(2, 2, 2),
        a_mark(2, 2, 0, blind=True),
    ]
    assert [(m.by, m.level) for m in first_unseen(marks)] == [("Ada", 1), ("Bo", 3)]
