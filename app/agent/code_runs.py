"""Runs of one program: counted, and told as they are where nobody counts."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from app.domain.runs import Limits, Outcome, Program
from app.inspection.fact import Fact
from app.inspection.lines import plain_lines
from app.inspection.run_facts import LINES
from app.ports.sandbox import Sandbox

BOUNDS = Limits(cpu_seconds=1, wall_seconds=4.0, total_seconds=15.0, lines=LINES, memory_mb=192)


class Runs:
    """Runs of one program, with every outcome kept."""

    def __init__(
        self, code: str, sandbox: Sandbox, hash_seed: int = 0, definitions: bool = False
    ) -> None:
        self.code = code
        self.plain = plain_lines(code) if parses(code) else frozenset()
        self.definitions = definitions
        self._sandbox, self._seed = sandbox, hash_seed
        self.outcomes: list[Outcome] = []

    async def counted(self, calls: Sequence[str], *, steps: bool = False) -> tuple[Outcome, ...]:
        """One outcome for each call, counted alone: enough to choose by, or to see growth."""
        if not calls:
            return ()
        program = self._program(calls, count=True, steps=steps)
        return (await self._sandbox.run(program, BOUNDS)).outcomes

    async def calls(self, calls: Sequence[str], *, steps: bool = False) -> tuple[Outcome, ...]:
        """One outcome for each call: counted, and told as it is where nobody counts.

        Counting takes a little of the stack and of the time, so values and errors are those of a
        second run that is not counted; where the two differ otherwise, the outcome is no fact.
        """
        counted = await self.counted(calls, steps=steps)
        ended = [o.call for o in counted if o.stopped is None and o.killed is None]
        plain = (await self._sandbox.run(self._program(ended), BOUNDS)).outcomes if ended else ()
        known = {outcome.call: outcome for outcome in plain}
        merged = tuple(_merged(o, known.get(o.call)) for o in counted)
        self.outcomes += merged
        return merged

    async def script(self, stdin: str) -> Outcome:
        """What the file does by itself."""
        program = Program(self.code, stdin=stdin, count=True, hash_seed=self._seed)
        result = await self._sandbox.run(program, BOUNDS)
        self.outcomes.append(result.outcomes[0])
        return result.outcomes[0]

    async def loads(self) -> bool:
        """Whether the file can be executed without an error, so that its names can be used."""
        program = self._program(("None",))
        return (await self._sandbox.run(program, BOUNDS)).outcomes[0].done

    def _program(
        self, calls: Sequence[str], *, count: bool = False, steps: bool = False
    ) -> Program:
        return Program(
            self.code,
            calls=tuple(calls),
            count=count,
            steps=steps,
            hash_seed=self._seed,
            definitions=self.definitions,
        )


def _merged(counted: Outcome, plain: Outcome | None) -> Outcome:
    if plain is None:
        return counted
    differs = plain.value != counted.value or plain.done != counted.done
    return replace(
        counted, raised=plain.raised, killed="it differs when counted" if differs else None
    )


def parses(code: str) -> bool:
    """Whether Python can read it."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def in_mode_of(fact: Fact, run: Runs) -> Fact:
    """The fact with a check that executes as much of the file as was executed for it."""
    if fact.check is None or not fact.check.calls:
        return fact
    return replace(fact, check=replace(fact.check, definitions=run.definitions))
