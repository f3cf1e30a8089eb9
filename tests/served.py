"""A real server in a process of its own, with a store of its own."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 120.0


@dataclass
class Served:
    """A running server; `kill` leaves it as a power cut would, `stop` asks it to go."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    port: int = 0
    url: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start and wait for the printed address; keeps its port over restarts."""
        log = (self.folder / "server.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "serve", "--port", str(self.port)],
            env=os.environ | {"SOUNDING_DATA_DIR": str(self.folder / "data")} | self.env,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        self.url = self._address()
        self.port = int(self.url.rsplit(":", 1)[1])

    def _address(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        out = self.process.stdout
        threading.Thread(target=lambda: [lines.put(line) for line in out], daemon=True).start()
        seen = ""
        while True:
            try:
                line = lines.get(timeout=START_SECONDS)
            except queue.Empty:
                raise AssertionError(f"no address: {seen}\n{self.log()}") from None
            seen += line
            if match := re.search(r"ready at (http://\S+)", line):
                return match[1]

    def log(self) -> str:
        """The server's own log so far."""
        return (self.folder / "server.log").read_text()[-6000:]

    def kill(self) -> None:
        """Kill -9, with no chance to tidy up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=20)

    def stop(self) -> None:
        """Ask it to stop, and insist after a while."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def served(folder: Path, **env: str) -> Iterator[Served]:
    """A server that is stopped at the end."""
    server = Served(folder, env)
    server.start()
    try:
        yield server
    finally:
        server.stop()
