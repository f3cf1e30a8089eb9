"""The same rules of authoring for the store in memory and the one in Postgres."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
import pytest

from app.adapters.store.store import PostgresStore
from app.domain.authoring import (
    Brought,
    BroughtItem,
    Draft,
    Item,
    Kind,
    Publication,
    State,
    body_of,
)
from app.domain.exchange import Change, Format, Loss, Refusal, Report
from app.domain.question import Question, Rubric
from app.ports.authoring import Wanted
from app.ports.errors import StoreUnavailable
from app.ports.store import Passage
from tests.contracts.stored import NOW, AnyStore, a_bank, an_interview, some_passages
from tests.postgres import connect

pytestmark = pytest.mark.contract


def a_draft(item_id: str = "", **changes: Any) -> Draft:
    name = item_id or f"q-{uuid4().hex[:12]}"
    body = {"text": "Wörter <b>?", "tags": ["a"], "points": [{"text": "x"}, {}], "minutes": 2.5}
    return replace(Draft(Kind.QUESTION, name, body, "Ada", NOW, origin="typed"), **changes)


def a_question(item_id: str, version: int = 1, **changes: Any) -> Question:
    known = a_bank().questions[0].model_copy(update={"id": item_id, "version": version})
    return known.model_copy(update=changes)


def told(item: Item, kind: Kind = Kind.QUESTION, **changes: Any) -> Publication:
    return replace(Publication(kind, item.id, item.version, "Ada", NOW), **changes)


def passages_of(question: Question, direction: int) -> tuple[tuple[Passage, ...], np.ndarray]:
    vectors = np.zeros((1, 384), np.float32)
    vectors[0, direction] = 1.0
    return (Passage("question", question.id, "text", question.text),), vectors


async def publish(store: AnyStore, question: Question, direction: int = 0) -> None:
    passages, vectors = passages_of(question, direction)
    async with store.begin() as work:
        await work.authoring.published.publish(question, told(question), passages, vectors)


async def test_a_draft_comes_out_as_it_went_in_with_every_edit(store: AnyStore) -> None:
    draft = a_draft()
    async with store.begin() as work:
        assert await work.authoring.drafts.add(draft)
        assert not await work.authoring.drafts.add(replace(draft, by="Bo"))
    async with store.begin() as work:
        assert await work.authoring.drafts.get(Kind.QUESTION, draft.id) == draft
        assert await work.authoring.drafts.get(Kind.RUBRIC, draft.id) is None
        second = await work.authoring.drafts.save(replace(draft, body={"text": "B"}, by="Bo"))
    assert second == replace(draft, body={"text": "B"}, by="Bo", revision=2)
    async with store.begin() as work:
        edits = await work.authoring.drafts.edits(Kind.QUESTION, draft.id)
        assert [(e.revision, e.by, e.body) for e in edits] == [
            (2, "Bo", {"text": "B"}),
            (1, "Ada", draft.body),
        ]
        assert await work.authoring.drafts.remove(Kind.QUESTION, draft.id)
        assert not await work.authoring.drafts.remove(Kind.QUESTION, draft.id)
        assert await work.authoring.drafts.edits(Kind.QUESTION, draft.id) == ()


async def test_the_second_of_two_saves_over_one_revision_changes_nothing(store: AnyStore) -> None:
    draft = a_draft()
    async with store.begin() as work:
        await work.authoring.drafts.add(draft)
        assert await work.authoring.drafts.save(replace(draft, body={"text": "first"}))
    async with store.begin() as work:
        assert await work.authoring.drafts.save(replace(draft, body={"text": "second"})) is None
        kept = await work.authoring.drafts.get(Kind.QUESTION, draft.id)
    assert kept is not None
    assert (kept.revision, kept.body) == (2, {"text": "first"})


async def test_of_two_saves_at_the_same_time_one_wins(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)
    draft = a_draft()
    async with store.begin() as work:
        await work.authoring.drafts.add(draft)

    async def save(text: str) -> bool:
        async with store.begin() as work:
            done = await work.authoring.drafts.save(replace(draft, body={"text": text}))
            await asyncio.sleep(0.05)
            return done is not None

    assert sorted(await asyncio.gather(save("a"), save("b"))) == [False, True]
    await store.close()


async def test_a_published_version_is_offered_and_found_and_an_older_one_stays(
    store: AnyStore,
) -> None:
    first = a_question(f"q-{uuid4().hex[:12]}", text="What is a heap?")
    second = first.model_copy(update={"version": 2, "text": "What is a binary heap?"})
    await publish(store, first)
    await publish(store, second, direction=5)
    async with store.begin() as work:
        rows = work.authoring.published
        assert await rows.versions(Kind.QUESTION, first.id) == (second, first)
        assert await rows.offered(Kind.QUESTION, first.id) == second
        assert second in await rows.all_offered(Kind.QUESTION)
        assert await work.library.question(first.id) == second
        assert await rows.of(Kind.QUESTION, first.id) == (told(second), told(first))
        _, vectors = passages_of(second, 5)
        near = await work.library.nearest(vectors[0], kinds=("question",), question_id=first.id)
    assert [p.text for p in near] == ["What is a binary heap?"]


async def test_a_version_is_published_once(store: AnyStore) -> None:
    question = a_question(f"q-{uuid4().hex[:12]}")
    await publish(store, question)
    with pytest.raises(StoreUnavailable) as refused:
        await publish(store, question.model_copy(update={"text": "Something else?"}))
    assert not refused.value.retryable
    async with store.begin() as work:
        assert await work.library.question(question.id) == question


async def test_warnings_are_accepted_with_a_reason_only(store: AnyStore) -> None:
    question = a_question(f"q-{uuid4().hex[:12]}")
    entry = told(question, accepted=("probe-leak",))
    with pytest.raises(StoreUnavailable):
        async with store.begin() as work:
            await work.authoring.published.publish(question, entry)
    async with store.begin() as work:
        entry = told(question, accepted=("probe-leak",), reason="It says no more than the text.")
        await work.authoring.published.publish(question, entry)
    async with store.begin() as work:
        assert await work.authoring.published.of(Kind.QUESTION, question.id) == (entry,)


async def test_an_archived_item_is_not_offered_until_it_is_again(store: AnyStore) -> None:
    question = a_question(f"q-{uuid4().hex[:12]}")
    passages, vectors = passages_of(question, 9)
    await publish(store, question, direction=9)
    async with store.begin() as work:
        rows = work.authoring.published
        assert await rows.archive(Kind.QUESTION, question.id, by="Bo", at=NOW)
        assert not await rows.archive(Kind.QUESTION, question.id, by="Bo", at=NOW)
    async with store.begin() as work:
        rows = work.authoring.published
        assert await rows.offered(Kind.QUESTION, question.id) is None
        assert (await rows.of(Kind.QUESTION, question.id))[0].archived_by == "Bo"
        assert await work.library.question(question.id) == question, "what was asked stays readable"
        found = await work.library.nearest(vectors[0], kinds=("question",), question_id=question.id)
        assert found == ()
        await rows.offer(question, passages, vectors)
    async with store.begin() as work:
        rows = work.authoring.published
        assert await rows.offered(Kind.QUESTION, question.id) == question
        assert (await rows.of(Kind.QUESTION, question.id))[0].archived_at is None


async def test_an_interview_keeps_the_versions_that_it_was_made_with(store: AnyStore) -> None:
    name, ruler = f"q-{uuid4().hex[:12]}", f"r-{uuid4().hex[:12]}"
    rubric = a_bank().rubrics[0].model_copy(update={"id": ruler})
    question = a_question(name, rubric=ruler)
    async with store.begin() as work:
        await work.authoring.published.publish(rubric, told(rubric, Kind.RUBRIC))
    await publish(store, question)
    before = an_interview(question_ids=(name, "gone"))
    async with store.begin() as work:
        await work.interviews.add(before)
    newer = question.model_copy(update={"version": 2, "text": "What is a list, in short?"})
    ruled = rubric.model_copy(update={"version": 2, "title": "Concepts anew"})
    await publish(store, newer)
    async with store.begin() as work:
        await work.authoring.published.publish(ruled, told(ruled, Kind.RUBRIC))
        after = an_interview(question_ids=(name,))
        await work.interviews.add(after)
    async with store.begin() as work:
        old, new = work.library.of(before.id), work.library.of(after.id)
        assert await old.question(name) == question
        assert await old.questions(["gone", name]) == (question,)
        assert await old.rubric(ruler) == rubric
        assert await new.question(name) == newer
        assert await new.rubric(ruler) == ruled
        assert await work.library.question(name) == newer
        assert await work.library.of(uuid4()).question(name) == newer


async def test_the_banks_files_never_touch_what_people_published(store: AnyStore) -> None:
    passages, vectors = some_passages(20)
    async with store.begin() as work:
        await work.library.load(a_bank(), passages, vectors)
    mine = a_question("one", 2, text="What is a list, and why?")
    await publish(store, mine, direction=3)
    async with store.begin() as work:
        await work.library.load(a_bank(version=2, title="Later"), passages, vectors)
    async with store.begin() as work:
        assert await work.library.question("one") == mine
        assert (await work.library.tracks())[0].title == "Later"
        near = await work.library.nearest(vectors[1], kinds=("exemplar",), question_id="one")
        assert near == (), "its passages are those of the published version"


async def test_what_refers_to_an_item_is_known(store: AnyStore) -> None:
    passages, vectors = some_passages(4)
    async with store.begin() as work:
        await work.library.load(a_bank(), passages, vectors)
        rows = work.authoring.published
        assert "python" in [t.id for t in await rows.using(Kind.QUESTION, "one")]
        assert "one" in [q.id for q in await rows.using(Kind.RUBRIC, "concepts")]
        assert await rows.using(Kind.QUESTION, "nothing") == ()
        assert await rows.using(Kind.TRACK, "python") == ()


async def test_the_shelf_shows_drafts_beside_versions_and_is_searched(store: AnyStore) -> None:
    mark = uuid4().hex[:10]
    published = a_question(f"{mark}-a", text=f"What is 50 % of {mark}?", tags=("maths",))
    gone = a_question(f"{mark}-b")
    await publish(store, published)
    await publish(store, gone)
    draft = a_draft(f"{mark}-c", body={"text": f"{mark} 50x?", "tags": ["maths"]})
    again = a_draft(f"{mark}-a", body=body_of(published), base=1)
    async with store.begin() as work:
        await work.authoring.published.archive(Kind.QUESTION, gone.id, by="Ada", at=NOW)
        await work.authoring.drafts.add(draft)
        await work.authoring.drafts.add(again)
    async with store.begin() as work:
        shelf = work.authoring.published.shelf

        async def ids(**wanted: Any) -> list[str]:
            found = await shelf(Kind.QUESTION, Wanted(words=(mark,), **wanted))
            return sorted(line.id.removeprefix(f"{mark}-") for line in found.entries)

        every = await shelf(Kind.QUESTION, Wanted(words=(mark,)))
        assert await ids() == ["a", "b", "c"]
        assert {
            line.id[-1]: (line.state, line.version, line.revision) for line in every.entries
        } == {
            "a": (State.PUBLISHED, 1, 1),
            "b": (State.ARCHIVED, 1, None),
            "c": (State.DRAFT, None, 1),
        }
        assert await ids(state=State.DRAFT) == ["a", "c"]
        assert await ids(state=State.ARCHIVED) == ["b"]
        assert await ids(tag="maths") == ["a", "c"]
        exact = await shelf(Kind.QUESTION, Wanted(words=(mark.upper(), "50 %")))
        assert [line.id for line in exact.entries] == [published.id]
        page = await shelf(Kind.QUESTION, Wanted(words=(mark,), limit=1, offset=1))
        assert (len(page.entries), page.total) == (1, 3)
        beyond = await shelf(Kind.QUESTION, Wanted(words=(mark,), limit=1, offset=9))
        assert (beyond.entries, beyond.total) == ((), 3)
        order = (gone.id, published.id, "unknown")
        named = await shelf(Kind.QUESTION, Wanted(ids=order))
        assert [line.id for line in named.entries] == [gone.id, published.id]


async def test_a_brought_file_waits_and_becomes_drafts_where_there_is_none(store: AnyStore) -> None:
    mark = uuid4().hex[:10]
    report = Report(
        Format.GIFT,
        2,
        (Loss("a", "choices", "none"),),
        (Change("b", "id", "made"),),
        (Refusal("line 3", "c", "no text"),),
    )
    brought = Brought(uuid4(), "course.gift", "Ada", NOW, report)
    items = [
        BroughtItem(
            Kind.QUESTION, f"{mark}-{n}", f"line {n}", {"text": f"{n}?"}, ("rubric: missing",)
        )
        for n in range(1200)
    ]
    items.append(BroughtItem(Kind.RUBRIC, f"{mark}-r", "line 9", {"title": "R"}))
    there = a_draft(f"{mark}-1")
    async with store.begin() as work:
        await work.authoring.drafts.add(there)
        await work.authoring.imports.add(brought, items)
    async with store.begin() as work:
        waiting = work.authoring.imports
        counts = {"question": 1200, "rubric": 1}
        assert await waiting.get(brought.id) == replace(brought, counts=counts)
        assert await waiting.items(brought.id, 3) == tuple(items[:3])
        assert await waiting.take(brought.id, by="Bo", at=NOW) == 1200
        assert await waiting.get(brought.id) is None
    async with store.begin() as work:
        assert await work.authoring.drafts.get(Kind.QUESTION, there.id) == there
        new = await work.authoring.drafts.get(Kind.QUESTION, f"{mark}-7")
        assert new is not None
        assert (new.by, new.body, new.origin) == ("Bo", {"text": "7?"}, "file course.gift, line 7")
        (edit,) = await work.authoring.drafts.edits(Kind.QUESTION, new.id)
        assert edit.body == new.body
        assert await work.authoring.imports.take(brought.id, by="Bo", at=NOW) == 0


NEVER = (
    'UPDATE questions SET body = body || \'{"text": "Other?"}\' WHERE id = %(id)s',
    "UPDATE questions SET version = 9 WHERE id = %(id)s",
    "DELETE FROM questions WHERE id = %(id)s",
    "UPDATE publications SET by = 'Bo' WHERE id = %(id)s",
    "UPDATE publications SET accepted = '{x}', reason = 'y' WHERE id = %(id)s",
    "DELETE FROM publications WHERE id = %(id)s",
)


async def test_the_database_refuses_to_change_what_was_published(postgres_url: str) -> None:
    async with AsyncExitStack() as stack:
        store = PostgresStore(postgres_url)
        stack.push_async_callback(store.close)
        question = a_question(f"q-{uuid4().hex[:12]}")
        await publish(store, question)
        with connect(postgres_url) as connection:
            for statement in NEVER:
                with pytest.raises(psycopg.errors.CheckViolation):
                    connection.execute(statement, {"id": question.id})
        async with store.begin() as work:
            assert await work.library.question(question.id) == question


def test_a_draft_holds_the_keys_of_its_item() -> None:
    rubric: Rubric = a_bank().rubrics[0]
    assert set(body_of(rubric)) == {"title", "criteria"}
