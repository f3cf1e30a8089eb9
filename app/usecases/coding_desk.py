"""The coding desk of an interview: the task on it, its code, its runs and what was noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from app.domain.coding import CodeRun, Noticed, Snapshot
from app.domain.interview import Interview
from app.domain.task import Task
from app.ports.coding import CodeHistory
from app.ports.errors import EngineBusy
from app.ports.sandbox import Sandbox
from app.ports.store import Store
from app.usecases.run_code import run_snapshot

LANGUAGES = {
    "python": "Python",
    "javascript": "JavaScript",
    "java": "Java",
    "c": "C",
    "cpp": "C++",
    "go": "Go",
    "rust": "Rust",
    "sql": "SQL",
    "other": "another language",
}
OWN = "own"
NO_SANDBOX = "this server has no sandbox"


class Reads(Protocol):
    """Begins to read code for its facts, so that they are known when it is talked about."""

    def begin(self, code: str, language: str) -> object:
        """Start, unless that was done before."""
        ...


@dataclass(frozen=True)
class Desk:
    """What stands on the desk now. `hints` are those asked for so far."""

    question_id: str
    task: Task | None
    language: str
    code: str
    hints: tuple[str, ...] = ()
    noticed: tuple[Noticed, ...] = ()
    last_run: CodeRun | None = None


@dataclass(frozen=True)
class CodingDesk:
    """Use cases around the code of an interview."""

    store: Store
    history: CodeHistory
    sandbox: Sandbox | None = None
    tasks: Mapping[str, Task] = field(default_factory=dict)
    reader: Reads | None = None
    running: set[UUID] = field(default_factory=set)

    async def open(self, interview: Interview, at_s: float) -> Desk:
        """The desk; who brings own code to an interview keeps it on the desk for all of it."""
        if interview.code and not await self.history.snapshots(interview.id):
            own = Snapshot(
                interview.id, OWN, interview.code_language, interview.code, "start", at_s
            )
            await self.history.save(own)
        return await self.lay(interview)

    async def lay(self, interview: Interview) -> Desk:
        """The desk for the open question: its newest version, else what was given to begin with.

        Questions without a task share one page of code.
        """
        question_id = await self._open_question(interview)
        if await self.history.newest(interview.id, OWN) is not None:
            question_id = OWN
        elif question_id not in self.tasks:
            question_id = ""
        task = self.tasks.get(question_id)
        newest = await self.history.newest(interview.id, question_id)
        noticed = await self.history.noticed(interview.id)
        runs = await self.history.runs(interview.id)
        language = newest.language if newest else _first_language(interview, task)
        given = task.starters["python"] if task else (interview.code or "")
        if task and newest is None and language != "python":
            given = _starter(task, language)
        return Desk(
            question_id=question_id,
            task=task,
            language=language,
            code=newest.code if newest else given,
            hints=_hints(task, noticed),
            noticed=noticed,
            last_run=next((r for r in reversed(runs) if r.question_id == question_id), None),
        )

    async def run(self, snapshot: Snapshot, *, tests: bool) -> CodeRun:
        """Run this version and keep what came of it.

        Raises:
            EngineBusy: too many runs wait already, or one of this interview is under way.
        """
        if snapshot.interview_id in self.running:
            raise EngineBusy("this interview runs a program already")
        task = self.tasks.get(snapshot.question_id)
        self.running.add(snapshot.interview_id)
        try:
            run = await run_snapshot(self.sandbox, snapshot, task if tests else None)
        finally:
            self.running.discard(snapshot.interview_id)
        await self.history.keep_run(run)
        if self.reader is not None and run.outcome != "unavailable":
            self.reader.begin(snapshot.code, snapshot.language)
        return run

    async def hint(self, interview: Interview, at_s: float) -> None:
        """Give the next hint, if there is one; it is noted that it was given."""
        desk = await self.lay(interview)
        if desk.task is None or len(desk.hints) >= len(desk.task.hints):
            return
        given = f"{desk.task.id} {len(desk.hints) + 1}"
        await self.history.notice(Noticed(interview.id, "hint", at_s, name=given))

    def unavailable(self, language: str) -> str | None:
        """Why programs of this language can't be run here; None where they can."""
        return self.sandbox.unavailable(language) if self.sandbox is not None else NO_SANDBOX

    async def _open_question(self, interview: Interview) -> str:
        async with self.store.begin() as work:
            turns = await work.turns.of(interview.id)
        if turns:
            return turns[-1].question_id
        return interview.question_ids[0] if interview.question_ids else ""


def _first_language(interview: Interview, task: Task | None) -> str:
    wanted = interview.code_language
    return wanted if task is None or wanted in task.starters else "python"


def _starter(task: Task, language: str) -> str:
    starters: Mapping[str, str] = {str(name): code for name, code in task.starters.items()}
    return starters.get(language, "")


def _hints(task: Task | None, noticed: tuple[Noticed, ...]) -> tuple[str, ...]:
    if task is None:
        return ()
    given = sum(n.kind == "hint" and n.name.split(" ")[0] == task.id for n in noticed)
    return task.hints[:given]
