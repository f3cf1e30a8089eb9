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
from tempfile import TemporaryDirectory
from typing import TextIO

START_SECONDS = 300.0


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
        threading.Thread(target=_pass_on, args=(self.process.stdout, lines), daemon=True).start()
        seen = ""
        while True:
            try:
                line = lines.get(timeout=START_SECONDS)
            except queue.Empty:
                raise AssertionError(f"no address: {seen}\n{self.log()}") from None
            assert line, f"the server ended: {seen}\n{self.log()}"
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
        self.process.wait(timeout=60)

    def stop(self) -> None:
        """Ask it to stop, and insist after a while."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()


def _pass_on(out: TextIO, lines: queue.Queue[str]) -> None:
    """Hand every line on, and an empty one at the end."""
    for line in out:
        lines.put(line)
    lines.put("")


@contextmanager
def served(**env: str) -> Iterator[Served]:
    """A server in a folder of its own that Postgres' account can enter; gone at the end."""
    with TemporaryDirectory(prefix="sounding-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Served(folder, env)
        try:
            server.start()
            yield server
        finally:
            server.stop()
