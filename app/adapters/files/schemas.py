"""The JSON schemas of authored files, made from the types that load them.

Editors use them to complete and check YAML while it is being written.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from app.domain.question import Question, Rubric, Track
from app.domain.stakeholder import Stakeholder
from app.domain.task import Task

_SCHEMAS: dict[str, type[BaseModel]] = {
    "question_bank/question.schema.json": Question,
    "question_bank/track.schema.json": Track,
    "question_bank/task.schema.json": Task,
    "question_bank/stakeholder.schema.json": Stakeholder,
    "rubrics/rubric.schema.json": Rubric,
}


def write_schemas(root: Path) -> None:
    """Write every schema below the root of the project."""
    for name, model in _SCHEMAS.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_rendered(model), encoding="utf-8")


def stale_schemas(root: Path) -> list[str]:
    """The schema files that are missing or differ from the types, as paths below the root."""
    return [name for name, model in _SCHEMAS.items() if _found(root / name) != _rendered(model)]


def _found(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _rendered(model: type[BaseModel]) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
