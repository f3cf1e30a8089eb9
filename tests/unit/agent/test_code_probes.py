"""A model may word a question about code: the line and the numbers stay, the answer stays out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.agent.candidates import Candidate
from app.agent.code_probes import challenging, says_the_same, told_away, worded
from app.agent.proposal import Writer
from app.agent.scene import Scene, scene_of
from app.assessment.probes import Ground, faults
from app.domain.interview import Probe
from app.domain.plan import Plan
from app.inspection.fact import Fact
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


GROWTH = Fact(
    "growth",
    4,
    "For sizes 40, 80 and 160, line 4 runs 820, 3240 and 12880 times in find: quadratic.",
    "Line 4: if the input of find gets twice as large, how much more work is done, and why?",
    "The work is quadratic.",
    truth="quadratic",
    shown="3240 times for 80 items and 12880 for 160",
)


@pytest.mark.parametrize("claim", ["It is O of n, one pass.", "That is linear.", "It costs O(n)."])
def test_a_claimed_growth_that_was_not_counted_is_challenged(claim: str) -> None:
    scene = replace(_scene(), answers=(claim,))
    (candidate,) = challenging(scene, [GROWTH])
    assert candidate.ask.startswith("You said ")
    assert "On line 4 it runs 3240 times for 80 items and 12880 for 160." in candidate.ask
    assert candidate.probe.line == 4
    assert not told_away("growth", "quadratic", "", candidate.ask)
    ground = Ground(scene.question, said=claim, phrase=candidate.probe.phrase, code_lines=9)
    assert faults(candidate.ask, ground) == ()


@pytest.mark.parametrize(
    "claim", ["It is quadratic.", "It sorts the list and goes on.", "A look-up is constant."]
)
def test_a_right_or_missing_claim_is_not_challenged(claim: str) -> None:
    assert not [*challenging(replace(_scene(), answers=(claim,)), [GROWTH])]


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
