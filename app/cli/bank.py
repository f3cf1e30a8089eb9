"""`sounding bank list|lint`: the authored content as documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.adapters.files.bank import load_bank, read_question
from app.assessment.lint import lint_bank, lint_question
from app.domain.errors import BadContent

Document = dict[str, Any]


def bank_document(root: Path) -> Document:
    """Every track with its questions, in authored order."""
    bank = load_bank(root / "rubrics", root / "question_bank")
    return {
        "tracks": [
            {
                "id": track.id,
                "title": track.title,
                "questions": [
                    {
                        "id": question.id,
                        "text": question.text,
                        "kind": question.kind.value,
                        "difficulty": question.difficulty.value,
                        "criteria": [criterion.id for criterion in rubric.criteria],
                    }
                    for name in track.questions
                    if (question := bank.question(name)) is not None
                    and (rubric := bank.rubric(question.rubric)) is not None
                ],
            }
            for track in bank.tracks
        ]
    }


def bank_lines(document: Document) -> str:
    """The same for reading."""
    lines = []
    for track in document["tracks"]:
        lines.append(f"{track['id']}: {track['title']}")
        lines += [
            f"  {question['id']} ({question['kind']}, {question['difficulty']}): {question['text']}"
            for question in track["questions"]
        ]
    return "\n".join(lines)


def lint_document(root: Path, path: Path) -> Document:
    """How many questions, and every problem as a line."""
    try:
        if path.is_dir():
            bank = load_bank(root / "rubrics", path)
            problems = [f"{p.where}: {p.rule}: {p.message}" for p in lint_bank(bank)]
            return {"questions": len(bank.questions), "problems": problems}
        question = read_question(path)
        shipped = load_bank(root / "rubrics", root / "question_bank")
        rubric = shipped.rubric(question.rubric)
        if rubric is None:
            found = [f"{path}: no rubric {question.rubric!r}"]
        else:
            found = [f"{p.where}: {p.rule}: {p.message}" for p in lint_question(question, rubric)]
        return {"questions": 1, "problems": found}
    except BadContent as error:
        return {"questions": 0, "problems": str(error).splitlines()}
