"""`sounding grade`: grade a file of written answers, line by line, and go on where it stopped."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.adapters.files.errors import ModelFileError
from app.assessment.scorer.model import BadScorer
from app.cli.answer_files import BadFile, InUse, RawLine, Results, raw_lines
from app.domain.errors import BadContent
from app.ports.errors import PortError
from app.usecases.answer_line import AnswerLine, BadLine, read_line
from app.usecases.grade_answers import GradeAnswers
from app.usecases.other_questions import OtherQuestions

log = logging.getLogger(__name__)

AT_ONCE = 64
JUDGES = re.compile(r"none|local|local-state|openai:.+|ollama:.+")


class BadRequest(Exception):
    """The command's words or its files are wrong; the message says what was expected."""


class GradingFailed(Exception):
    """Grading could not be done, or not to its end; what was written stays."""


@dataclass
class Tally:
    """How many lines ended how; `known` stood in the results before."""

    lines: int = 0
    known: int = 0
    by_status: dict[str, int] = field(default_factory=dict)

    def count(self, status: str) -> None:
        """One more line."""
        self.by_status[status] = self.by_status.get(status, 0) + 1

    @property
    def errors(self) -> int:
        """Lines that could not be graded."""
        return self.by_status.get("error", 0)

    def __str__(self) -> str:
        named = ("graded", "review", "ungraded", "error")
        found = ", ".join(f"{self.by_status.get(name, 0)} {name}" for name in named)
        return f"{found}; {self.known} of {self.lines} lines stood there before"


class MakeGrader(Protocol):
    """Makes what grades, once the files are known to be good."""

    def __call__(self, judge: str, others: OtherQuestions) -> GradeAnswers:
        """The grader; raises PortError, BadContent or a ModelFileError."""
        ...


def grade(answers: Path, out: Path, judge: str, make: MakeGrader) -> Tally:
    """Grade every line that `out` does not hold yet.

    Raises:
        BadRequest: a file is missing or wrong, an id stands twice, or the judge has no such name.
        GradingFailed: it could not go on, or was stopped; a later run goes on from there.
    """
    _require(answers, out, judge)
    others = OtherQuestions()
    try:
        tally = Tally(_look_through(answers, others))
        with Results(out) as results:
            tally.known = len(results.done)
            for _ in range(results.errors):
                tally.count("error")
            asyncio.run(_grade(answers, results, tally, lambda: make(judge, others)))
    except BadFile as error:
        raise BadRequest(str(error)) from error
    except (InUse, OSError, PortError, ModelFileError, BadScorer, BadContent) as error:
        raise GradingFailed(str(error)) from error
    except KeyboardInterrupt:
        raise GradingFailed("stopped; the same command goes on from here") from None
    return tally


def _require(answers: Path, out: Path, judge: str) -> None:
    if not JUDGES.fullmatch(judge):
        raise BadRequest(
            "--judge: expected none, local, local-state, openai:MODEL or ollama:MODEL,"
            f" found {judge!r}"
        )
    if not answers.is_file():
        raise BadRequest(f"{answers}: expected a file of JSON lines")
    if not out.absolute().parent.is_dir() or (out.exists() and not out.is_file()):
        raise BadRequest(f"--out: expected a file in a folder that exists, found {out}")
    if out.exists() and out.samefile(answers):
        raise BadRequest("--out: expected another file than the answers'")


def _look_through(answers: Path, others: OtherQuestions) -> int:
    """How many lines there are; refuses an id that stands twice, before anything is graded."""
    seen: set[str] = set()
    with answers.open("rb") as file:
        for raw in raw_lines(file):
            if raw.key in seen:
                raise BadRequest(f"{answers}: line {raw.number}: the id {raw.key} stands twice")
            seen.add(raw.key)
            with suppress(BadLine):
                others.add(_read(raw))
    return len(seen)


async def _grade(
    answers: Path, results: Results, tally: Tally, make: Callable[[], GradeAnswers]
) -> None:
    grader: GradeAnswers | None = None
    with answers.open("rb") as file, _progress(tally) as progress:
        task = progress.add_task("grading", total=tally.lines, completed=tally.known)
        waiting = (raw for raw in raw_lines(file) if raw.key not in results.done)
        while some := [(raw, _read_or_not(raw)) for raw in islice(waiting, AT_ONCE)]:
            good = [line for _, line in some if isinstance(line, AnswerLine)]
            if good:
                grader = grader or make()
                grader.prepare(good)
            for raw, line in some:
                document = await _one(raw, line, grader)
                results.write(document)
                tally.count(document["status"])
                progress.advance(task)
                await asyncio.sleep(0)  # where a stop by the keyboard is heard


async def _one(
    raw: RawLine, line: AnswerLine | BadLine, grader: GradeAnswers | None
) -> dict[str, Any]:
    if isinstance(line, BadLine) or grader is None:
        reason = line.reason if isinstance(line, BadLine) else ""
        return {"id": raw.id, "line": raw.number, "status": "error", "reason": reason}
    try:
        return (await grader(line)).document
    except PortError:
        raise
    except Exception as error:  # one answer that breaks the grading must not keep the others
        log.exception("line %d could not be graded", raw.number)
        reason = f"grading failed ({type(error).__name__})"
        return {"id": line.id, "line": raw.number, "status": "error", "reason": reason}


def _read(raw: RawLine) -> AnswerLine:
    if raw.fault:
        raise BadLine(raw.fault)
    return read_line(raw.text)


def _read_or_not(raw: RawLine) -> AnswerLine | BadLine:
    try:
        return _read(raw)
    except BadLine as error:
        return error


def _progress(tally: Tally) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal or tally.known == tally.lines,
    )
