"""The embedded server through first starts, kills, adoption, stale pid files and company."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.adapters.store.migrate import upgrade
from app.adapters.store.processes import is_postmaster, recorded_pid
from app.adapters.store.server import EmbeddedServer
from app.adapters.store.store import PostgresStore
from app.ports.errors import StoreUnavailable
from tests.contracts.stored import an_interview
from tests.needs import need_model
from tests.postgres import connect
from tests.served import Served

pytestmark = pytest.mark.integration

APP = """
import sys, time
from pathlib import Path
from app.adapters.store.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def server(open_folder: Path) -> Iterator[EmbeddedServer]:
    ours = EmbeddedServer(open_folder / "postgres")
    yield ours
    ours.stop()


def started_app(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", APP, str(folder / "postgres")]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def pid_of(app: subprocess.Popen[str]) -> int:
    assert app.stdout is not None
    return int(app.stdout.readline())


def ended(app: subprocess.Popen[str]) -> None:
    app.communicate("", timeout=90)
    assert app.returncode == 0


def runs(folder: Path) -> bool:
    data = folder / "postgres" / "data"
    pid = recorded_pid(data)
    return pid is not None and is_postmaster(pid, data)


def note(url: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE note AS SELECT 42 AS answer")


def noted(url: str) -> bool:
    with connect(url) as connection:
        return connection.execute("SELECT answer FROM note").fetchone() == (42,)


def test_it_starts_stops_and_starts_warm_with_its_data(
    server: EmbeddedServer, open_folder: Path
) -> None:
    note(server.start())
    server.stop()
    assert not runs(open_folder)
    begun = time.monotonic()
    assert noted(server.start())
    assert time.monotonic() - begun < 60


def test_a_killed_postmaster_is_replaced_at_once_with_its_data(
    server: EmbeddedServer, open_folder: Path
) -> None:
    url = server.start()
    note(url)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    second = EmbeddedServer(open_folder / "postgres")
    try:
        assert noted(second.start())
    finally:
        second.stop()


async def test_a_server_killed_mid_interview_heals_by_itself(server: EmbeddedServer) -> None:
    url = await asyncio.to_thread(server.start)
    await asyncio.to_thread(upgrade, url)
    store = PostgresStore(url)
    interview = an_interview()
    async with store.begin() as work:
        await work.interviews.add(interview)
    watch = asyncio.create_task(server.keep_alive())
    busy = asyncio.create_task(asyncio.to_thread(_busy, url))
    await asyncio.to_thread(_until_busy, url)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await asyncio.wait_for(_found(store, interview.id), timeout=240)
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)
    await store.close()
    await busy


def _busy(url: str) -> None:
    """Compute until killed: such a backend outlives its postmaster and holds its memory."""
    with pytest.raises(psycopg.OperationalError), connect(url) as connection:
        connection.execute(
            "DO $$ DECLARE until timestamptz := clock_timestamp() + '3 min'; BEGIN "
            "WHILE clock_timestamp() < until LOOP END LOOP; END $$"
        )


def _until_busy(url: str) -> None:
    """A kill before it computes would find no backend at work."""
    with connect(url) as connection:
        begun = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO $$%'"
        until = time.monotonic() + 240
        while connection.execute(begun).fetchone() is None:
            assert time.monotonic() < until
            time.sleep(0.05)


async def _found(store: PostgresStore, interview_id: object) -> None:
    while True:
        try:
            async with store.begin() as work:
                assert await work.interviews.get(interview_id) is not None  # type: ignore[arg-type]  # a UUID
                return
        except StoreUnavailable as error:
            if not error.retryable:
                raise
            await asyncio.sleep(0.1)


def test_a_server_left_by_a_killed_app_is_adopted_and_stopped(
    server: EmbeddedServer, open_folder: Path
) -> None:
    app = started_app(open_folder)
    left = pid_of(app)
    app.kill()
    app.communicate()
    assert runs(open_folder)
    server.start()
    assert server.pid == left
    server.stop()
    assert not runs(open_folder)


def test_a_server_asked_to_end_stops_what_a_killed_one_left(open_folder: Path) -> None:
    for name in ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm"):
        need_model(name)
    env = {f"SOUNDING_{role}_MODEL": "none" for role in ("INTERVIEWER", "GRADER", "COACH")}
    server = Served(open_folder, env)
    server.start()
    server.kill()
    assert runs(open_folder / "data")
    server.start()
    assert server.process is not None
    server.process.terminate()
    assert server.process.wait(timeout=90) == 0
    assert not runs(open_folder / "data")


def test_the_last_of_two_apps_stops_the_server(server: EmbeddedServer, open_folder: Path) -> None:
    apps = [started_app(open_folder) for _ in range(2)]
    assert len({pid_of(app) for app in apps}) == 1
    url = server.start()
    ended(apps[0])
    server.stop()
    assert runs(open_folder)
    note(url)
    ended(apps[1])
    assert not runs(open_folder)


@pytest.mark.parametrize("stale", ["own", "gone", "parent"])
def test_a_stale_or_reused_pid_does_not_keep_it_from_starting(
    server: EmbeddedServer, open_folder: Path, stale: str
) -> None:
    note(server.start())
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    file = open_folder / "postgres" / "data" / "postmaster.pid"
    lines = file.read_text().splitlines()
    lines[0] = str({"own": os.getpid(), "gone": 4_100_000, "parent": os.getppid()}[stale])
    file.write_text("\n".join(lines) + "\n")
    assert noted(server.start())


def test_a_long_path_gets_a_short_socket_that_stays_the_same(open_folder: Path) -> None:
    deep = open_folder / ("long-name-" * 6) / ("another-" * 8) / "with space & ünïcode"
    deep.mkdir(parents=True)
    server = EmbeddedServer(deep)
    try:
        note(server.start())
        assert EmbeddedServer(deep).url == server.url
        assert noted(server.url)
    finally:
        server.stop()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="looks into /proc")
def test_it_opens_no_tcp_port(server: EmbeddedServer) -> None:
    server.start()
    descriptors = Path(f"/proc/{server.pid}/fd").iterdir()
    sockets = {os.readlink(entry) for entry in descriptors}
    for table in ("tcp", "tcp6"):
        if Path(f"/proc/net/{table}").exists():
            rows = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
            assert not sockets & {f"socket:[{row.split()[9]}]" for row in rows}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands Postgres to another user")
def test_a_folder_that_the_system_user_cannot_enter_is_said(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(StoreUnavailable, match=r"can't enter .*closed"):
        EmbeddedServer(closed / "postgres").start()


def test_a_server_that_cannot_start_says_why(server: EmbeddedServer, open_folder: Path) -> None:
    server.start()
    server.stop()
    (open_folder / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(StoreUnavailable, match="pg_control"):
        server.start()
