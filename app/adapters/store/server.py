"""The embedded Postgres: started on first use, adopted when it already runs, healed when killed.

It listens on a Unix socket only. Several processes may share one folder; the last one out stops
the server. A server counts as ours when it answers and names our data directory: a pid file alone
proves nothing.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import psycopg
from sqlalchemy import URL

from app.adapters.store.cluster import ROLE, Account, Cluster, environment
from app.adapters.store.holders import Holders
from app.adapters.store.processes import is_postmaster, orphans, recorded_pid
from app.ports.errors import StoreUnavailable

_log = logging.getLogger(__name__)

_START_SECONDS = 90.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.05
_WATCH_SECONDS = 0.5
_LOG_BYTES = 5_000_000
_HARMLESS_EXITS = ("shared memory block", "lock file")
_OPTIONS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "fsync": "on",
    "max_wal_size": "256MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "io_method": "sync",
    "timezone": "UTC",
    # A statement or a failing row in the log would hold what a candidate said.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_timezone": "UTC",
}


class EmbeddedServer:
    """The Postgres server of one folder, shared by all processes that start it."""

    def __init__(self, folder: Path) -> None:
        self._cluster = Cluster(folder)
        self._holders = Holders(self._cluster.folder / "holders")
        self._child: subprocess.Popen[bytes] | None = None
        self._pid: int | None = None

    @property
    def url(self) -> str:
        """SQLAlchemy's address of the database."""
        query = {"host": str(self._cluster.socket), "port": "5432"}
        url = URL.create("postgresql+psycopg", username=ROLE, database=ROLE, query=query)
        return url.render_as_string(hide_password=False)

    @property
    def pid(self) -> int | None:
        """The postmaster, while this object knows one."""
        return self._pid

    def start(self) -> str:
        """Start or adopt the server and return `url`.

        Raises:
            StoreUnavailable: it can't start; the message says why.
        """
        self._cluster.folder.mkdir(parents=True, exist_ok=True)
        with self._holders.exclusive():
            self._holders.join()
            try:
                self._ensure_running()
            except BaseException:
                self._holders.leave()
                raise
        return self.url

    def stop(self) -> None:
        """Leave; stop the server unless another live process still uses it."""
        if not self._holders.joined:
            return
        with self._holders.exclusive():
            self._holders.leave()
            if self._holders.others() == 0:
                self._shut_down()
        self._pid = None

    async def keep_alive(self) -> None:
        """Restart the server whenever it dies, until cancelled."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if self._alive():
                continue
            _log.warning("the store's server is gone; starting it again")
            try:
                await asyncio.to_thread(self._revive)
            except StoreUnavailable as error:
                _log.error("the store's server does not start: %s", error)
                await asyncio.sleep(4 * _WATCH_SECONDS)

    def _revive(self) -> None:
        with self._holders.exclusive():
            if self._holders.joined:
                self._ensure_running()

    def _alive(self) -> bool:
        if self._child is not None and self._child.pid == self._pid:
            return self._child.poll() is None
        return self._pid is not None and is_postmaster(self._pid, self._cluster.data)

    def _ensure_running(self) -> None:
        account = self._cluster.prepare()
        deadline = time.monotonic() + _START_SECONDS
        failures = 0
        while time.monotonic() < deadline:
            if self._answers():
                self._pid = recorded_pid(self._cluster.data)
                self._ensure_database()
                return
            if self._running_pid() is None:
                failures += self._failed_for_good()
                if failures >= 2:
                    break
                self._clear_orphans()
                self._child = self._spawn(account)
            time.sleep(_POLL_SECONDS)
        raise StoreUnavailable(f"Postgres does not start: {self._last_words()}")

    def _running_pid(self) -> int | None:
        if self._child is not None and self._child.poll() is None:
            return self._child.pid
        recorded = recorded_pid(self._cluster.data)
        if recorded is not None and is_postmaster(recorded, self._cluster.data):
            return recorded
        return None

    def _failed_for_good(self) -> bool:
        """Whether our last child ended by itself, for a reason that waiting does not cure."""
        child, self._child = self._child, None
        if child is None or child.returncode is None or child.returncode < 0:
            return False
        return not any(words in self._last_words() for words in _HARMLESS_EXITS)

    def _clear_orphans(self) -> None:
        """End the backends of a killed postmaster: they hold its shared memory and are lost."""
        deadline = time.monotonic() + 3
        sent = signal.SIGQUIT
        while found := orphans(self._cluster.data):
            for pid in found:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, sent)
            if time.monotonic() > deadline:
                if sent is signal.SIGKILL:
                    return
                sent, deadline = signal.SIGKILL, time.monotonic() + 3
            time.sleep(2 * _POLL_SECONDS)

    def _spawn(self, account: Account) -> subprocess.Popen[bytes]:
        stale = recorded_pid(self._cluster.data)
        # Postgres takes a live process with the recorded pid for a rival, except its grandparent.
        extra = {} if stale is None else {"PG_GRANDPARENT_PID": str(stale)}
        options = [part for item in _OPTIONS.items() for part in ("-c", "=".join(item))]
        postgres = str(self._cluster.binary("postgres", account))
        command = [postgres, "-D", str(self._cluster.data), "-k", str(self._cluster.socket)]
        root = os.geteuid() == 0
        with self._open_log() as log:
            return subprocess.Popen(  # noqa: S603
                [*command, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment(**extra),
                start_new_session=True,
                user=account.uid if root else None,
                group=account.gid if root else None,
                extra_groups=[] if root else None,
            )

    def _open_log(self) -> BinaryIO:
        log = self._cluster.log
        long = log.exists() and log.stat().st_size > _LOG_BYTES
        return log.open("wb" if long else "ab")

    def _last_words(self) -> str:
        try:
            return self._cluster.log.read_bytes()[-800:].decode(errors="replace").strip()
        except FileNotFoundError:
            return "it left no log"

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self._cluster.socket),
            port=5432,
            user=ROLE,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def _answers(self) -> bool:
        try:
            with self._connect("postgres") as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(str(row[0])).resolve() == self._cluster.data

    def _ensure_database(self) -> None:
        with self._connect("postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (ROLE,))
            if known.fetchone() is None:
                connection.execute("CREATE DATABASE sounding")

    def _shut_down(self) -> None:
        for sent, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 5.0)):
            deadline = time.monotonic() + seconds
            pid = self._running_pid()
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, sent)
            while pid is not None and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
                pid = self._running_pid()
            if pid is None:
                self._child = None
                self._cluster.leave_no_socket()
                return
