"""Facts stated about programs, each checked by a new run; and the probes made from them."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.adapters.files.bank import load_bank
from app.adapters.files.tasks import load_tasks
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.agent.code_probes import told_away
from app.agent.code_reader import CodeReader, rerun
from app.agent.code_runs import parses
from app.agent.task_reader import TaskReader
from app.assessment.probes import PROBE_WORDS, Ground, faults
from app.assessment.wording import word_count
from app.bench.beside_runs import beside_runs
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.machine import machine
from app.bench.spread import spread
from app.dialogue.spoken import speakable
from app.domain.question import Question
from app.domain.runs import Program
from app.domain.task import Task
from app.inspection.fact import Fact
from app.inspection.looking import holds
from app.ports.errors import PortError

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = {".py": "python", ".java": "java", ".js": "javascript", ".c": "c", ".go": "go"}
LONGEST_READING_S = 60.0
OVERHEAD_RUNS, OTHER_RUNS = 30, 11
ONE_LINE = {
    "javascript": "console.log(1)",
    "java": "class Program { public static void main(String[] words) { System.out.println(1); } }",
}
FEWEST_FACTS, FEWEST_KINDS = 3, 2

Document = dict[str, Any]


def bench_code_facts(
    *, code: Path | None, limit: int | None = None, live_seconds: float = 0.0
) -> Document:
    """State facts about every program of a folder, run each again, and judge the probes.

    Without a folder: about the shipped tasks' solutions and their plausible wrong ones. With
    `live_seconds`, also how a live interview fares beside four busy programs.

    Raises:
        BenchRefused: no folder, or no program in it.
        BenchFailed: programs can't be run here.
    """
    if code is not None and not code.is_dir():
        raise BenchRefused(f"{code}: expected a folder with programs")
    bank = ROOT / "question_bank"
    tasks = load_tasks(bank / "tasks", load_bank(ROOT / "rubrics", bank))
    with TemporaryDirectory() as written:
        folder = _written(tasks.values(), Path(written)) if code is None else code
        return _of_folder(folder, tasks, limit, live_seconds)


def _written(tasks: Iterable[Task], folder: Path) -> Path:
    for task in tasks:
        (folder / f"{task.id}.py").write_text(task.solution)
        for wrong in task.wrong:
            (folder / f"{task.id}-{wrong.id}.py").write_text(wrong.code)
    return folder


def _of_folder(
    code: Path, tasks: Mapping[str, Task], limit: int | None, live_seconds: float
) -> Document:
    files = sorted(f for f in code.iterdir() if f.suffix in LANGUAGES)[:limit]
    if not files:
        raise BenchRefused(f"{code}: expected programs ({', '.join(LANGUAGES)}), found none")
    try:
        document = asyncio.run(_measured(files, tasks))
        if live_seconds > 0:
            document["live"] = beside_runs(live_seconds)
        return document
    except PortError as error:
        raise BenchFailed(str(error)) from error


async def _measured(files: Sequence[Path], tasks: Mapping[str, Task]) -> Document:
    sandbox = ProcessSandbox()
    reader = TaskReader(sandbox, tasks)
    try:
        walls = await asyncio.to_thread(sandbox.walls)
        programs: list[Document] = []
        listing: list[Document] = []
        checklist: list[Document] = []
        for file in files:
            told, facts, probes = await _about(file, reader, sandbox)
            programs.append(told)
            listing += facts
            checklist += probes
            sys.stderr.write(f"{file.name}: {len(facts)} facts\n")
        overhead = await _overhead(sandbox)
        others = {name: await _whole_run(sandbox, name) for name in ONE_LINE}
    finally:
        sandbox.close()
    true = [fact["true"] for fact in listing]
    good = [not probe["faults"] for probe in checklist]
    runs = [p for p in programs if p["runs"]]
    return {
        "programs": len(programs),
        "facts": len(listing),
        "true_share": sum(true) / len(true) if true else None,
        "programs_that_run": len(runs),
        "programs_with_enough": sum(p["enough"] for p in runs),
        "probes": len(checklist),
        "relevant_share": sum(good) / len(good) if good else None,
        "walls": walls,
        "overhead_s": overhead,
        "other_languages_s": others,
        "reading_s": spread([p["reading_s"] for p in programs]),
        "by_program": programs,
        "listing": listing,
        "checklist": checklist,
        "machine": machine(),
        "seed": 0,
    }


async def _about(
    file: Path, reader: CodeReader, sandbox: ProcessSandbox
) -> tuple[Document, list[Document], list[Document]]:
    code, language = file.read_text(encoding="utf-8"), LANGUAGES[file.suffix]
    began = time.perf_counter()
    facts = await reader.facts(code, language, LONGEST_READING_S)
    took = time.perf_counter() - began
    checks = [fact.check for fact in facts if fact.check is not None]
    outcomes = await rerun(checks, code, sandbox) if language == "python" and checks else {}
    lines = code.splitlines()
    listing = [
        {
            "file": file.name,
            "line": fact.line,
            "kind": fact.kind,
            "fact": fact.claim,
            "checked_by": fact.check.told if fact.check else "counted in the text",
            "true": holds(fact.check, outcomes[fact.check])
            if fact.check
            else fact.claim == f"The code has {len(lines)} lines.",
        }
        for fact in facts
    ]
    kinds = {fact.kind for fact in facts}
    told = {
        "file": file.name,
        "parses": language == "python" and parses(code),
        "runs": language == "python" and parses(code) and bool(code.strip()),
        "facts": len(facts),
        "kinds": sorted(kinds),
        "enough": len(facts) >= FEWEST_FACTS and len(kinds) >= FEWEST_KINDS,
        "reading_s": round(took, 3),
    }
    return told, listing, _probes(file.name, code, facts)


def _probes(name: str, code: str, facts: Sequence[Fact]) -> list[Document]:
    """Every question made from a fact, with the rules of the checklist that it breaks."""
    return [
        {
            "file": name,
            "line": fact.line,
            "kind": fact.kind,
            "probe": speakable(fact.question),
            "expected": fact.expected,
            "faults": list(checked(fact, code)),
        }
        for fact in facts
    ]


def checked(fact: Fact, code: str) -> tuple[str, ...]:
    """The checklist: which of its rules the probe of this fact breaks.

    It cites a line that exists, by its number or a name on it; it is one question, short, fair,
    speakable and without a verdict; what a right answer says does not stand in it; and the run
    behind it is known.
    """
    ask = speakable(fact.question)
    lines = code.splitlines()
    ground = Ground(question=_NO_QUESTION, line=fact.line, code_lines=len(lines))
    broken = list(faults(ask, ground))
    cited = str(fact.line) in ask
    here = set(re.findall(r"\w+", lines[fact.line - 1])) if fact.line <= len(lines) else set()
    if not cited and not here & set(re.findall(r"\w+", fact.question)):
        broken.append("cites-nothing")
    check = fact.check
    given = " ".join([str(fact.line), *check.calls, check.stdin]) if check else str(fact.line)
    if told_away(fact.kind, fact.truth, given, ask):
        broken.append("tells-the-answer")
    if word_count(ask) > PROBE_WORDS:
        broken.append("too-long")
    if fact.check is None:
        broken.append("no-run")
    return tuple(dict.fromkeys(broken))


async def _overhead(sandbox: ProcessSandbox) -> Document:
    """What a run costs beyond the program itself, one at a time, on waiting processes."""
    took = [
        (await sandbox.run(Program("print(sum(range(1000)))"))).overhead_seconds
        for _ in range(OVERHEAD_RUNS)
    ]
    return spread(took[2:]) | {"n": len(took) - 2, "load_before": os.getloadavg()[0]}


async def _whole_run(sandbox: ProcessSandbox, language: str) -> Document:
    """How long a program of one line takes, the start of its interpreter included."""
    if (reason := sandbox.unavailable(language)) is not None:
        return {"not_run": reason}
    took = []
    for _ in range(OTHER_RUNS):
        began = time.perf_counter()
        found = await sandbox.run(Program(ONE_LINE[language], language))
        if found.outcomes[0].done:  # on a machine that is full, time may run out
            took.append(time.perf_counter() - began)
    return spread(took[1:]) | {"n": len(took[1:]), "ended_share": len(took) / OTHER_RUNS}


_NO_QUESTION = Question.model_validate(
    {
        "id": "own-code",
        "text": "Please explain your code to me.",
        "kind": "code",
        "difficulty": "medium",
        "topic": "Own code",
        "rubric": "coding-explanation",
        "reference": "What the code does when it is run.",
        "points": [
            {"id": "one", "text": "It says what the code does.", "criterion": "approach"},
            {"id": "two", "text": "It says what the code costs.", "criterion": "cost"},
        ],
        "probes": [{"id": "more", "ask": "What else does it do?"}],
    }
)
