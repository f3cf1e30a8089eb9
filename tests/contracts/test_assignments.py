"""The same rules of assignments for the store in memory and the one in Postgres."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

from app.domain.assignment import Assignment, Attempt, Invitation
from app.domain.consent import Purpose
from app.domain.interview import Interview, InterviewStatus
from app.domain.person import Person, Role
from app.domain.review import Contest, Mark, Origin, Review, ReviewState
from app.ports.errors import StoreUnavailable
from tests.contracts.stored import NOW, AnyStore, a_card, a_turn, an_interview

pytestmark = pytest.mark.contract


def an_assignment(**changes: object) -> Assignment:
    whole = Assignment(
        id=uuid4(),
        title="Lists, für alle ☕",
        purpose=Purpose.ASSESSMENT,
        track_id="python",
        question_ids=("one", "two"),
        asks=2,
        minutes=12.5,
        attempts=2,
        by="Ada",
        created_at=NOW,
        contact="ada@school.example",
        due_at=NOW + timedelta(days=3),
        owner=uuid4(),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # names of fields


def an_invitation(assignment: Assignment, name: str = "Grace", **changes: object) -> Invitation:
    made = Invitation(
        uuid4(), assignment.id, name, f"digest-{uuid4()}", NOW, NOW + timedelta(days=30), "A"
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # names of fields


async def invited(store: AnyStore) -> tuple[Assignment, Invitation]:
    assignment = an_assignment()
    invitation = an_invitation(assignment, accommodations=("captions", "more_time"))
    async with store.begin() as work:
        await work.assignments.add(assignment)
        assert await work.assignments.invite(invitation)
    return assignment, invitation


async def test_the_assignments_of_a_deleted_person_have_no_maker(store: AnyStore) -> None:
    person = Person(uuid4(), "Ada", f"{uuid4().hex}@example.org", Role.EDUCATOR, NOW)
    theirs, others = an_assignment(owner=person.id), an_assignment()
    async with store.begin() as work:
        await work.accounts.people.add(person)
        await work.assignments.add(theirs)
        await work.assignments.add(others)
        await work.accounts.people.forget(person.id, NOW)
    async with store.begin() as work:
        assert await work.assignments.get(theirs.id) == replace(theirs, owner=None)
        assert await work.assignments.get(others.id) == others


async def begun(
    store: AnyStore, assignment: Assignment, invitation_id: UUID | None, number: int = 1
) -> Interview:
    interview = an_interview(Purpose.PRACTICE, status=InterviewStatus.COMPLETED)
    attempt = Attempt(
        interview.id, assignment.id, number, NOW, invitation_id, trial=invitation_id is None
    )
    async with store.begin() as work:
        await work.interviews.add(interview)
        await work.assignments.begin(attempt)
    return interview


async def test_assignments_and_invitations_come_out_as_they_went_in(store: AnyStore) -> None:
    assignment, invitation = await invited(store)
    later = an_assignment(created_at=NOW + timedelta(hours=1), due_at=None, owner=None)
    async with store.begin() as work:
        await work.assignments.add(later)
    async with store.begin() as work:
        assert await work.assignments.get(assignment.id) == assignment
        assert await work.assignments.get(uuid4()) is None
        every = [a for a in await work.assignments.all() if a.id in (assignment.id, later.id)]
        assert every == [later, assignment]
        assert await work.assignments.invitation(invitation.id) == invitation
        assert await work.assignments.held(invitation.token_digest) == invitation
        assert await work.assignments.held("another") is None
        assert await work.assignments.invitations(assignment.id) == (invitation,)


async def test_a_name_is_invited_once_in_any_spelling(store: AnyStore) -> None:
    assignment, invitation = await invited(store)
    async with store.begin() as work:
        again = an_invitation(assignment, "  gRACE ")
        assert not await work.assignments.invite(again)
        assert await work.assignments.invite(an_invitation(assignment, "Alan"))
    async with store.begin() as work:
        names = [i.name for i in await work.assignments.invitations(assignment.id)]
        assert names == ["Alan", invitation.name]


async def test_a_renewed_link_closes_the_old_one(store: AnyStore) -> None:
    _, invitation = await invited(store)
    until = datetime(2027, 1, 1, tzinfo=timezone.utc)  # noqa: UP017
    async with store.begin() as work:
        assert await work.assignments.renew(invitation.id, "fresh", until)
        assert not await work.assignments.renew(uuid4(), "other", until)
    async with store.begin() as work:
        assert await work.assignments.held(invitation.token_digest) is None
        found = await work.assignments.held("fresh")
        assert found == replace(invitation, token_digest="fresh", expires_at=until)
        await work.assignments.renew(invitation.id, f"gone-{uuid4()}", until)


async def test_what_helps_is_replaced_and_an_assignment_closed_and_opened(store: AnyStore) -> None:
    assignment, invitation = await invited(store)
    async with store.begin() as work:
        assert await work.assignments.accommodate(invitation.id, ("human",))
        assert not await work.assignments.accommodate(uuid4(), ())
        assert await work.assignments.close(assignment.id, NOW)
        assert not await work.assignments.close(uuid4(), NOW)
    async with store.begin() as work:
        found = await work.assignments.invitation(invitation.id)
        assert found == replace(invitation, accommodations=("human",))
        assert await work.assignments.get(assignment.id) == replace(assignment, closed_at=NOW)
        await work.assignments.close(assignment.id, None)
    async with store.begin() as work:
        assert await work.assignments.get(assignment.id) == assignment


async def test_practice_that_was_begun_by_a_link_is_for_others_until_it_is_taken_back(
    store: AnyStore,
) -> None:
    assignment, invitation = await invited(store)
    interview = await begun(store, assignment, invitation.id)
    async with store.begin() as work:
        assert await work.review.reviews.for_others([interview.id]) == {interview.id}
        await work.assignments.uninvite(invitation.id)
    async with store.begin() as work:
        assert await work.review.reviews.for_others([interview.id]) == frozenset()


async def test_attempts_are_counted_also_when_their_interview_is_erased(store: AnyStore) -> None:
    assignment, invitation = await invited(store)
    first = await begun(store, assignment, invitation.id)
    second = await begun(store, assignment, invitation.id, 2)
    async with store.begin() as work:
        pairs = await work.assignments.attempts_of(invitation.id)
        kept = await work.assignments.attempt(first.id)
    assert [(a.interview_id, status) for a, status in pairs] == [
        (first.id, InterviewStatus.COMPLETED),
        (second.id, InterviewStatus.COMPLETED),
    ]
    assert kept == pairs[0][0]
    await store.erase(first.id)
    async with store.begin() as work:
        (left,) = await work.assignments.attempts_of(invitation.id)
        found = await work.assignments.invitation(invitation.id)
        assert await work.assignments.attempt(first.id) is None
    assert left[0].interview_id == second.id
    assert found is not None
    assert found.used == 2


async def test_what_was_taken_comes_with_its_outcome_and_without_trials(store: AnyStore) -> None:
    assignment, invitation = await invited(store)
    interview = await begun(store, assignment, invitation.id)
    trial = await begun(store, assignment, None)
    card = a_card(interview)
    mark = Mark(
        interview.id, "one", "depth", card.edition, "correction", 2, 1, 3, "Why.", "Ada", NOW,
        Origin("r", 1, "local", 0.8),
    )  # fmt: skip
    review = Review(interview.id, "one", card.edition, ReviewState.REVIEWED, "Ada", NOW)
    async with store.begin() as work:
        for one in (interview, trial):
            await work.turns.add(a_turn(one))
            await work.scorecards.save(a_card(one))
        mark = await work.review.marks.add(mark)
        await work.review.reviews.save(review)
        await work.review.contests.add(
            Contest(uuid4(), interview.id, "one", "depth", "I said so.", NOW)
        )
    async with store.begin() as work:
        (taken,) = await work.assignments.taken(assignment.id)
        graded = await work.review.reviews.graded(Purpose.PRACTICE)
    assert taken.attempt.interview_id == interview.id
    assert taken.status is InterviewStatus.COMPLETED
    assert taken.cards == (card,)
    assert taken.marks == (mark,)
    assert taken.reviews == (review,)
    assert taken.open_contests == 1
    assert trial.id not in {card.interview_id for card in graded}
    assert interview.id in {card.interview_id for card in graded}


async def test_removing_an_invitation_leaves_the_interview_and_empties_the_cohort(
    store: AnyStore,
) -> None:
    assignment, invitation = await invited(store)
    interview = await begun(store, assignment, invitation.id)
    async with store.begin() as work:
        assert await work.assignments.uninvite(invitation.id)
        assert not await work.assignments.uninvite(invitation.id)
    async with store.begin() as work:
        assert await work.interviews.get(interview.id) is not None
        assert await work.assignments.taken(assignment.id) == ()


async def test_a_trial_with_an_invitation_is_refused(store: AnyStore) -> None:
    assignment, invitation = await invited(store)
    interview = an_interview()
    wrong = Attempt(interview.id, assignment.id, 1, NOW, invitation.id, trial=True)
    async with store.begin() as work:
        await work.interviews.add(interview)
    with pytest.raises(StoreUnavailable):
        await _begin(store, wrong)


async def _begin(store: AnyStore, attempt: Attempt) -> None:
    async with store.begin() as work:
        await work.assignments.begin(attempt)
