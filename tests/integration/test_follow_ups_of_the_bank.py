"""Follow-ups to the shipped bank's own exemplars, with the real embedder."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.adapters.files.bank import load_bank
from app.adapters.llm.embedder import MiniLmEmbedder
from app.agent.interviewer import Interviewer
from app.assessment.fairness import unfair
from app.assessment.probes import contains, leaked, repeats
from app.domain.question import Question
from tests.needs import need_model
from tests.unit.agent.stage import Shelf, an_interview, answered

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
BANK = load_bank(ROOT / "rubrics", ROOT / "question_bank")
QUESTIONS = tuple(q for q in BANK.questions if len(q.exemplars) >= 2)[::3]


@pytest.fixture(scope="module")
def interviewer() -> Interviewer:
    folder = need_model("minilm")
    embedder = MiniLmEmbedder(folder / "model.onnx", folder / "tokenizer.json")
    return Interviewer(store=Shelf({q.id: q for q in BANK.questions}), embedder=embedder)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
async def test_every_follow_up_to_an_exemplar_keeps_the_rules(
    question: Question, interviewer: Interviewer
) -> None:
    own = Interviewer(store=interviewer._store, embedder=interviewer._coverage._embedder)
    interview = an_interview([question.id])
    opening = await own.opening(interview)
    for exemplar in (question.exemplars[0], question.exemplars[-1]):
        turns = (answered(opening, exemplar.answer),)
        for index in (1, 2):
            plan = await own.plan(interview, turns, 60.0 * index)
            if plan.kind == "closing":
                break
            asked = [turn.question for turn in turns]
            said = " ".join(turn.heard for turn in turns)
            assert plan.question.count("?") == 1
            assert len(plan.question.split()) <= 30
            assert unfair(plan.question) is None
            assert not repeats(plan.question, asked)
            assert not leaked(plan.question, question, said)
            assert plan.probe is not None
            if plan.probe.phrase:
                assert contains(said, plan.probe.phrase)
                assert contains(plan.question, plan.probe.phrase)
            turns = (*turns, answered(plan, "It depends on how large the input is.", index))


async def test_planning_is_quick_once_a_question_is_known(interviewer: Interviewer) -> None:
    question = QUESTIONS[0]
    own = Interviewer(store=interviewer._store, embedder=interviewer._coverage._embedder)
    interview = an_interview([question.id])
    opening = await own.opening(interview)
    await own.plan(interview, (answered(opening, "Warm up with a few plain words here."),), 60.0)
    before = time.process_time()
    await own.plan(interview, (answered(opening, question.exemplars[-1].answer),), 60.0)
    assert time.process_time() - before < 0.5
