"""A server that was started as a process: where it answers, and how it is stopped."""

from __future__ import annotations

import queue
import re
import signal
import subprocess
import threading
import time
from typing import TextIO

START_SECONDS = 180.0
STOP_SECONDS = 30.0
_READY = re.compile(r"ready at (http://\S+)")


class NotStarted(Exception):
    """It ended before it was ready, or was not ready in time."""


def address_of(process: subprocess.Popen[str], seconds: float = START_SECONDS) -> str:
    """The address that `sounding serve` prints once it is ready; raises NotStarted.

    Its standard output must be a pipe, which is read to its end behind this.
    """
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True).start()
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            break
        if not line:
            raise NotStarted("the server did not start")
        if match := _READY.search(line):
            return match[1]
    raise NotStarted(f"the server was not ready after {seconds:.0f} s")


def stop(process: subprocess.Popen[str]) -> None:
    """End it in order, and by force after half a minute."""
    process.send_signal(signal.SIGTERM)  # a process begun in the background may ignore SIGINT
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pass_on(out: TextIO, lines: queue.Queue[str]) -> None:
    for line in out:
        lines.put(line)
    lines.put("")
