"""What the recogniser is told to expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.files.bank import read_question
from app.agent.scene import hotwords

pytestmark = pytest.mark.integration

QUESTIONS = Path(__file__).parents[2] / "question_bank" / "questions"


def test_a_word_and_its_opposite_are_never_both_hinted_at() -> None:
    question = read_question(next(QUESTIONS.glob("*/list-versus-tuple.yaml")))
    said = {term for point in question.points for term in point.terms}
    hints = hotwords(question, "")
    assert {"mutable", "immutable"} <= said
    assert not {"mutable", "immutable"} & set(hints)
    assert {"list", "tuple", "hashable"} <= set(hints)
