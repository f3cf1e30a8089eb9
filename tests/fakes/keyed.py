"""The fake web with accounts: each role has a key, and everything that the API names exists."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID, uuid5

from fastapi import FastAPI

from app.adapters.exchange.formats import export, format_of, read
from app.domain.authoring import Brought, BroughtItem, Draft, Kind, Publication
from app.domain.coaching import CoachAnswer, Drill, Exchange, Note, Outcome
from app.domain.exchange import Content, Exported, Format, Imported, Report
from app.domain.interview import InterviewStatus
from app.domain.person import ApiKey, Person, Role, digest_of_secret
from app.domain.question import Rubric
from app.domain.review import Contest
from app.domain.webhook import Delivery, EventKind, Webhook, new_secret
from app.usecases.make_key import MARK
from app.web.limits import Buckets, Limits
from tests.fakes.accounts import FakeHasher
from tests.fakes.coaching import FakeCoaching
from tests.fakes.cohort import cohort_web
from tests.fakes.store import FakeStore, FakeUnitOfWork, _copied
from tests.fakes.web import DONE, NOW, FakeWeb, interview
from tests.fakes.webhooks import FakeSender

PEOPLE = {role: UUID(int=2000 + number) for number, role in enumerate(Role)}
CONTEST, IMPORT, EXCHANGE, DRILL, AGAIN, WEBHOOK, DELIVERY = (
    UUID(int=2100 + number) for number in range(7)
)
ASKED = "list-versus-tuple"
LEVELS = ("Nothing of it can be followed.", "Half of it needs a second hearing.", "It is plain.")
CLARITY = {
    "title": "Clarity",
    "criteria": [
        {
            "id": name,
            "title": f"How {name} it is",
            "levels": [{"level": n, "anchor": anchor} for n, anchor in enumerate(LEVELS)],
        }
        for name in ("ordered", "short")
    ],
}


class Keyed:
    """The app over it; `restore` undoes what a request did, though not in other stores."""

    def __init__(
        self, store: FakeStore | None = None, coaching: FakeCoaching | None = None
    ) -> None:
        self.web = asyncio.run(_filled(FakeWeb(store=store or FakeStore(), coaching=coaching)))
        self.app: FastAPI = self.web.app()
        known = self.app.state.services
        self.app.state.services = replace(
            known,
            authoring=replace(known.authoring, files=FilesHere()),
            accounts=True,
            hasher=FakeHasher(),
            clock=lambda: NOW,
            webhooks=FakeSender(),
        )
        self.app.state.limits = Limits(api=Buckets(1_000_000, 0.001))
        assert self.web.coaching is not None
        kept = () if store is not None else (self.web.store._state,)
        self._parts = (*kept, self.web.coaching)
        self._before = [_rows(part) for part in self._parts]

    def restore(self) -> None:
        """Everything as it was."""
        for part, before in zip(self._parts, self._before, strict=True):
            vars(part).update({name: _copied(rows) for name, rows in before.items()})


class FilesHere:
    """Files read and written in this process: another one for each of many calls takes long."""

    async def read(self, data: bytes, name: str) -> Imported:
        return read(format_of(name, data), data, name)

    async def export(self, named: Format, content: Content) -> Exported:
        return export(named, content)


def key_of(role: Role) -> dict[str, str]:
    """The header by which a program of somebody in this role is known."""
    return {"Authorization": f"Bearer {MARK}{role.value}"}


def _rows(part: object) -> dict[str, object]:
    return {k: _copied(v) for k, v in vars(part).items() if isinstance(v, dict | list)}


async def _filled(bare: FakeWeb) -> FakeWeb:
    web = await cohort_web(4, bare)
    web.coach()
    async with web.store.begin() as work:
        for role in Role:
            await _person(work, role)
        kept = await work.interviews.get(DONE)
        assert kept is not None
        mine = PEOPLE[Role.CANDIDATE]
        await work.interviews.save(replace(kept, owner_id=mine))
        again = interview(AGAIN, status=InterviewStatus.CREATED)
        await work.interviews.add(replace(again, owner_id=mine, question_ids=(ASKED,)))
        await work.accounts.interviewers.assign(DONE, PEOPLE[Role.INTERVIEWER], NOW)
        await work.review.contests.add(
            Contest(CONTEST, DONE, ASKED, "depth", "I named the cost.", NOW)
        )
        await _authored(work)
        mine = PEOPLE[Role.EDUCATOR]
        kinds = (EventKind.CONTEST_OPENED,)
        hook = Webhook(WEBHOOK, "https://example.org/", kinds, new_secret(), mine, "Ada", NOW)
        await work.webhooks.add(hook)
        told = Delivery(DELIVERY, WEBHOOK, EventKind.CONTEST_OPENED, "key", "{}", NOW, NOW)
        await work.webhooks.queue(told)
    await _coached(web)
    await web.store.close()
    return web


async def _person(work: FakeUnitOfWork, role: Role) -> None:
    person_id = PEOPLE[role]
    person = Person(person_id, role.value, f"{role.value}@example.org", role, NOW)
    await work.accounts.people.add(person)
    digest = digest_of_secret(MARK + role.value)
    await work.accounts.api_keys.add(ApiKey(uuid5(person_id, "key"), person_id, "x", digest, NOW))


async def _authored(work: FakeUnitOfWork) -> None:
    for name in ("clarity", "plainness"):
        await work.authoring.drafts.add(Draft(Kind.RUBRIC, name, CLARITY, "Ada", NOW))
    known = await work.library.question(ASKED)
    assert known is not None
    body = known.model_dump(mode="json", exclude={"id", "version"}, exclude_defaults=True)
    await work.authoring.drafts.add(Draft(Kind.QUESTION, ASKED, body, "Ada", NOW, base=1))
    rubric = Rubric.model_validate({**CLARITY, "id": "brevity", "version": 1})
    told = Publication(Kind.RUBRIC, "brevity", 1, "Ada", NOW)
    await work.authoring.published.publish(rubric, told)
    report = Report(Format.GIFT, carried=1)
    brought = Brought(IMPORT, "bank.gift", "Ada", NOW, report, {"question": 1})
    item = BroughtItem(Kind.QUESTION, "from-a-file", "line 1", {"text": "Why?"}, ("points",))
    await work.authoring.imports.add(brought, (item,))


async def _coached(web: FakeWeb) -> None:
    coaching, mine = web.coaching, PEOPLE[Role.CANDIDATE]
    assert coaching is not None
    answer = CoachAnswer(Outcome.UNKNOWN, "unknown", words="I don't know that.")
    await coaching.keep(Exchange(EXCHANGE, str(mine), NOW, "Why?", answer, helpful=False))
    await coaching.save_drill(Drill(DRILL, str(mine), ASKED, DONE, AGAIN, NOW))
    note = Note(
        "breathing",
        1,
        "Breathing before an interview",
        "Slow breathing for two minutes lowers the pulse before an interview begins.",
        ("A handbook",),
        ("How do I calm down?",),
        "Ada",
        NOW,
    )
    await coaching.publish(note, web.app().state.services.embedder.embed([note.searched])[0])
