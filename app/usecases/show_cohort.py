"""A cohort: who took an assignment with which levels, how its questions behave, who needs help.

Nothing here reads what helps a person: accommodations stand in no cohort and no export.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.assessment.group_comparison import GroupComparison, compare
from app.assessment.item_statistics import ItemFigures, Response, item_statistics
from app.assessment.need import BELOW, Need, needs
from app.domain.assignment import Assignment, Invitation
from app.domain.groups import ATTRIBUTES
from app.domain.interview import InterviewStatus
from app.domain.review import ReviewState, Standing, share_of, standings, state_of
from app.ports.assignments import Taken
from app.ports.groups import SelfReports
from app.ports.store import Store

EVERYTHING = "class or group"
_RANK = {ReviewState.DRAFT: 0, ReviewState.REVIEWED: 1, ReviewState.RELEASED: 2}


@dataclass(frozen=True)
class Column:
    """One criterion of one rubric."""

    rubric_id: str
    criterion_id: str
    title: str


@dataclass(frozen=True)
class Cell:
    """A person's levels of one criterion, as the mean share of what can be reached.

    `state` is that of the answer that is furthest behind; `level` is told where one answer counts.
    """

    share: float
    answers: int
    state: ReviewState
    level: int | None = None
    max_level: int | None = None


@dataclass(frozen=True)
class Row:
    """One invited person with the newest attempt that has levels, else the newest."""

    invitation: Invitation
    taken: Taken | None
    cells: tuple[Cell | None, ...]
    need: Need
    drafts: int = 0
    released: bool = False

    @property
    def state(self) -> str:
        """Where the person stands, in a word."""
        if self.taken is None:
            return "not begun"
        if self.taken.status in (InterviewStatus.CREATED, InterviewStatus.LIVE):
            return "under way"
        if self.taken.status is InterviewStatus.GRADING:
            return "being graded"
        if self.released:
            return "released"
        return "for review" if self.drafts else "reviewed"


@dataclass(frozen=True)
class Item:
    """One question with its figures."""

    question_id: str
    text: str
    figures: ItemFigures


@dataclass(frozen=True)
class Cohort:
    """Everything that the cohort page shows. `below` is the share that help is judged by."""

    assignment: Assignment
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    items: tuple[Item, ...]
    groups: Mapping[str, tuple[GroupComparison, ...]]
    below: float

    @property
    def graded(self) -> tuple[Row, ...]:
        """Those with any level."""
        return tuple(row for row in self.rows if row.need.share.value is not None)

    def spread(self, place: int) -> tuple[tuple[str, float], ...]:
        """Names and shares of one column."""
        held = ((row.invitation.name, row.cells[place]) for row in self.rows)
        return tuple((name, cell.share) for name, cell in held if cell is not None)


async def show_cohort(
    store: Store,
    assignment: Assignment,
    reports: SelfReports | None = None,
    *,
    below: float = BELOW,
) -> Cohort:
    """The cohort of an assignment; trials are left out."""
    async with store.begin() as work:
        taken = await work.assignments.taken(assignment.id)
        invited = await work.assignments.invitations(assignment.id)
        questions = await work.library.questions(assignment.question_ids)
    told = {r.interview_id: r.groups for r in await reports.all()} if reports is not None else {}
    texts = {question.id: question.text for question in questions}
    return await asyncio.to_thread(_cohort, assignment, taken, invited, texts, told, below)


def _cohort(
    assignment: Assignment,
    taken: Sequence[Taken],
    invited: Sequence[Invitation],
    texts: Mapping[str, str],
    told: Mapping[UUID, Mapping[str, str]],
    below: float,
) -> Cohort:
    by_person: dict[UUID, list[Taken]] = defaultdict(list)
    for one in taken:
        if one.attempt.invitation_id is not None:
            by_person[one.attempt.invitation_id].append(one)
    columns = _columns(taken)
    shown = {key: _shown(attempts) for key, attempts in by_person.items()}
    shares = {str(i.id): _shares(shown.get(i.id)) for i in invited}
    found = needs(shares, below=below)
    rows = tuple(_row(i, shown.get(i.id), columns, found[str(i.id)]) for i in invited)
    items = tuple(
        Item(f.item, texts.get(f.item, f.item), f) for f in item_statistics(_responses(taken))
    )
    order = {name: place for place, name in enumerate(assignment.question_ids)}
    items = tuple(sorted(items, key=lambda item: order.get(item.question_id, len(order))))
    return Cohort(assignment, columns, rows, items, _groups(rows, told), below)


def _standings(one: Taken) -> dict[str, tuple[Standing, ...]]:
    return {card.question_id: standings(card, one.marks) for card in one.cards}


def _shown(attempts: Sequence[Taken]) -> Taken:
    graded = [one for one in attempts if _shares(one)]
    return (graded or list(attempts))[-1]


def _shares(one: Taken | None) -> list[float]:
    """The share of marks of each answer that has any level."""
    if one is None:
        return []
    found = (share_of(criteria) for criteria in _standings(one).values())
    return [share for share in found if share is not None]


def _responses(taken: Sequence[Taken]) -> list[Response]:
    return [
        Response(str(one.attempt.invitation_id), question_id, share)
        for one in taken
        for question_id, criteria in _standings(one).items()
        if (share := share_of(criteria)) is not None
    ]


def _columns(taken: Sequence[Taken]) -> tuple[Column, ...]:
    found: dict[tuple[str, str], Column] = {}
    for one in taken:
        held = _standings(one)
        for card in one.cards:
            rubric = card.provenance.rubric_id if card.provenance is not None else ""
            for c in held[card.question_id]:
                if c.level is not None:
                    key = (rubric, c.criterion_id)
                    found.setdefault(key, Column(rubric, c.criterion_id, c.title))
    return tuple(found[key] for key in sorted(found, key=lambda key: key[0]))


def _row(invitation: Invitation, one: Taken | None, columns: Sequence[Column], need: Need) -> Row:
    if one is None:
        return Row(invitation, None, tuple(None for _ in columns), need)
    reviews = {review.question_id: review for review in one.reviews}
    states = {c.question_id: state_of(c, reviews.get(c.question_id)) for c in one.cards}
    every = list(states.values())
    return Row(
        invitation,
        one,
        tuple(_cell(one, states, column) for column in columns),
        need,
        drafts=every.count(ReviewState.DRAFT),
        released=bool(every) and all(state is ReviewState.RELEASED for state in every),
    )


def _cell(one: Taken, states: Mapping[str, ReviewState], column: Column) -> Cell | None:
    held = _standings(one)
    found = [
        (standing, states[card.question_id])
        for card in one.cards
        if (card.provenance.rubric_id if card.provenance else "") == column.rubric_id
        for standing in held[card.question_id]
        if standing.criterion_id == column.criterion_id and standing.level is not None
    ]
    if not found:
        return None
    shares = [(standing.level or 0) / standing.max_level for standing, _ in found]
    behind = min((state for _, state in found), key=_RANK.__getitem__)
    cell = Cell(sum(shares) / len(shares), len(shares), behind)
    if len(found) == 1:
        only = found[0][0]
        return replace(cell, level=only.level, max_level=only.max_level)
    return cell


def _groups(
    rows: Sequence[Row], told: Mapping[UUID, Mapping[str, str]]
) -> dict[str, tuple[GroupComparison, ...]]:
    """The educator's own groups, and those that people told of themselves."""
    graded = [row for row in rows if row.need.share.value is not None and row.taken is not None]
    shares = [row.need.share.value or 0.0 for row in graded]
    found = {EVERYTHING: compare(shares, [row.invitation.group or None for row in graded])}
    for name, labels in ATTRIBUTES.items():
        said = [_told(row, told).get(name) for row in graded]
        found[name] = compare(shares, [labels[one] if one else None for one in said])
    return {name: groups for name, groups in found.items() if groups}


def _told(row: Row, told: Mapping[UUID, Mapping[str, str]]) -> Mapping[str, str]:
    return told.get(row.taken.attempt.interview_id, {}) if row.taken is not None else {}
