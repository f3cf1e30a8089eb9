"""Programs in processes behind walls: a bounded queue, and a few cells that wait for work."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from app.adapters.sandbox.cells import Cell, CellBroken, Walls
from app.adapters.sandbox.foreign_reading import foreign_outcome
from app.adapters.sandbox.interpreters import PYTHON, Interpreter, interpreter_for, missing
from app.adapters.sandbox.reading import exit_of, outcome_of
from app.domain.load import LaneLoad
from app.domain.runs import Limits, Program, RunResult
from app.ports.errors import EngineBusy
from app.ports.sandbox import USUAL, SandboxUnavailable

AT_ONCE = 4
WAITING = 64
_Kind = tuple[str, int]  # a language, and the seed of Python's hashes


class ProcessSandbox:
    """Runs programs, a few at once, each in a fork of a waiting process.

    Python runs in that fork itself; JavaScript and Java in its place, where the machine has an
    interpreter for them.

    Walls are namespaces with seccomp and, where the kernel has it, Landlock. Where namespaces can't
    be made, Landlock (version 3 or later) with seccomp stands alone. Where neither can be had,
    nothing is run.
    """

    def __init__(self, *, at_once: int = AT_ONCE, walls: Walls | None = None) -> None:
        """Start nothing yet; `walls` insists on one kind."""
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="sandbox")
        self._at_once, self._held = at_once, 0
        self._kinds: tuple[Walls, ...] = (walls,) if walls else ("namespaces", "landlock")
        self._free: dict[_Kind, list[Cell]] = defaultdict(list)
        self._guard = threading.Lock()
        self._found: dict[str, Interpreter | None] = {}
        self._why_not: dict[str, str] = {}
        self._closed = False

    @property
    def load(self) -> LaneLoad:
        """How many programs run and wait."""
        return LaneLoad("sandbox", self._at_once, self._held, self._at_once + WAITING)

    async def run(self, program: Program, limits: Limits = USUAL) -> RunResult:
        """Run it when its turn has come.

        Raises:
            SandboxUnavailable: there are no walls here, or no such language.
            EngineBusy: too many runs wait already.
        """
        reason = self.unavailable(program.language)
        if reason is not None:
            raise SandboxUnavailable(reason)
        found = self._found.get(_named(program.language))
        if program.calls and found is not None and not found.caller:
            raise SandboxUnavailable(f"single calls aren't made in {program.language}")
        if self._held >= self._at_once + WAITING:
            raise EngineBusy("sandbox: too many programs wait already")
        self._held += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, self._run, program, limits)
        finally:
            self._held -= 1

    def unavailable(self, language: str = "python") -> str | None:
        """Why programs of this language aren't run; of walls this is known after the first try."""
        name = _named(language)
        if name != "python" and self._interpreter(name) is None:
            return missing(name)
        return self._why_not.get("python") or self._why_not.get(name)

    def walls(self) -> str:
        """The walls that stand here, in words; starts a cell. Raises SandboxUnavailable."""
        kind = ("python", 0)
        cell = self._take(kind)
        self._give(kind, cell)
        return cell.walls

    def close(self) -> None:
        """End every process."""
        with self._guard:
            self._closed = True
            cells = [cell for kept in self._free.values() for cell in kept]
            self._free.clear()
        for cell in cells:
            cell.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, program: Program, limits: Limits) -> RunResult:
        began = time.perf_counter()
        language = _named(program.language)
        kind = (language, program.hash_seed if language == "python" else 0)
        cell = self._take(kind)
        try:
            watched = cell.run(program, limits)
        except CellBroken as error:
            cell.close()
            raise SandboxUnavailable(f"the run was lost: {error}") from error
        self._give(kind, cell)
        calls = program.calls or ("",)
        outcomes = tuple(
            outcome_of(call, seen)
            if language == "python"
            else foreign_outcome(language, call, seen)
            for call, seen in zip(calls, watched, strict=True)
        )
        seconds = sum(outcome.seconds for outcome in outcomes)
        took = time.perf_counter() - began
        ended = exit_of(watched[0]) if not program.calls else None
        return RunResult(outcomes, ended, seconds, max(0.0, took - seconds))

    def _take(self, kind: _Kind) -> Cell:
        with self._guard:
            if self._free[kind]:
                return self._free[kind].pop()
        language, hash_seed = kind
        interpreter = self._interpreter(language) if language != "python" else None
        refusals: list[str] = []
        for walls in self._kinds:
            try:
                return Cell(hash_seed=hash_seed, walls=walls, interpreter=interpreter)
            except SandboxUnavailable as error:
                refusals.append(f"{walls}: {error}")
        self._why_not[language] = f"no safe place to run code ({'; '.join(refusals)})"
        raise SandboxUnavailable(self._why_not[language])

    def _give(self, kind: _Kind, cell: Cell) -> None:
        with self._guard:
            most = self._at_once if kind == ("python", 0) else 1  # the others are seldom asked for
            if not self._closed and len(self._free[kind]) < most:
                self._free[kind].append(cell)
                return
        cell.close()

    def _interpreter(self, name: str) -> Interpreter | None:
        if name not in self._found:
            self._found[name] = interpreter_for(name)
        return self._found[name]


def _named(language: str) -> str:
    name = language.strip().lower()
    return "python" if name in PYTHON else name
