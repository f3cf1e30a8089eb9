"""One waiting process behind walls, and the conversation with it."""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from app.adapters.sandbox.interpreters import Interpreter
from app.domain.runs import Limits, Program
from app.ports.sandbox import SandboxUnavailable

Walls = Literal["namespaces", "landlock"]

START_SECONDS = 20.0
MOST_REPLY = 64_000_000
_SPARE_SECONDS = 5.0
_ROOT = Path(__file__).resolve().parent.parent.parent.parent
_BEGIN = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    "from app.adapters.sandbox.inside.cell import main; main()"
)


class CellBroken(Exception):
    """The process ended or answered out of turn; another one can be started."""


class Cell:
    """A process that runs one program after another, each in a fork of its own."""

    def __init__(
        self,
        *,
        hash_seed: int = 0,
        walls: Walls = "namespaces",
        interpreter: Interpreter | None = None,
    ) -> None:
        """Start it and wait until its walls stand; raises SandboxUnavailable where they can't."""
        started = json.dumps(asdict(interpreter) if interpreter else {})
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        theirs = (to_read, to_write)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own words, and no shell
                [sys.executable, "-S", "-s", "-P", "-B", "-c", _BEGIN, str(_ROOT), walls, started],
                env={"PYTHONHASHSEED": str(hash_seed), "LC_ALL": "C.UTF-8"},
                stdin=theirs[0],
                stdout=theirs[1],
                stderr=subprocess.DEVNULL,
                cwd="/",
                bufsize=0,
            )
        except OSError as error:
            self._let_go()
            raise SandboxUnavailable(f"no process can be started: {error.strerror}") from error
        finally:
            for end in theirs:
                os.close(end)
        try:
            told = self._receive(time.monotonic() + START_SECONDS)
        except CellBroken as error:
            self.close()
            raise SandboxUnavailable("the process ended before its walls stood") from error
        if "ready" not in told:
            self.close()
            raise SandboxUnavailable(str(told.get("refused", "it gave no reason")))
        self.walls = str(told["ready"])

    def run(self, program: Program, limits: Limits) -> list[dict[str, Any]]:
        """Run the calls one by one; raises CellBroken, after which the cell is of no use."""
        body = json.dumps(
            {
                "source": program.source,
                "stdin": program.stdin,
                "calls": program.calls,
                "count": program.count,
                "steps": program.steps,
                "definitions": program.definitions,
                "limits": vars(limits),
            }
        ).encode()
        try:
            left = memoryview(struct.pack("!I", len(body)) + body)
            while left:
                left = left[os.write(self._to, left) :]
        except OSError as error:
            raise CellBroken("the process is gone") from error
        told = self._receive(time.monotonic() + limits.total_seconds + _SPARE_SECONDS)
        outcomes = told.get("outcomes")
        if not isinstance(outcomes, list):
            raise CellBroken("an answer without outcomes")
        return outcomes

    def close(self) -> None:
        """End it, and with it all that it started."""
        self._process.kill()
        self._process.wait()
        self._let_go()

    def _let_go(self) -> None:
        os.close(self._to)
        os.close(self._from)

    def _receive(self, until: float) -> dict[str, Any]:
        size = struct.unpack("!I", self._exactly(4, until))[0]
        if size > MOST_REPLY:
            raise CellBroken("an answer that is too long")
        try:
            told = json.loads(self._exactly(size, until))
        except ValueError as error:
            raise CellBroken("an answer that is no JSON") from error
        if not isinstance(told, dict):
            raise CellBroken("an answer that is no object")
        return told

    def _exactly(self, size: int, until: float) -> bytes:
        stream = self._from
        found = bytearray()
        while len(found) < size:
            wait = until - time.monotonic()
            if wait <= 0 or not select.select([stream], [], [], wait)[0]:
                raise CellBroken("no answer in time")
            got = os.read(stream, size - len(found))
            if not got:
                raise CellBroken("the process ended")
            found += got
        return bytes(found)
