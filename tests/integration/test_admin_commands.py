"""`sounding admin`: the first account, and a backup that comes back whole, or not at all."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from typer.testing import CliRunner, Result

from app.adapters.files.recordings import FileRecordings
from app.adapters.store.keys import PostgresKeys
from app.adapters.store.migrate import upgrade
from app.adapters.store.store import PostgresStore
from app.cli.main import app
from app.domain.interview import Recording
from app.domain.person import AccountEvent, Person, Role
from tests.contracts.stored import NOW, a_card, a_turn, an_interview
from tests.postgres import _created, connect

pytestmark = pytest.mark.integration


@pytest.fixture
def other_url(postgres_server: str) -> Iterator[str]:
    """A second empty database."""
    with _created(postgres_server, "template0") as url:
        yield url


def _run(url: str, data: Path, *words: str) -> Result:
    env = {"SOUNDING_DATABASE_URL": url, "SOUNDING_DATA_DIR": str(data)}
    return CliRunner(env=env).invoke(app, ["admin", *words])


async def _fill(url: str, data: Path) -> UUID:
    """An interview with a turn, a card, an owner and a sealed recording."""
    upgrade(url)
    store, keys = PostgresStore(url), PostgresKeys(url)
    owner = Person(UUID(int=9), "Ada ☕\t\\N", "ada@example.org", Role.ADMIN, NOW)
    interview = an_interview(owner_id=owner.id)
    async with store.begin() as work:
        await work.accounts.people.add(owner)
        await work.accounts.events.add(AccountEvent("signed_in", NOW, owner.id))
        await work.interviews.add(interview)
        await work.turns.add(a_turn(interview))
        await work.turns.add(a_turn(interview, 1))
        await work.scorecards.save(a_card(interview))
        await work.jobs.finish(interview.id)
    writer = FileRecordings(data, keys).open(interview.id)
    writer.append(b"\x01\x02" * 16_000)
    writer.close()
    keys.close()
    async with store.begin() as work:
        await work.observations.add_recording(Recording(interview.id, writer.file, 0.0, 1.0))
    await store.close()
    return interview.id


def _rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with connect(url) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        return {
            str(name): sorted(connection.execute(f"SELECT t::text FROM {name} t").fetchall())
            for (name,) in names
        }


async def test_a_backup_comes_back_into_an_empty_store_row_by_row(
    bare_url: str, other_url: str, tmp_path: Path
) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "all.tar.gz"
    interview_id = await _fill(bare_url, old)
    kept = _run(bare_url, old, "backup", str(file), "--json")
    assert kept.exit_code == 0, kept.output
    assert file.stat().st_mode & 0o777 == 0o600
    back = _run(other_url, new, "restore", str(file), "--json")
    assert back.exit_code == 0, back.output
    assert json.loads(back.output) == json.loads(kept.output)
    assert json.loads(kept.output)["recordings"] == 1
    assert _rows(other_url) == _rows(bare_url)
    keys = PostgresKeys(other_url)
    (name,) = (path.name for path in (new / "recordings" / str(interview_id)).iterdir())
    sound = FileRecordings(new, keys).read(interview_id, name, 0.0, 1.0)
    keys.close()
    assert sound == b"\x01\x02" * 16_000


async def test_new_rows_are_numbered_after_those_that_came_back(
    bare_url: str, other_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.tar.gz"
    await _fill(bare_url, tmp_path / "old")
    assert _run(bare_url, tmp_path / "old", "backup", str(file)).exit_code == 0
    assert _run(other_url, tmp_path / "new", "restore", str(file)).exit_code == 0
    store = PostgresStore(other_url)
    async with store.begin() as work:
        await work.accounts.events.add(AccountEvent("signed_out", NOW))
        newest, before = await work.accounts.events.newest(2)
    await store.close()
    assert (before.act, newest.act) == ("signed_in", "signed_out")
    assert newest.id is not None
    assert before.id is not None
    assert newest.id > before.id
    with connect(other_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("DELETE FROM account_events")  # the triggers hold again


async def test_a_store_that_holds_something_is_left_as_it_is(bare_url: str, tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "all.tar.gz"
    await _fill(bare_url, data)
    assert _run(bare_url, data, "backup", str(file)).exit_code == 0
    before = _rows(bare_url)
    for place in (data, tmp_path / "elsewhere"):
        refused = _run(bare_url, place, "restore", str(file))
        assert refused.exit_code == 1
        assert "already" in refused.output
    assert _rows(bare_url) == before
    assert _run(bare_url, data, "backup", str(file)).exit_code == 2


@pytest.mark.parametrize("name", ["../evil", "recordings/../../evil", "tables/people.copy"])
def test_a_file_that_is_no_backup_brings_nothing(bare_url: str, tmp_path: Path, name: str) -> None:
    file = tmp_path / "bad.tar"
    with tarfile.open(file, "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"bad"))
    refused = _run(bare_url, tmp_path / "data", "restore", str(file))
    assert refused.exit_code == 1
    assert "no" in refused.output
    assert not (tmp_path / "evil").exists()
    assert _rows(bare_url) == {}


def test_the_first_admin_gets_a_link_and_a_new_one_when_it_is_lost(
    bare_url: str, tmp_path: Path
) -> None:
    words = ("create", "--name", "Ada", "--email", "Ada@example.org", "--json")
    first, again = (json.loads(_run(bare_url, tmp_path, *words).stdout) for _ in range(2))
    assert (first["new"], again["new"], first["role"]) == (True, False, "admin")
    assert first["id"] == again["id"]
    assert first["link"] != again["link"]
    assert "/welcome/" in first["link"]


@pytest.mark.parametrize(
    "words", [("--email", "none"), ("--email", "a@b.org", "--role", "king")], ids=str
)
def test_an_account_that_can_not_be_is_refused(
    bare_url: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    refused = _run(bare_url, tmp_path, "create", "--name", "Ada", *words)
    assert refused.exit_code == 2
