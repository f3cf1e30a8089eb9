"""A real server for a bench: a process of its own, with a store and settings of its own."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from app.bench.errors import BenchFailed

START_SECONDS = 180.0
STOP_SECONDS = 30.0
_READY = re.compile(r"ready at (http://\S+)")
_SEVERE = re.compile(r" (ERROR|CRITICAL) |^Traceback ", re.MULTILINE)


@dataclass(frozen=True)
class Served:
    """A running server: its address, its process, and the folder that holds all it keeps."""

    url: str
    pid: int
    folder: Path

    @property
    def log(self) -> str:
        """All that it logged so far."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def errors(self) -> list[str]:
        """Its log lines of level error and above."""
        return [line for line in self.log.splitlines() if _SEVERE.search(line)]


@contextmanager
def serving(settings: Mapping[str, str]) -> Iterator[Served]:
    """Serve on a free port with these settings; everything is gone afterwards.

    Settings of the environment that name a store or a model are not taken over.

    Raises:
        BenchFailed: it does not start; the end of its log is told.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server must not outlive us
    with TemporaryDirectory(prefix="sounding-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the embedded Postgres runs under an account of its own
        log = (folder / "server.log").open("w", encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "serve"],
            env=_environment(folder, settings),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            url = _address(process, folder / "server.log")
            yield Served(url, process.pid, folder)
        finally:
            _stop(process)
            log.close()


def _environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    kept = ("SOUNDING_MODELS", "SOUNDING_DATA", "SOUNDING_THREADS")
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SOUNDING_") or name in kept
    }
    own = {"SOUNDING_DATA_DIR": str(folder / "data"), "SOUNDING_PORT": "0"}
    return inherited | own | dict(settings)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True).start()
    until = time.monotonic() + START_SECONDS
    while (left := until - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            break
        if not line:
            end = log.read_text(encoding="utf-8", errors="replace")[-600:].strip()
            raise BenchFailed(f"the server did not start: {end}")
        if match := _READY.search(line):
            return match[1]
    raise BenchFailed(f"the server was not ready after {START_SECONDS:.0f} s")


def _pass_on(out: TextIO, lines: queue.Queue[str]) -> None:
    for line in out:
        lines.put(line)
    lines.put("")


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
