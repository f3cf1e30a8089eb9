"""A model may word a question about code: the line and the numbers stay, the answer stays out."""

from __future__ import annotations

import pytest

from app.agent.candidates import Candidate
from app.agent.code_probes import says_the_same, told_away, worded
from app.agent.proposal import Writer
from app.agent.scene import Scene, scene_of
from app.domain.interview import Probe
from app.domain.plan import Plan
from tests.unit.agent.stage import a_question, an_interview, answered

pytestmark = pytest.mark.unit

ASK = "Line 4: what does median return there for a list of 3, 1 and 2, and why?"
PROBE = Probe("fact", line=4, claim="c", fact="returns", truth="'B'", run="ran it")


@pytest.mark.parametrize(
    ("ask", "kept"),
    [
        ("On line 4, what comes out of median for a list of 3, 1 and 2?", True),
        ("On line 5, what comes out of median for a list of 3, 1 and 2?", False),
        ("What comes out of median for a list of 3, 1 and 2?", False),
        ("On line 4, why does median return B for a list of 3, 1 and 2?", False),
    ],
)
def test_a_wording_keeps_the_line_and_the_numbers_and_tells_nothing(ask: str, kept: bool) -> None:
    assert says_the_same(ask, ASK, PROBE) is kept


@pytest.mark.parametrize(
    ("kind", "truth", "given", "ask", "told"),
    [
        (
            "raises",
            "IndexError",
            "4 f([])",
            "Line 4: which IndexError comes from an empty list?",
            True,
        ),
        ("raises", "IndexError", "4 f([])", "Line 4: what happens there for an empty list?", False),
        ("growth", "quadratic", "4", "Line 4: why is the work quadratic?", True),
        ("returns", "8", "9 f(6)", "Line 9: why does it return 8 for 6?", True),
        ("returns", "6", "9 f(6)", "Line 9: what does it return for 6?", False),
        ("keeps-state", "no", "9", "Line 9: do both calls give the same, or no?", False),
    ],
)
def test_what_tells_the_answer_is_found(
    kind: str, truth: str, given: str, ask: str, told: bool
) -> None:
    assert told_away(kind, truth, given, ask) is told


def _scene() -> Scene:
    question = a_question("own", kind="code")
    plan = Plan(kind="question", lead="", question=question.text, question_id=question.id)
    turn = answered(plan, "I sort the numbers and take the one in the middle of them.")
    return scene_of(an_interview(["own"]), (turn,), 10.0, question, (question,))


class _Says(Writer):
    def __init__(self, words: str | None) -> None:
        super().__init__(None, None, 1.0)
        self.words = words

    @property
    def ready(self) -> bool:
        return True

    async def reword(self, question: str, asked: object) -> str | None:
        return self.words


async def test_the_models_words_are_taken_where_they_keep_the_rules() -> None:
    chosen = Candidate(ASK, PROBE, 1.5, "It is about line 4 of your code.")
    better = "On line 4, what comes out of median for a list of 3, 1 and 2?"
    assert (await worded(chosen, _scene(), _Says(better))).ask == better
    assert (await worded(chosen, _scene(), _Says("Line 4 is wrong, is it not?"))).ask == ASK
    assert (await worded(chosen, _scene(), _Says(None))).ask == ASK


async def test_without_a_capable_model_the_template_stands() -> None:
    chosen = Candidate(ASK, PROBE, 1.5, "why")
    assert await worded(chosen, _scene(), Writer(None, None, 1.0)) is chosen
