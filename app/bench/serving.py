"""A real server for a bench: a process of its own, with a store and settings of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bench.errors import BenchFailed
from app.bench.started import NotStarted, address_of, stop

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
            yield Served(_address(process, folder / "server.log"), process.pid, folder)
        finally:
            stop(process)
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
    try:
        return address_of(process)
    except NotStarted as error:
        end = log.read_text(encoding="utf-8", errors="replace")[-600:].strip()
        raise BenchFailed(f"{error}: {end}") from error
