"""How the code of one question came to be: versions, runs and words in the order of their times."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.coding import CodeRun, Growth, Snapshot
from app.domain.interview import Turn, Word

PHRASE_GAP_SECONDS = 1.2
MOST_STEPS = 400


@dataclass(frozen=True)
class Step:
    """One moment: a version with its new lines, a run, a question, or a stretch of speech."""

    at_s: float
    version: Snapshot | None = None
    changed: tuple[int, ...] = ()
    run: CodeRun | None = None
    asked: str = ""
    said: str = ""
    until_s: float = 0.0

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the version."""
        return tuple(self.version.code.splitlines()) if self.version else ()


@dataclass(frozen=True)
class CodeStory:
    """The code of one question, from its first version to its last."""

    question_id: str
    title: str
    versions: tuple[Snapshot, ...]
    runs: tuple[CodeRun, ...]
    turns: tuple[Turn, ...]

    @property
    def last(self) -> Snapshot | None:
        """The last version."""
        return self.versions[-1] if self.versions else None

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the last version."""
        return tuple(self.last.code.splitlines()) if self.last else ()

    @property
    def tests(self) -> CodeRun | None:
        """The last run of the tests that came to results."""
        return next((run for run in reversed(self.runs) if run.cases), None)

    @property
    def growth(self) -> Growth | None:
        """The growth that was counted last."""
        return next((run.growth for run in reversed(self.runs) if run.growth), None)

    @property
    def facts(self) -> tuple[Turn, ...]:
        """The follow-ups that were about facts of the code."""
        return tuple(t for t in self.turns if t.probe is not None and t.probe.source == "fact")

    def line_of(self, turn: int) -> int | None:
        """The line that this turn was about, if it was about one."""
        found = next((t for t in self.turns if t.index == turn), None)
        return found.probe.line if found is not None and found.probe is not None else None

    @property
    def cited(self) -> frozenset[int]:
        """The lines of the last version that were asked about, as it stood at the answer."""
        if self.last is None:
            return frozenset()
        return frozenset(
            turn.probe.line
            for turn in self.facts
            if turn.probe is not None and turn.probe.line and turn.code in (None, self.last.code)
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """Versions, runs, questions and words, by time."""
        steps = [_version_step(self.versions, place) for place in range(len(self.versions))]
        steps += [Step(run.at_s, run=run) for run in self.runs]
        steps += [Step(turn.asked_at_s, asked=turn.question) for turn in self.turns]
        steps += [step for turn in self.turns for step in spoken(turn.words)]
        return tuple(sorted(steps, key=lambda step: step.at_s))[:MOST_STEPS]


def stories(
    versions: Sequence[Snapshot],
    runs: Sequence[CodeRun],
    turns: Sequence[Turn],
    titles: dict[str, str],
) -> tuple[CodeStory, ...]:
    """One story for each page of code, in the order of its first version or run."""
    pages = dict.fromkeys([*(v.question_id for v in versions), *(r.question_id for r in runs)])
    return tuple(
        CodeStory(
            question_id=page,
            title=titles.get(page, "Own code" if page == "own" else "Code"),
            versions=tuple(v for v in versions if v.question_id == page),
            runs=tuple(r for r in runs if r.question_id == page),
            turns=tuple(t for t in turns if page in (t.question_id, "own", "")),
        )
        for page in pages
    )


def spoken(words: Sequence[Word]) -> tuple[Step, ...]:
    """Words in stretches, each from one pause to the next."""
    stretches: list[list[Word]] = []
    for word in words:
        if not stretches or word.start_s - stretches[-1][-1].end_s > PHRASE_GAP_SECONDS:
            stretches.append([])
        stretches[-1].append(word)
    return tuple(
        Step(s[0].start_s, said=" ".join(w.text for w in s), until_s=s[-1].end_s + 0.3)
        for s in stretches
    )


def new_lines(before: str, after: str) -> tuple[int, ...]:
    """The numbers of the lines of `after` that `before` did not have there."""
    matcher = difflib.SequenceMatcher(a=before.splitlines(), b=after.splitlines(), autojunk=False)
    return tuple(
        line + 1
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("replace", "insert")
        for line in range(start, end)
    )


def _version_step(versions: Sequence[Snapshot], place: int) -> Step:
    version = versions[place]
    before = versions[place - 1].code if place else ""
    return Step(version.at_s, version=version, changed=new_lines(before, version.code))
