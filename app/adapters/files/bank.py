"""The authored bank, read from its folders into checked types.

Every problem of every file is collected, so that an author repairs them in one go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.adapters.files.yaml_files import read_yaml
from app.domain.errors import BadContent
from app.domain.question import Bank, Question, Rubric, Track, dangling

Item = TypeVar("Item", Track, Question, Rubric)
Model = TypeVar("Model", bound=BaseModel)

_SAID = {
    "missing": "expected this key, found nothing",
    "extra_forbidden": "expected no such key",
    "tuple_type": "expected a list",
}


@dataclass(frozen=True)
class _Read(Generic[Item]):
    """What a folder held: items by file name, and what was wrong with the other files."""

    items: dict[str, Item] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()

    def names_of(self, item_id: str) -> list[str]:
        return [name for name, item in self.items.items() if item.id == item_id]


def load_bank(rubrics_dir: Path, bank_dir: Path) -> Bank:
    """All rubrics, questions and tracks, checked one by one and against each other.

    Args:
        rubrics_dir: Holds a YAML file for each rubric.
        bank_dir: Holds the folders `tracks` and `questions`, each with YAML files at any depth.

    Raises:
        BadContent: Lists all problems, a line each: `path: where: what was expected`.
    """
    rubrics = _read_folder(rubrics_dir, rubrics_dir.parent, Rubric)
    questions = _read_folder(bank_dir / "questions", bank_dir.parent, Question)
    tracks = _read_folder(bank_dir / "tracks", bank_dir.parent, Track)
    problems = [*rubrics.problems, *questions.problems, *tracks.problems]
    problems += _between(tracks, questions, rubrics)
    if problems:
        raise BadContent("\n".join(problems))
    return Bank(
        tracks=tuple(tracks.items.values()),
        questions=tuple(questions.items.values()),
        rubrics=tuple(rubrics.items.values()),
    )


def read_question(path: Path) -> Question:
    """One question file on its own; its rubric is not looked up.

    Raises:
        BadContent: Lists all problems of the file.
    """
    return _checked(read_yaml(path, path.name), Question, path.name)


def _read_folder(folder: Path, root: Path, model: type[Item]) -> _Read[Item]:
    where = folder.relative_to(root)
    if not folder.is_dir():
        return _Read(problems=(f"{where}: folder: expected a folder of YAML files, found none",))
    items: dict[str, Item] = {}
    problems: list[str] = []
    broken: set[str] = set()
    for path in sorted(folder.rglob("*.y*ml")):
        name = path.relative_to(root).as_posix()
        try:
            items[name] = _read_item(path, name, model)
        except BadContent as error:
            problems.append(str(error))
            broken.add(path.stem)
    if not items and not problems:
        problems.append(f"{where}: folder: expected at least one YAML file, found none")
    return _Read(items, frozenset(broken), tuple(problems))


def _read_item(path: Path, name: str, model: type[Item]) -> Item:
    if path.suffix != ".yaml":
        raise BadContent(f"{name}: file name: expected the ending .yaml, found {path.suffix}")
    item = _checked(read_yaml(path, name), model, name)
    if item.id != path.stem:
        raise BadContent(
            f"{name}: id: expected {path.stem!r} as the file is named, found {item.id!r}"
        )
    return item


def _checked(document: dict[str, object], model: type[Model], name: str) -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        details = error.errors(include_url=False)
        lines = [
            f"{name}: {_where(detail['loc'])}: {_expected(detail)}"
            for detail in details
            if not _follows(detail, details)
        ]
        raise BadContent("\n".join(lines)) from error


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether a list is only too short because some of its own entries were refused."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in details
    )


def _where(location: tuple[int | str, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).lstrip(".") or "file"


def _expected(detail: ErrorDetails) -> str:
    known = _SAID.get(detail["type"])
    if known is not None:
        return known
    said = detail["msg"].removeprefix("Value error, ")
    said = re.sub(r"^\w+ should (be|have|match)", _opening, said)
    if detail["type"] == "value_error":
        return said
    return f"{said}, found {_brief(detail['input'])}"


def _opening(match: re.Match[str]) -> str:
    return {"be": "expected", "have": "expected", "match": "expected to match"}[match.group(1)]


def _brief(found: object) -> str:
    text = repr(found) if isinstance(found, str | int | float | None) else type(found).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."


def _between(tracks: _Read[Track], questions: _Read[Question], rubrics: _Read[Rubric]) -> list[str]:
    """Names that do not resolve; those of a file that is broken itself are not told again."""
    found = dangling(
        tuple(tracks.items.values()),
        tuple(questions.items.values()),
        tuple(rubrics.items.values()),
    )
    names_of = {
        "track": tracks.names_of,
        "question": questions.names_of,
        "rubric": rubrics.names_of,
    }
    told = questions.broken | rubrics.broken
    return [
        f"{' and '.join(names_of[problem.kind](problem.id))}: {problem.name}: {problem.message}"
        for problem in found
        if problem.name not in told
    ]
