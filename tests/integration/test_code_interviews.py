"""Interviews about eight programs: true facts, cited lines, nothing told, contradictions graded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.files.bank import load_bank
from app.adapters.sandbox.sandbox import ProcessSandbox
from app.agent.case import Answered
from app.agent.code_reader import CodeReader, confirmed
from app.agent.code_rulings import ruling_of, rulings_of
from app.agent.grader import Grader
from app.agent.interviewer import Interviewer
from app.assessment.quotes import said
from app.bench.code_facts import LANGUAGES, checked
from app.cli.checks import ROOT
from app.domain.consent import Purpose
from app.domain.interview import Turn
from app.inspection.fact import Fact
from app.ports.sandbox import SandboxUnavailable
from tests.fakes.embeddings import FakeEmbedder
from tests.fakes.scoring import plain_scorer
from tests.needs import absent
from tests.unit.agent.grading_world import NOW, PlainPrompts, World
from tests.unit.agent.stage import Shelf, an_interview, answered

pytestmark = pytest.mark.integration

PROGRAMS = ROOT / "tests" / "programs"
EIGHT = {
    "right": "right_two_sum.py",
    "wrong": "wrong_median.py",
    "slow": "slow_duplicates.py",
    "crashing": "crashing_average.py",
    "infinite": "infinite_collatz.py",
    "empty": "empty.py",
    "another language": "other_language.java",
    "malicious": "malicious_reader.py",
}
BANK = load_bank(ROOT / "rubrics", ROOT / "question_bank")
QUESTIONS = tuple(
    question
    for name in ("merge-intervals", "group-anagrams", "first-unique-character")
    if (question := BANK.question(name)) is not None
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox(at_once=2)
    try:
        made.walls()
    except SandboxUnavailable as error:
        absent(str(error))
    yield made
    made.close()


def contradicting(turn: Turn) -> str:
    """What nobody says who ran it."""
    probe = turn.probe
    assert probe is not None
    if probe.fact == "raises":
        return "There is no problem at all, it simply returns zero there."
    if probe.fact in ("returns", "holds", "prints"):
        return "It raises a memory error there because the machine is too small."
    if probe.fact == "growth":
        claimed = "constant" if (probe.truth or "").startswith("linear") else "linear"
        return f"The work is {claimed}, so nothing dramatic happens."
    if probe.fact == "runs-often":
        return "That line runs 4711 times in my opinion."
    if probe.fact in ("changes-input", "keeps-state"):
        return "Yes, it stays the same and is never changed."
    return "It stops by itself and returns a value as soon as the input is used up."


async def interviewed(file: Path, sandbox: ProcessSandbox) -> tuple[tuple[Turn, ...], CodeReader]:
    """All questions with their follow-ups; every question about a fact is answered wrongly."""
    code = file.read_text(encoding="utf-8")
    reader = CodeReader(sandbox)
    interviewer = Interviewer(
        store=Shelf({q.id: q for q in QUESTIONS}),
        embedder=FakeEmbedder(),
        reader=reader,
        plan_timeout=120.0,
    )
    interview = an_interview(
        [q.id for q in QUESTIONS], code=code, code_language=LANGUAGES[file.suffix], minutes=60.0
    )
    plan = await interviewer.opening(interview)
    turns: tuple[Turn, ...] = ()
    while plan.kind != "closing":
        question = next(q for q in QUESTIONS if q.id == plan.question_id)
        turn = answered(plan, question.reference, len(turns), code=code, id=UUID(int=len(turns)))
        if turn.probe is not None and turn.probe.source == "fact":
            turn = replace(turn, answer=contradicting(turn))
        turns = (*turns, turn)
        plan = await interviewer.plan(interview, turns, 10.0 * len(turns))
    return turns, reader


async def fact_of(turn: Turn, file: Path, reader: CodeReader) -> Fact:
    code = file.read_text(encoding="utf-8")
    facts = await reader.facts(code, LANGUAGES[file.suffix], 120.0)
    assert turn.probe is not None
    return next(fact for fact in facts if fact.claim == turn.probe.claim)


@pytest.mark.parametrize("kind", EIGHT)
async def test_probes_cite_lines_and_true_facts_and_contradictions_are_graded_wrong(
    kind: str, sandbox: ProcessSandbox
) -> None:
    file = PROGRAMS / EIGHT[kind]
    code = file.read_text(encoding="utf-8")
    turns, reader = await interviewed(file, sandbox)
    about_code = [t for t in turns if t.probe is not None and t.probe.source == "fact"]
    assert bool(about_code) == (kind != "empty")
    for turn in about_code:
        fact = await fact_of(turn, file, reader)
        assert turn.probe is not None
        assert 1 <= (turn.probe.line or 0) <= len(code.splitlines())
        if kind != "another language":
            assert await confirmed([fact], code, sandbox) == (fact,)
            assert checked(fact, code) == ()
            assert turn.probe.run
    wrong = [r.turn for r in rulings_of(turns) if r.ruling.verdict == "wrong"]
    ruled = [t for t in about_code if t.probe and t.probe.truth]
    assert wrong == ruled
    for question in {turn.question_id for turn in wrong}:
        await _graded_wrong(question, [t for t in turns if t.question_id == question], wrong)


async def _graded_wrong(question_id: str, turns: list[Turn], wrong: list[Turn]) -> None:
    question = BANK.question(question_id)
    assert question is not None
    rubric = BANK.rubric(question.rubric)
    assert rubric is not None
    world = World()
    grader = Grader(
        store=world,  # type: ignore[arg-type]  # only the repositories that are used
        embedder=world.embedder,
        scorer=plain_scorer(world.embedder.embed),
        prompts=PlainPrompts(),
        model=None,
        yield_to_live=_at_once,
    )
    sitting = Answered(
        turns[0].interview_id, Purpose.PRACTICE, "basic", question, rubric, tuple(turns), NOW
    )
    card = await grader(sitting)
    contradicted = [c for c in card.criteria if "A run contradicts" in c.reason]
    assert contradicted
    for criterion in contradicted:
        assert criterion.level is not None
        assert criterion.level <= 1
        assert all(said(evidence, turns) for evidence in criterion.evidence)
    reasons = " ".join(c.reason for c in contradicted)
    for turn in turns:
        if turn in wrong and turn.probe:
            assert (turn.probe.run or "nothing") in reasons


async def _at_once() -> None:
    return None


async def test_a_true_answer_is_right(sandbox: ProcessSandbox) -> None:
    file = PROGRAMS / EIGHT["wrong"]
    turns, _ = await interviewed(file, sandbox)
    about = next(t for t in turns if t.probe is not None and t.probe.truth)
    assert about.probe is not None
    told = replace(about, answer=re.sub(r"[\[\]']", "", about.probe.expected or ""))
    found = ruling_of(told)
    assert found is not None
    assert found.verdict == "right"
