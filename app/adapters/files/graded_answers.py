"""Labelled answers from JSON lines: one data set a file, as the data folder's README describes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from app.assessment.scorer.corpus import Graded
from app.assessment.scorer.features import Item

FILES = {
    "mohler": "mohler*.jsonl",
    "scientsbank": "scientsbank*.jsonl",
    "beetle": "beetle*.jsonl",
    "saf": "saf*.jsonl",
}


class BadGradedAnswers(Exception):
    """A file of labelled answers is missing or can't be read; the message says which and why."""


@dataclass(frozen=True)
class Loaded:
    """The answers of one data set, and the names of the files that they came from."""

    graded: tuple[Graded, ...]
    files: tuple[str, ...]


def load_graded(folder: Path, source: str) -> Loaded:
    """All answers of one data set: every file of its name below the folder.

    Raises:
        BadGradedAnswers: no file, or a line without the keys that are needed.
    """
    place = folder / "grading" if (folder / "grading").is_dir() else folder
    files = sorted(place.glob(FILES[source]))
    if not files:
        raise BadGradedAnswers(f"{place}: expected a file named {FILES[source]}")
    return Loaded(
        tuple(each for file in files for each in _read(file, source)),
        tuple(file.name for file in files),
    )


def _read(file: Path, source: str) -> list[Graded]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return [_graded(json.loads(line), source) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise BadGradedAnswers(f"{file}: {error!r}") from error


def _graded(line: dict[str, object], source: str) -> Graded:
    first, second = line.get("r1"), line.get("r2")
    raters = None
    if isinstance(first, int | float) and isinstance(second, int | float):
        raters = (float(first), float(second))
    return Graded(
        source,
        str(line["qid"]),
        Item(str(line["question"]), str(line["ref"]), str(line["answer"])),
        float(str(line["y"])),
        float(str(line["max"])),
        raters,
    )
