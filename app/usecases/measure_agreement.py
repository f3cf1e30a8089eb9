"""The calibration page's figures: machine beside people, people beside each other, and drift.

Every figure carries its count and interval; where marks are too few it says so by being None.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from app.assessment import agreement
from app.assessment.agreement import Levels, Pairs
from app.assessment.isotonic import moved_unseen
from app.domain.agreement import Figure, Recalibration
from app.domain.review import Mark, Origin
from app.ports.store import Store
from app.usecases.recalibrate import Criterion, last_marks, taught_by

BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Agreement:
    """How far two markers agree; `bias` above 0: the first gives higher levels."""

    n: int
    kappa: Figure
    icc: Figure
    alpha: Figure
    bias: Figure
    exact: Figure
    within_one: Figure

    @property
    def enough(self) -> bool:
        """Whether there are marks enough for any figure."""
        return self.exact.value is not None


@dataclass(frozen=True)
class GraderFigures:
    """One rubric version as one model graded it; drift is against the row before of that rubric."""

    rubric_id: str
    rubric_version: int
    model: str
    first: datetime
    last: datetime
    machine: Agreement
    people: Agreement
    drift_bias: Figure | None
    drift_kappa: Figure | None


@dataclass(frozen=True)
class Bin:
    """Grades of one stretch of confidence: what was said, and how often people agreed exactly."""

    low: float
    high: float
    said: float | None
    right: Figure


@dataclass(frozen=True)
class Reliability:
    """Confidence against the share of grades that people left as they were."""

    bins: tuple[Bin, ...]
    error: Figure


@dataclass(frozen=True)
class Lesson:
    """What marks taught one grader; `change` of the error in levels, on interviews left out."""

    fitted: Recalibration
    change: Figure


@dataclass(frozen=True)
class AgreementSheet:
    """All marks together, and each grader by itself.

    `unseen` is the machine beside people who marked without seeing its level.
    """

    marks: int
    markers: int
    machine: Agreement
    unseen: Agreement
    people: Agreement
    graders: tuple[GraderFigures, ...]
    reliability: Reliability
    lessons: tuple[Lesson, ...]


async def measure_agreement(store: Store) -> AgreementSheet:
    """All figures of agreement, over the newest marks of all interviews."""
    async with store.begin() as work:
        marks = await work.review.marks.newest()
        recalibrations = await work.review.recalibrations.all()
    return await asyncio.to_thread(_sheet, marks, recalibrations)


def _sheet(marks: Sequence[Mark], recalibrations: tuple[Recalibration, ...]) -> AgreementSheet:
    return AgreementSheet(
        marks=len(marks),
        markers=len({mark.by for mark in marks}),
        machine=agreement_of(machine_pairs(marks)),
        unseen=agreement_of(machine_pairs(first_unseen(marks))),
        people=agreement_of(people_pairs(marks)),
        graders=_graders(marks),
        reliability=reliability(marks),
        lessons=tuple(Lesson(found, change(marks, found)) for found in recalibrations),
    )


def machine_pairs(marks: Sequence[Mark]) -> Pairs:
    """The machine's level and the one that people left standing, where both are levels."""
    found = [m for m in last_marks(list(marks)) if m.proposed is not None and m.level is not None]
    return Pairs(
        tuple(float(m.proposed or 0) for m in found),
        tuple(float(m.level or 0) for m in found),
        tuple(str(m.interview_id) for m in found),
    )


def first_unseen(marks: Sequence[Mark]) -> list[Mark]:
    """The first mark of each person on each criterion, where it was given without the proposal."""
    first: dict[tuple[Criterion, str], Mark] = {}
    for mark in marks:
        key = (mark.interview_id, mark.question_id, mark.criterion_id, mark.edition)
        first.setdefault((key, mark.by.casefold()), mark)
    return [mark for mark in first.values() if mark.blind]


def change(marks: Sequence[Mark], found: Recalibration) -> Figure:
    """How moving levels changes their distance to people's, on interviews left out of fitting."""
    grader = Origin(found.rubric_id, found.rubric_version, found.model, None)
    known = taught_by(marks, grader)
    moved = moved_unseen(known)
    if moved is None:
        return Figure(None, None, None, len(known))
    pairs = Pairs(
        tuple(float(abs(level - m.given)) for level, m in zip(moved, known, strict=True)),
        tuple(float(abs(m.proposed - m.given)) for m in known),
        tuple(m.cluster for m in known),
    )
    return agreement.figure(agreement.bias, pairs)


def people_pairs(marks: Sequence[Mark]) -> Pairs:
    """The last levels of the first two people who marked the same criterion."""
    by_criterion: dict[Criterion, dict[str, Mark]] = defaultdict(dict)
    for mark in marks:
        key = (mark.interview_id, mark.question_id, mark.criterion_id, mark.edition)
        by_criterion[key][mark.by.casefold()] = mark
    firsts, seconds, clusters = [], [], []
    for key, theirs in by_criterion.items():
        levels = [mark.level for mark in theirs.values()][:2]
        if len(levels) == 2 and None not in levels:
            firsts.append(float(levels[0] or 0))
            seconds.append(float(levels[1] or 0))
            clusters.append(str(key[0]))
    return Pairs(tuple(firsts), tuple(seconds), tuple(clusters))


def agreement_of(pairs: Pairs) -> Agreement:
    """All statistics of one set of pairs."""
    return Agreement(
        len(pairs.first),
        agreement.figure(agreement.kappa, pairs),
        agreement.figure(agreement.icc_of_two, pairs),
        agreement.figure(agreement.alpha_of_two, pairs),
        agreement.figure(agreement.bias, pairs),
        agreement.figure(agreement.exact, pairs),
        agreement.figure(agreement.within_one, pairs),
    )


def reliability(marks: Sequence[Mark]) -> Reliability:
    """Bins of confidence with the share of exact levels, and the expected calibration error."""
    known = [
        m
        for m in last_marks(list(marks))
        if m.proposed is not None and m.origin.confidence is not None
    ]
    said = tuple(m.origin.confidence or 0.0 for m in known)
    right = tuple(float(m.proposed == m.level) for m in known)
    clusters = tuple(str(m.interview_id) for m in known)
    bins = []
    for low, high in pairwise(BINS):
        rows = [i for i, c in enumerate(said) if low <= c < high or (c == high == 1.0)]
        pairs = Pairs(
            tuple(right[i] for i in rows), (0.0,) * len(rows), tuple(clusters[i] for i in rows)
        )
        mean = float(np.mean([said[i] for i in rows])) if rows else None
        bins.append(Bin(low, high, mean, agreement.figure(agreement.bias, pairs)))
    error = agreement.figure(_calibration_error, Pairs(said, right, clusters))
    return Reliability(tuple(bins), error)


def _calibration_error(said: Levels, right: Levels) -> float | None:
    if not len(said):
        return None
    places = np.clip(np.digitize(said, BINS[1:-1]), 0, len(BINS) - 2)
    total = 0.0
    for place in np.unique(places):
        rows = places == place
        total += float(rows.sum()) * abs(float(said[rows].mean() - right[rows].mean()))
    return total / len(said)


def _graders(marks: Sequence[Mark]) -> tuple[GraderFigures, ...]:
    groups: dict[tuple[str, int, str], list[Mark]] = defaultdict(list)
    for mark in marks:
        origin = mark.origin
        if origin.model is not None:
            groups[origin.rubric_id, origin.rubric_version, origin.model].append(mark)
    found: list[GraderFigures] = []
    before: dict[str, Pairs] = {}
    for key in sorted(groups, key=lambda k: (k[0], k[1], _first(groups[k]))):
        theirs = groups[key]
        pairs, earlier = machine_pairs(theirs), before.get(key[0])
        found.append(
            GraderFigures(
                *key,
                _first(theirs),
                max(m.at for m in theirs),
                agreement_of(pairs),
                agreement_of(people_pairs(theirs)),
                agreement.difference(agreement.bias, pairs, earlier) if earlier else None,
                agreement.difference(agreement.kappa, pairs, earlier) if earlier else None,
            )
        )
        before[key[0]] = pairs
    return tuple(found)


def _first(marks: Iterable[Mark]) -> datetime:
    return min(mark.at for mark in marks)
