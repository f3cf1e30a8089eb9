"""Let people's marks teach the grader: fit from 30 marks on, and apply to what is graded next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.assessment.isotonic import Marked, read, recalibrated, taught
from app.domain.agreement import Recalibration
from app.domain.question import Rubric
from app.domain.review import Mark, Origin
from app.domain.scorecard import CriterionScore, Scorecard
from app.ports.store import UnitOfWork

Criterion = tuple[UUID, str, str, str]


async def recalibrate(work: UnitOfWork, origin: Origin, now: datetime) -> Recalibration | None:
    """Fit the grader that this origin names anew; None as long as there are too few marks."""
    if origin.model is None:
        return None
    marks = taught_by(await work.review.marks.newest(), grader_of(origin))
    found = taught(marks)
    if found is None:
        return None
    fitted = Recalibration(
        origin.rubric_id,
        origin.rubric_version,
        origin.model,
        len(marks),
        now,
        found.levels,
        found.confidence,
        found.error_before,
        found.error_after,
    )
    await work.review.recalibrations.save(fitted)
    return fitted


def taught_by(marks: Sequence[Mark], grader: Origin) -> list[Marked]:
    """The marks that stand beside levels of this grader."""
    known = [mark for mark in marks if grader_of(mark.origin) == grader]
    return [marked for m in last_marks(known) if (marked := _marked(m)) is not None]


def grader_of(origin: Origin) -> Origin:
    """The same without what is said of one score: rubric, version and model alone."""
    return Origin(origin.rubric_id, origin.rubric_version, origin.model, None)


def last_marks(marks: list[Mark]) -> list[Mark]:
    """The mark that stands, for each criterion of each edition of a card."""
    last: dict[Criterion, Mark] = {}
    for mark in marks:
        last[mark.interview_id, mark.question_id, mark.criterion_id, mark.edition] = mark
    return list(last.values())


def applied(card: Scorecard, recalibration: Recalibration | None, rubric: Rubric) -> Scorecard:
    """The card with the levels and confidence that people's marks taught.

    A card on which a gate fired keeps its levels: a person looks at it anyway.
    """
    if recalibration is None or card.gates or card.provenance is None:
        return card
    if not any(score.level is not None for score in card.criteria):
        return card
    told = f"{recalibration.marks} marks, fitted {recalibration.fitted_at:%Y-%m-%d}"
    return replace(
        card,
        criteria=tuple(_moved(score, recalibration, rubric) for score in card.criteria),
        provenance=replace(card.provenance, calibration=told),
    )


def _moved(score: CriterionScore, by: Recalibration, rubric: Rubric) -> CriterionScore:
    if score.level is None:
        return score
    level = recalibrated(score.level, score.max_level, by.levels)
    kind: Literal["quote", "nearest"] = "quote" if level else "nearest"
    found_all = bool(score.points_met) and not score.points_open
    criterion = next((c for c in rubric.criteria if c.id == score.criterion_id), None)
    aim = criterion.aim(level, complete=found_all) if criterion else None
    moved = "" if level == score.level else f" People's marks moved it from level {score.level}."
    return replace(
        score,
        level=level,
        confidence=round(read(by.confidence, score.confidence), 3),
        evidence=tuple(replace(evidence, kind=kind) for evidence in score.evidence),
        reason=f"{score.reason}{moved}",
        next_level=aim.anchor if aim else None,
        next_at=aim.level if aim else None,
        raw_level=score.level,
        raw_confidence=score.confidence,
    )


def _marked(mark: Mark) -> Marked | None:
    origin = mark.origin
    proposed = mark.proposed if origin.raw_level is None else origin.raw_level
    confidence = origin.confidence if origin.raw_confidence is None else origin.raw_confidence
    if proposed is None or mark.level is None or confidence is None:
        return None
    return Marked(proposed, mark.level, mark.max_level, confidence, str(mark.interview_id))
