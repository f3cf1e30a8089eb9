"""Programs in processes behind walls: a bounded queue, and a few cells that wait for work."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from app.adapters.sandbox.cells import Cell, CellBroken, Walls
from app.adapters.sandbox.reading import exit_of, outcome_of
from app.domain.load import LaneLoad
from app.domain.runs import Limits, Program, RunResult
from app.ports.errors import EngineBusy
from app.ports.sandbox import USUAL, SandboxUnavailable

PYTHON = frozenset({"python", "python3", "py"})
AT_ONCE = 4
WAITING = 64


class ProcessSandbox:
    """Runs Python programs, a few at once, each in a fork of a waiting process.

    Walls are namespaces with seccomp and, where the kernel has it, Landlock. Where namespaces can't
    be made, Landlock (version 3 or later) with seccomp stands alone. Where neither can be had,
    nothing is run.
    """

    def __init__(self, *, at_once: int = AT_ONCE, walls: Walls | None = None) -> None:
        """Start nothing yet; `walls` insists on one kind."""
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="sandbox")
        self._at_once, self._held = at_once, 0
        self._kinds: tuple[Walls, ...] = (walls,) if walls else ("namespaces", "landlock")
        self._free: dict[int, list[Cell]] = defaultdict(list)
        self._guard = threading.Lock()
        self._why_not: str | None = None
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
        if self._held >= self._at_once + WAITING:
            raise EngineBusy("sandbox: too many programs wait already")
        self._held += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, self._run, program, limits)
        finally:
            self._held -= 1

    def unavailable(self, language: str = "python") -> str | None:
        """Why programs of this language aren't run; known of Python after the first try."""
        if language.strip().lower() not in PYTHON:
            return f"programs in {language or 'an unknown language'} are shown, not run"
        return self._why_not

    def walls(self) -> str:
        """The walls that stand here, in words; starts a cell. Raises SandboxUnavailable."""
        cell = self._take(0)
        self._give(0, cell)
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
        cell = self._take(program.hash_seed)
        try:
            watched = cell.run(program, limits)
        except CellBroken as error:
            cell.close()
            raise SandboxUnavailable(f"the run was lost: {error}") from error
        self._give(program.hash_seed, cell)
        calls = program.calls or ("",)
        outcomes = tuple(outcome_of(c, w) for c, w in zip(calls, watched, strict=True))
        seconds = sum(outcome.seconds for outcome in outcomes)
        took = time.perf_counter() - began
        ended = exit_of(watched[0]) if not program.calls else None
        return RunResult(outcomes, ended, seconds, max(0.0, took - seconds))

    def _take(self, hash_seed: int) -> Cell:
        with self._guard:
            if self._free[hash_seed]:
                return self._free[hash_seed].pop()
        refusals: list[str] = []
        for kind in self._kinds:
            try:
                return Cell(hash_seed=hash_seed, walls=kind)
            except SandboxUnavailable as error:
                refusals.append(f"{kind}: {error}")
        self._why_not = f"no safe place to run code ({'; '.join(refusals)})"
        raise SandboxUnavailable(self._why_not)

    def _give(self, hash_seed: int, cell: Cell) -> None:
        with self._guard:
            most = self._at_once if hash_seed == 0 else 1  # a second order is seldom asked for
            if not self._closed and len(self._free[hash_seed]) < most:
                self._free[hash_seed].append(cell)
                return
        cell.close()
