"""The authored coding tasks, one YAML file each, named as the question that they belong to."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from app.adapters.files.yaml_files import read_yaml
from app.domain.errors import BadContent
from app.domain.question import Bank, QuestionKind
from app.domain.task import Task


def load_tasks(folder: Path, bank: Bank) -> dict[str, Task]:
    """All tasks by id, each checked on its own and against its question.

    Raises:
        BadContent: lists all problems, a line each.
    """
    tasks: dict[str, Task] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            task = Task.model_validate(read_yaml(path, path.name))
        except BadContent as error:
            problems.append(str(error))
            continue
        except ValidationError as error:
            problems += [
                f"{path.name}: {'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}"
                for item in error.errors(include_url=False, include_input=False)
            ]
            continue
        question = bank.question(task.id)
        if task.id != path.stem:
            problems.append(f"{path.name}: id: expected {path.stem!r}, found {task.id!r}")
        if question is None or question.kind is not QuestionKind.CODE:
            problems.append(f"{path.name}: id: expected a question of kind code, found {task.id!r}")
        tasks[task.id] = task
    if problems:
        raise BadContent("\n".join(problems))
    return tasks
