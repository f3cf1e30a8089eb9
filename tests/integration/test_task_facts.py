"""Authored follow-ups about a task: what is true is what the candidate's own code does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.files.bank import load_bank
from app.adapters.files.tasks import load_tasks
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.agent.task_reader import TaskReader, facts_of_task

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
TASKS = load_tasks(
    ROOT / "question_bank" / "tasks", load_bank(ROOT / "rubrics", ROOT / "question_bank")
)
BY_FUNCTION = {task.function: task for task in TASKS.values()}
WRONG = TASKS["two-sum"].wrong[0].code


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox(at_once=1)
    yield made
    made.close()


@pytest.mark.parametrize("name", sorted(TASKS))
async def test_a_solution_has_true_facts_with_lines_that_exist(
    name: str, sandbox: ProcessSandbox
) -> None:
    task = TASKS[name]
    facts = await facts_of_task(BY_FUNCTION, task.solution, sandbox)
    lines = task.solution.splitlines()
    assert facts
    for fact in facts:
        assert 1 <= fact.line <= len(lines)
        asks = {f"Line {fact.line}: {authored.ask}" for authored in task.facts}
        assert fact.question in asks, "the line is named, and shown in the editor"
        assert fact.truth
        assert fact.check is not None


async def test_the_truth_is_what_the_code_does_and_not_what_would_be_right(
    sandbox: ProcessSandbox,
) -> None:
    facts = {f.question: f for f in await facts_of_task(BY_FUNCTION, WRONG, sandbox)}
    asked = next(f for f in TASKS["two-sum"].facts if f.id == "same-number")
    found = next(fact for question, fact in facts.items() if question.endswith(asked.ask))
    assert found.truth == "[0, 0]", "this code uses one position twice"


async def test_they_lead_and_follow_the_code_as_it_changes(sandbox: ProcessSandbox) -> None:
    reader = TaskReader(sandbox, TASKS)
    before = await reader.facts(WRONG, "python", 30.0)
    after = await reader.facts(TASKS["two-sum"].solution, "python", 30.0)
    for first in (before[0], after[0]):
        assert first.question == f"Line {first.line}: {TASKS['two-sum'].facts[0].ask}"
    truths = [{f.truth for f in facts if "one five" in f.question} for facts in (before, after)]
    assert truths == [{"[0, 0]"}, {"None"}]


async def test_code_of_no_task_and_broken_code_have_none(sandbox: ProcessSandbox) -> None:
    assert await facts_of_task(BY_FUNCTION, "def own(x):\n    return x\n", sandbox) == ()
    assert await facts_of_task(BY_FUNCTION, "def two_sum(:\n", sandbox) == ()
