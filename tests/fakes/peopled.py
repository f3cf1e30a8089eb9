"""The fake web with accounts: everything twice, one side's and the other's, with words to find it.

Each thing that somebody wrote or is told holds a marker, and each marker says who may see it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
from fastapi import FastAPI

from app.domain.assignment import Assignment, Invitation
from app.domain.authoring import Brought, Draft, Kind
from app.domain.coaching import (
    Claim,
    CoachAnswer,
    CoachSentence,
    Drill,
    Exchange,
    Goal,
    Moment,
    Note,
    Outcome,
)
from app.domain.coding import Noticed, Snapshot
from app.domain.consent import Modality, Purpose
from app.domain.exchange import Format, Report
from app.domain.groups import SelfReport
from app.domain.interview import InterviewStatus, Recording
from app.domain.person import (
    ApiKey,
    Link,
    Person,
    Role,
    SignIn,
    digest_of_secret,
)
from app.domain.retention import Erasure, Reason
from app.domain.review import Contest, Mark, Origin
from app.domain.scorecard import CardStatus
from app.domain.upload import Upload
from app.domain.webhook import Delivery, EventKind, Webhook
from app.usecases.assign_interview import digest_of_token
from app.web.limits import Limits
from app.web.sessions import COOKIE, PASS_COOKIE
from tests.fakes.accounts import FakeHasher
from tests.fakes.markers import IDS, LEARNER, MAKER, OF, ROLES, SIDES, Things
from tests.fakes.store import FakeUnitOfWork, _copied
from tests.fakes.web import NOW, FakeWeb, cards, interview, reading, stress, turn

ASKED = "list-versus-tuple"
LATER = NOW + timedelta(days=5)


class Peopled:
    """The app over it, and how each caller knocks."""

    def __init__(self) -> None:
        self.web = asyncio.run(_filled())
        app = self.web.app()
        app.state.services = replace(
            app.state.services, accounts=True, hasher=FakeHasher(), clock=lambda: NOW
        )
        self.app: FastAPI = app
        asyncio.run(_coded(self))
        self._kept = [(thing, _rows(vars(thing))) for thing in self._parts()]

    def _parts(self) -> tuple[object, ...]:
        desk, coaching = self.app.state.services.desk, self.web.coaching
        assert desk is not None
        assert coaching is not None
        return self.web.store._state, self.web.recordings, coaching, desk.history

    def restore(self) -> None:
        """Undo what requests did, and forget how often was asked."""
        for thing, kept in self._kept:
            vars(thing).update(_rows(kept))
        self.forget_how_often()

    def forget_how_often(self) -> None:
        """Let everybody ask as if for the first time."""
        self.app.state.limits = Limits()

    def cookies(self, caller: str) -> dict[str, str]:
        """What the caller's browser sends."""
        if caller == "guest":
            opens = digest_of_secret(OF["mine"].word("secret"))
            mine = (OF["mine"].done, OF["mine"].fresh)
            return {PASS_COOKIE + one.hex: opens for one in mine}
        return {} if caller == "nobody" else {COOKIE: caller}

    def token(self, caller: str) -> str:
        """What the forms of that browser carry."""
        return digest_of_secret(f"form {next(iter(self.cookies(caller).values()), '')}")


def _rows(parts: Mapping[str, object]) -> dict[str, object]:
    return {k: _copied(v) for k, v in parts.items() if isinstance(v, dict | list)}


async def _filled() -> FakeWeb:
    web = await FakeWeb().fill(interviews=False)
    web.coach()
    async with web.store.begin() as work:
        for name, role in ROLES.items():
            await _person(work, name, role)
        for things in OF.values():
            await _learnt(web, work, things)
            await _authored(work, things)
        for each in (OF["mine"].done, OF["mine"].alone):
            await work.accounts.interviewers.assign(each, IDS["assigned"], NOW)
    for things in OF.values():
        await _coached(web, things)
        told = SelfReport(things.done, {"gender": "another"}, NOW)
        await web.store.self_reports().give(told)
    return web


async def _person(work: FakeUnitOfWork, name: str, role: Role) -> None:
    side = next((s for s in SIDES if LEARNER[s] == name), "")
    called = f"qzxname{side}" if side else name
    mail = f"qzxmail{side}@example.org" if side else f"{name}@example.org"
    await work.accounts.people.add(Person(IDS[name], called, mail, role, NOW))
    sign_in = SignIn(IDS[name], IDS[name], digest_of_secret(name), NOW, LATER)
    await work.accounts.sign_ins.add(sign_in)


async def _learnt(web: FakeWeb, work: FakeUnitOfWork, of: Things) -> None:
    """The interviews of a learner, what was found in them, and what lets them in."""
    owner, secret = IDS[LEARNER[of.side]], of.word("secret")
    held = {
        of.done: interview(of.done, consents=tuple(Modality)),
        of.fresh: interview(of.fresh, status=InterviewStatus.CREATED, consents=tuple(Modality)),
        of.brought: interview(of.brought, status=InterviewStatus.GRADING),
        of.again: interview(of.again, status=InterviewStatus.CREATED),
    }
    for made in held.values():
        await work.interviews.add(replace(made, owner_id=owner, token=secret))
    await _practised_alone(work, of)
    sat = interview(of.sat, purpose=Purpose.ASSESSMENT, status=InterviewStatus.CREATED)
    await work.interviews.add(replace(sat, token=secret))
    for index in range(4):
        said = turn(of.done, index)
        words = f"{said.answer} {of.word('answer')}" if index < 3 else said.answer
        await work.turns.add(replace(said, answer=words))
    amended = replace(turn(of.done, 2), amendment=of.word("amended"))
    web.store._state.turns[amended.id] = amended
    told = [
        replace(
            card,
            interview_id=of.done,
            criteria=tuple(replace(c, reason=of.word("comment")) for c in card.criteria),
        )
        for card in cards()
    ]
    for card in told:
        await work.scorecards.save(card)
    await _judged(work, of, told[0].edition)
    await work.voices.keep_stress(of.done, stress())
    for second in range(0, 150, 5):
        await work.observations.add_reading(of.done, reading(second))
    erasure = Erasure(of.receipt, of.done, Modality.VIDEO, Reason.WITHDRAWN, 1, 0, 0, NOW)
    await work.receipts.add(erasure)
    writer = web.recordings.open(of.done)
    writer.append(bytes(32_000))
    await work.observations.add_recording(Recording(of.done, writer.file, 0.0, 1.0))
    await work.uploads.save(Upload(of.brought, "f.bin", f"{of.word('upload')}.mp4", 10))
    await work.accounts.people.set_password(owner, secret)
    await work.accounts.api_keys.add(ApiKey(of.key, owner, of.word("key"), secret, NOW))
    link = Link(of.key, owner, digest_of_secret(of.secret), NOW, LATER)
    await work.accounts.links.add(link)


async def _practised_alone(work: FakeUnitOfWork, of: Things) -> None:
    """A practice of nobody's assignment, of which nothing was contested."""
    made = interview(of.alone, consents=tuple(Modality))
    await work.interviews.add(replace(made, owner_id=IDS[LEARNER[of.side]]))
    said = turn(of.alone, 0)
    await work.turns.add(replace(said, answer=f"{said.answer} {of.word('alone')}"))
    card = replace(cards()[0], interview_id=of.alone, turns=(0,), status=CardStatus.REVIEW)
    told = tuple(
        replace(score, reason=of.word("alone"), evidence=score.evidence[:1])
        for score in card.criteria[:1]
    )
    await work.scorecards.save(replace(card, criteria=told))


async def _judged(work: FakeUnitOfWork, of: Things, edition: str) -> None:
    mark = Mark(
        of.done, ASKED, "correctness", edition, "correction", 2, 1, 3, of.word("marked"),
        "educator", NOW, Origin("concept-explanation", 1, "local", 0.5),
    )  # fmt: skip
    await work.review.marks.add(mark)
    contest = Contest(of.contest, of.done, ASKED, "correctness", of.word("contest"), NOW)
    await work.review.contests.add(contest)


async def _authored(work: FakeUnitOfWork, of: Things) -> None:
    """What an educator made: an assignment with one invitation, a draft, an import."""
    who = MAKER[of.side]
    assignment = Assignment(
        of.assignment, of.word("title"), Purpose.ASSESSMENT, "python-engineering", (ASKED,), 1,
        20.0, 2, who, NOW, contact=of.word("contact"), owner=IDS[who],
    )  # fmt: skip
    await work.assignments.add(assignment)
    digest = digest_of_token(of.token)
    invited = Invitation(
        of.invitation, of.assignment, of.word("guest"), digest, NOW, LATER,
        accommodations=("slower_speech",),
    )  # fmt: skip
    await work.assignments.invite(invited)
    body = {"text": f"What is {of.word('draft')}?"}
    await work.authoring.drafts.add(Draft(Kind.QUESTION, of.slug, body, who, NOW))
    brought = Brought(of.imported, f"{of.word('import')}.csv", who, NOW, Report(Format.CSV))
    await work.authoring.imports.add(brought, ())
    heard, hook = (EventKind.CONTEST_OPENED,), f"https://example.org/{of.word('hook')}"
    await work.webhooks.add(Webhook(of.webhook, hook, heard, of.word("secret"), IDS[who], who, NOW))
    told = Delivery(of.delivery, of.webhook, heard[0], "once", "{}", NOW, NOW)
    await work.webhooks.queue(told)


async def _coached(web: FakeWeb, of: Things) -> None:
    """What the coach keeps of a learner, and a note of an educator."""
    person, kept = str(IDS[LEARNER[of.side]]), web.coaching
    assert kept is not None
    moment = Moment(of.done, 0, of.word("answer"), 20.0, 22.0)
    said = CoachSentence(f"You said {of.word('asked')}.", Claim("said"), (moment,))
    answer = CoachAnswer(Outcome.ANSWERED, "said", (said,))
    asked = Exchange(of.exchange, person, NOW, of.word("asked"), answer)
    unknown = CoachAnswer(Outcome.UNKNOWN, "")
    handed = Exchange(of.handed, person, NOW, of.word("handed"), unknown, handed_off=True)
    await kept.keep(asked)
    await kept.keep(handed)
    await kept.save_drill(Drill(of.drill, person, ASKED, of.done, of.again, NOW))
    await kept.set_goal(Goal(person, 3, of.word("goal"), NOW))
    text = f"A note that says {of.word('note')} and nothing else."
    note = Note(of.slug, 1, "A note", text, ("A book.",), ("Why?",), MAKER[of.side], NOW)
    await kept.publish(note, np.zeros(384, dtype=np.float32))


async def _coded(place: Peopled) -> None:
    desk = place.app.state.services.desk
    assert desk is not None
    for of in OF.values():
        code = f"{of.word('program')} = 1\n"
        await desk.history.save(Snapshot(of.done, ASKED, "python", code, "edit", 5.0))
        await desk.history.notice(Noticed(of.done, "file", 6.0, 3, of.word("dropped")))
