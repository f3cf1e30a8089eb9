"""The same rules of the history of code for the one in memory and the one in Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest

from app.adapters.store.code_history import PostgresCodeHistory
from app.adapters.store.store import PostgresStore
from app.domain.coding import CaseResult, CodeRun, Growth, Noticed, Snapshot
from app.ports.coding import CodeHistory
from tests.contracts.stored import an_interview
from tests.fakes.coding import FakeCodeHistory
from tests.fakes.store import FakeStore

pytestmark = pytest.mark.contract


@dataclass(frozen=True)
class Kept:
    store: FakeStore | PostgresStore
    history: CodeHistory
    interview: UUID


@pytest.fixture(params=["fake", "postgres"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[Kept]:
    interview = an_interview()
    store: FakeStore | PostgresStore
    history: CodeHistory
    if request.param == "fake":
        store = FakeStore()
        history = FakeCodeHistory(store)
    else:
        store = PostgresStore(request.getfixturevalue("postgres_url"))
        history = PostgresCodeHistory(store)
    async with store.begin() as work:
        await work.interviews.add(interview)
    yield Kept(store, history, interview.id)
    await store.close()


def a_version(interview: UUID, code: str = "x = 1\n", **changes: object) -> Snapshot:
    version = Snapshot(interview, "two-sum", "python", code, "edit", 12.5)
    return replace(version, **changes)  # type: ignore[arg-type]  # names of fields


async def test_versions_are_numbered_and_the_same_text_is_kept_once(kept: Kept) -> None:
    first = await kept.history.save(a_version(kept.interview))
    again = await kept.history.save(a_version(kept.interview, at_s=20.0, cause="run"))
    other = await kept.history.save(a_version(kept.interview, "x = 2\n", at_s=21.0))
    back = await kept.history.save(a_version(kept.interview, at_s=22.0, cause="reset"))
    assert first is not None
    assert again == first
    assert other is not None
    assert back is not None
    assert [first.number, other.number, back.number] == [1, 2, 3]
    assert await kept.history.snapshots(kept.interview) == (first, other, back)


async def test_each_question_has_its_own_newest_version(kept: Kept) -> None:
    await kept.history.save(a_version(kept.interview, "a"))
    await kept.history.save(a_version(kept.interview, "b", question_id="other"))
    newest = await kept.history.newest(kept.interview, "two-sum")
    assert newest is not None
    assert newest.code == "a"
    assert await kept.history.newest(kept.interview, "third") is None


async def test_versions_sent_at_once_get_numbers_of_their_own(kept: Kept) -> None:
    sent = [kept.history.save(a_version(kept.interview, f"x = {n}")) for n in range(6)]
    await asyncio.gather(*sent)
    numbers = [version.number for version in await kept.history.snapshots(kept.interview)]
    assert numbers == [1, 2, 3, 4, 5, 6]


async def test_beyond_its_most_versions_the_newest_is_replaced(kept: Kept) -> None:
    history: CodeHistory = (
        PostgresCodeHistory(kept.store, most=3)
        if isinstance(kept.store, PostgresStore)
        else FakeCodeHistory(kept.store, most=3)
    )
    for code in "abcde":
        await history.save(a_version(kept.interview, code))
    found = await history.snapshots(kept.interview)
    assert [(v.number, v.code) for v in found] == [(1, "a"), (2, "b"), (3, "e")]


async def test_what_no_database_holds_is_left_out_of_a_version(kept: Kept) -> None:
    saved = await kept.history.save(a_version(kept.interview, "a\0b"))
    assert saved is not None
    assert "\0" not in saved.code
    assert saved.code.endswith("b")
    assert await kept.history.newest(kept.interview, "two-sum") == saved


async def test_a_run_comes_back_as_it_went_in(kept: Kept) -> None:
    cases = (
        CaseResult("usual", True, False, "f([1])", "1", "1", why="the usual case"),
        CaseResult("empty", False, True, "f([])", "0", None, "IndexError on line 3"),
    )
    growth = Growth((100, 200), (300, 600), 1.0)
    run = CodeRun(
        kept.interview, "two-sum", 2, "python", "tests", "ran", 30.25, "out", "err", 0.12, "note",
        cases, growth,
    )  # fmt: skip
    plain = CodeRun(kept.interview, "two-sum", 3, "python", "program", "timed_out", 40.0)
    assert await kept.history.keep_run(run)
    assert await kept.history.keep_run(plain)
    assert await kept.history.runs(kept.interview) == (run, plain)


async def test_what_was_noticed_comes_back_in_order(kept: Kept) -> None:
    paste = Noticed(kept.interview, "paste", 3.5, 240)
    left = Noticed(kept.interview, "left", 9.0)
    file = Noticed(kept.interview, "file", 10.0, 80, "solution.py")
    for noticed in (paste, left, file):
        assert await kept.history.notice(noticed)
    assert await kept.history.noticed(kept.interview) == (paste, left, file)


async def test_an_unknown_interview_keeps_nothing(kept: Kept) -> None:
    ghost = uuid4()
    assert await kept.history.save(a_version(ghost)) is None
    assert not await kept.history.notice(Noticed(ghost, "left", 1.0))
    assert not await kept.history.keep_run(
        CodeRun(ghost, "two-sum", 1, "python", "tests", "ran", 1.0)
    )


async def test_code_goes_with_its_interview(kept: Kept) -> None:
    await kept.history.save(a_version(kept.interview))
    await kept.history.notice(Noticed(kept.interview, "left", 1.0))
    await kept.store.erase(kept.interview)
    assert await kept.history.snapshots(kept.interview) == ()
    assert await kept.history.noticed(kept.interview) == ()
