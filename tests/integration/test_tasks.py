"""The coding tasks that ship: solutions pass every case, wrong ones are found out, facts run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from app.adapters.files.bank import load_bank
from app.adapters.files.tasks import load_tasks
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.domain.code_cases import program_of, results_of
from app.domain.coding import Snapshot
from app.domain.errors import BadContent
from app.domain.question import Difficulty
from app.domain.runs import Program
from app.domain.task import Task
from app.usecases.run_code import run_snapshot

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
BANK = load_bank(ROOT / "rubrics", ROOT / "question_bank")
TASKS = load_tasks(ROOT / "question_bank" / "tasks", BANK)
CRITERIA = {"correctness", "complexity", "readability", "testing", "explanation"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox(at_once=1)
    yield made
    made.close()


def written(task: Task, code: str) -> Snapshot:
    return Snapshot(uuid4(), task.id, "python", code, "run", 0.0)


def test_there_are_a_dozen_tasks_of_every_difficulty_with_the_rubric_of_code() -> None:
    questions = [BANK.question(name) for name in TASKS]
    rubric = BANK.rubric("coding-task")
    assert len(TASKS) >= 12
    assert {q.difficulty for q in questions if q} == set(Difficulty)
    assert all(q is not None and q.rubric == "coding-task" for q in questions)
    assert rubric is not None
    assert {criterion.id for criterion in rubric.criteria} == CRITERIA
    for question in questions:
        assert question is not None
        assert {point.criterion for point in question.points} == CRITERIA, question.id


def test_every_task_is_asked_in_the_coding_track() -> None:
    track = BANK.track("coding")
    assert track is not None
    assert set(track.questions) == set(TASKS)


@pytest.mark.parametrize("name", sorted(TASKS))
async def test_a_solution_passes_and_wrong_ones_are_found_out(
    name: str, sandbox: ProcessSandbox
) -> None:
    task = TASKS[name]
    run = await run_snapshot(sandbox, written(task, task.solution), task)
    assert [case.id for case in run.cases if not case.passed] == []
    if task.growth is not None:
        assert run.growth is not None
        assert run.growth.sizes == task.growth.sizes
    for wrong in task.wrong:
        program = program_of(wrong.code, task.code_cases, count=False)
        results = results_of(task.code_cases, await sandbox.run(program))
        failed = {result.case.name for result in results if not result.passed}
        assert set(wrong.fails) <= failed, wrong.id
    starter = await run_snapshot(sandbox, written(task, task.starters["python"]), task)
    assert starter.passed < len(task.cases)


@pytest.mark.parametrize("name", sorted(TASKS))
async def test_every_fact_of_a_task_is_shown_by_running_the_solution(
    name: str, sandbox: ProcessSandbox
) -> None:
    task = TASKS[name]
    calls = tuple(fact.call for fact in task.facts)
    found = await sandbox.run(Program(task.solution, calls=calls))
    for fact, outcome in zip(task.facts, found.outcomes, strict=True):
        assert outcome.value is not None or outcome.raised is not None, fact.id
        shown = outcome.value or (outcome.raised.kind if outcome.raised else "")
        words = fact.ask.lower().replace("?", " ").replace(",", " ").split()
        if len(shown) > 1:
            assert shown.lower() not in words, f"{fact.id} gives its value away"


async def test_slow_code_is_seen_to_be_slow_where_its_loop_hides_in_a_search(
    sandbox: ProcessSandbox,
) -> None:
    task = TASKS["two-sum"]
    slow = (
        "def two_sum(numbers, target):\n    for number in numbers:\n"
        "        if target - number in numbers:\n            return [0, 1]\n"
    )
    run = await run_snapshot(sandbox, written(task, slow), task)
    fast = await run_snapshot(sandbox, written(task, task.solution), task)
    assert run.growth is not None
    assert fast.growth is not None
    assert run.growth.words == "about as the square of the size"
    assert fast.growth.words == "about as the size"


def test_a_hidden_value_never_stands_in_the_statement() -> None:
    for task in TASKS.values():
        said = " ".join([*task.statement, *task.hints])
        for case in task.cases:
            if case.hidden:
                assert case.call not in said, f"{task.id} {case.id}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "nobody"}, "question of kind code"),
        ({"function": "other"}, "starter"),
        ({"cases": TASKS["two-sum"].cases[:3]}, "at least 6"),
        ({"wrong": ()}, "at least 1"),
    ],
)
def test_a_broken_task_is_refused_with_its_place(
    change: dict[str, object], said: str, tmp_path: Path
) -> None:
    document = TASKS["two-sum"].model_dump(mode="json") | {
        key: [c.model_dump() for c in value] if isinstance(value, tuple) else value
        for key, value in change.items()
    }
    (tmp_path / "two-sum.yaml").write_text(yaml.safe_dump(document))
    with pytest.raises(BadContent, match=said):
        load_tasks(tmp_path, BANK)


async def test_a_machine_without_a_sandbox_says_so_and_runs_nothing() -> None:
    task = TASKS["two-sum"]
    run = await run_snapshot(None, written(task, task.solution), task)
    assert (run.outcome, run.cases) == ("unavailable", ())
    assert "no sandbox" in run.note


async def test_code_that_cannot_be_run_or_called_here_is_kept_and_says_so(
    sandbox: ProcessSandbox,
) -> None:
    task = TASKS["two-sum"]
    java = replace(written(task, "class Solution {}"), language="java")
    tests = await run_snapshot(sandbox, java, task)
    ruby = replace(written(task, "puts 'hi'"), language="ruby")
    program = await run_snapshot(sandbox, ruby, None)
    assert (tests.outcome, program.outcome) == ("unavailable", "unavailable")
    assert tests.note
    assert "can't be run here" in program.note


async def test_a_program_that_fails_or_never_ends_says_so(sandbox: ProcessSandbox) -> None:
    task = TASKS["two-sum"]
    broken = await run_snapshot(sandbox, written(task, "print('hi')\nraise ValueError('no')"), None)
    assert (broken.outcome, broken.stdout) == ("failed", "hi\n")
    assert "ValueError" in broken.stderr
    fine = await run_snapshot(sandbox, written(task, "print(6 * 7)"), None)
    assert (fine.outcome, fine.stdout, fine.note) == ("ran", "42\n", "")
