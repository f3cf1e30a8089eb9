"""Facts that a task's author asks about, found by running the candidate's own code."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from app.agent.code_reader import CodeReader, confirmed
from app.agent.code_runs import BOUNDS
from app.domain.runs import Program
from app.domain.task import FollowUpFact, Task
from app.inspection.fact import Fact
from app.inspection.run_facts import fact_of_call
from app.inspection.tries import Target, targets
from app.ports.sandbox import Sandbox


class TaskReader(CodeReader):
    """Reads code as `CodeReader` does; where it defines a task's function, the task's facts lead.

    The author words the question and picks the call; what is true is what the candidate's code does
    with it, seen in two runs.
    """

    def __init__(self, sandbox: Sandbox | None, tasks: Mapping[str, Task]) -> None:
        super().__init__(sandbox)
        self._tasks = {task.function: task for task in tasks.values()}

    async def _leading(self, code: str, sandbox: Sandbox) -> tuple[Fact, ...]:
        return await facts_of_task(self._tasks, code, sandbox)


async def facts_of_task(tasks: Mapping[str, Task], code: str, sandbox: Sandbox) -> tuple[Fact, ...]:
    """The authored facts for the first function of the code that is a task's; by function name.

    Raises:
        PortError: the code can't be run.
    """
    try:
        aims = {target.name: target for target in targets(code)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    name = next((name for name in aims if name in tasks), None)
    if name is None:
        return ()
    facts = [f for f in tasks[name].facts if _arguments(f.call, name) is not None]
    program = Program(code, calls=tuple(fact.call for fact in facts), count=True)
    outcomes = (await sandbox.run(program, BOUNDS)).outcomes
    found = [
        _worded(authored, fact)
        for authored, outcome in zip(facts, outcomes, strict=True)
        if (fact := fact_of_call(aims[name], _given(authored, aims[name]), outcome)) is not None
    ]
    return await confirmed(found, code, sandbox, hash_seed=1)


def _worded(authored: FollowUpFact, fact: Fact) -> Fact:
    return replace(fact, question=f"Line {fact.line}: {authored.ask}")


def _given(authored: FollowUpFact, target: Target) -> tuple[str, ...]:
    return _arguments(authored.call, target.name) or ()


def _arguments(call: str, function: str) -> tuple[str, ...] | None:
    """The arguments of a plain call of this function, as source; None for anything else."""
    node = ast.parse(call, mode="eval").body
    plain = isinstance(node, ast.Call) and not node.keywords
    if not plain or not isinstance(node, ast.Call):
        return None
    if not isinstance(node.func, ast.Name) or node.func.id != function:
        return None
    return tuple(ast.unparse(argument) for argument in node.args)
