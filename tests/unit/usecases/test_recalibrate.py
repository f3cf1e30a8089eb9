"""People's marks teach the grader, from thirty on, and never lift an answer without evidence."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.agreement import Recalibration, Steps
from app.domain.review import Mark, Origin
from app.domain.scorecard import Scorecard
from app.usecases.recalibrate import applied, recalibrate
from tests.fakes.store import FakeStore
from tests.unit.agent.grading_world import QUESTION, RUBRIC
from tests.unit.usecases.reviewing import NOW, a_card, graded

pytestmark = pytest.mark.unit
GRADER = Origin(RUBRIC.id, 2, "offline", 0.7)


async def marks(store: FakeStore, count: int, *, raw: int | None = None) -> None:
    """A machine that is one level too kind, as people see it."""
    for number in range(count):
        interview = UUID(int=1000 + number)
        proposed = 1 + number % 3
        await graded(store, interview, card=a_card(interview, proposed))
        origin = replace(GRADER, raw_level=raw, raw_confidence=0.7 if raw else None)
        mark = Mark(
            interview, QUESTION.id, "idea", "e", "correction",
            proposed, proposed - 1, 3, "Too kind.", "Ada", NOW, origin,
        )  # fmt: skip
        async with store.begin() as work:
            await work.review.marks.add(replace(mark, level=3, reason="A first thought."))
            await work.review.marks.add(mark)


async def fitted(store: FakeStore, origin: Origin = GRADER) -> Recalibration | None:
    async with store.begin() as work:
        found = await recalibrate(work, origin, NOW)
        key = (origin.rubric_id, origin.rubric_version, origin.model or "")
        assert await work.review.recalibrations.get(*key) == found
    return found


async def test_thirty_marks_teach_and_only_the_last_of_each_counts() -> None:
    store = FakeStore()
    await marks(store, 29)
    assert await fitted(store) is None
    store = FakeStore()
    await marks(store, 30)
    found = await fitted(store)
    assert found is not None
    assert found.marks == 30
    assert found.levels is not None
    assert (found.error_before, found.error_after) == (1.0, 0.0)


async def test_another_model_or_version_learns_nothing_from_them() -> None:
    store = FakeStore()
    await marks(store, 30)
    assert await fitted(store, replace(GRADER, rubric_version=3)) is None
    assert await fitted(store, replace(GRADER, model="other")) is None
    assert await fitted(store, replace(GRADER, model=None)) is None


async def test_it_learns_from_what_the_grader_said_and_not_from_itself() -> None:
    store = FakeStore()
    await marks(store, 30, raw=2)
    found = await fitted(store)
    assert found is not None
    assert found.confidence.at == (0.7,)
    assert found.levels is None or found.levels.at == (2 / 3,)


def _kind(levels: Steps | None) -> Recalibration:
    return Recalibration(
        RUBRIC.id, 2, "offline", 42, NOW, levels, Steps((0.0, 1.0), (0.1, 0.5)), 1.0, 0.4
    )


STRICT = _kind(Steps((1 / 3, 2 / 3, 1.0), (0.0, 1 / 3, 2 / 3)))


def moved(card: Scorecard, by: Recalibration | None = STRICT) -> Scorecard:
    return applied(card, by, RUBRIC)


def test_the_next_grade_is_moved_and_says_so() -> None:
    score = moved(a_card(level=2)).criteria[0]
    assert (score.level, score.raw_level) == (1, 2)
    assert (score.confidence, score.raw_confidence) == (pytest.approx(0.38), 0.7)
    assert score.reason.endswith("People's marks moved it from level 2.")
    assert score.next_level == "Says what it is, with a gap."
    origin = moved(a_card(level=2)).provenance
    assert origin is not None
    assert origin.calibration == "42 marks, fitted 2026-11-21"


def test_a_level_that_becomes_the_lowest_cites_the_nearest_sentence() -> None:
    score = moved(a_card(level=1)).criteria[0]
    assert (score.level, [e.kind for e in score.evidence]) == (0, ["nearest"])


def test_the_lowest_level_is_never_lifted() -> None:
    generous = _kind(Steps((0.0, 1.0), (0.9, 1.0)))
    assert moved(a_card(level=0), generous).criteria[0].level == 0


def test_what_a_gate_stopped_or_nobody_graded_stays_as_it_is() -> None:
    for card in (
        replace(a_card(), gates=("parroted",)),
        replace(a_card(), provenance=None),
        replace(a_card(), criteria=a_card().criteria[1:]),
    ):
        assert moved(card) == card
    assert moved(a_card(), None) == a_card()
    assert moved(a_card()).criteria[1] == a_card().criteria[1], "no level, nothing to move"
