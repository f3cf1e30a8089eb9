"""A large file is read apart: the server's loop goes on, and the drafts land in Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.adapters.exchange.apart import FilesApart
from app.adapters.store.store import PostgresStore
from app.domain.authoring import Kind, State
from app.domain.errors import BadContent
from app.ports.authoring import Wanted
from app.usecases.bring_file import bring_file

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ROWS = 10_000


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    real = PostgresStore(postgres_url)
    yield real
    await real.close()


def a_sheet(rows: int) -> bytes:
    lines = ["id,text,kind,difficulty,topic,rubric,reference"]
    lines += [
        f"row-{n},What is thing number {n}?,concept,easy,Things,concept-explanation,"
        f'"Thing {n} is a thing, and one of many."'
        for n in range(rows)
    ]
    lines.append('evil,=HYPERLINK("x"),concept,easy,Things,concept-explanation,Nothing at all')
    return "\n".join(lines).encode()


async def test_ten_thousand_rows_become_drafts_while_the_loop_goes_on(
    store: PostgresStore,
) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.02)
            ticks += 1

    ticking = asyncio.create_task(tick())
    files = FilesApart()
    brought = await bring_file(store, files, a_sheet(ROWS), "c:\\x\\sheet.csv", by="Ada", now=NOW)
    during = ticks
    async with store.begin() as work:
        assert (brought.name, brought.report.carried) == ("sheet.csv", ROWS + 1)
        assert await work.authoring.imports.take(brought.id, by="Ada", at=NOW) == ROWS + 1
    async with store.begin() as work:
        shelf = await work.authoring.published.shelf(Kind.QUESTION, Wanted(state=State.DRAFT))
        evil = await work.authoring.drafts.get(Kind.QUESTION, "evil")
    ticking.cancel()
    assert (shelf.total, len(shelf.entries)) == (ROWS + 1, 50)
    assert evil is not None
    assert evil.body["text"] == '=HYPERLINK("x")', "kept as text; an export guards it"
    assert during > 20, "others had their turn while the file was read"


async def test_a_file_that_takes_too_long_is_refused(store: PostgresStore) -> None:
    with pytest.raises(BadContent, match="two minutes"):
        await bring_file(
            store, FilesApart(seconds=0.05), a_sheet(10), "sheet.csv", by="Ada", now=NOW
        )
