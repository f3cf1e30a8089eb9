"""Authored content for tests of use cases."""

from app.domain.question import Difficulty, Probe, Question, QuestionKind, ReferencePoint


def question(question_id: str) -> Question:
    """A small valid question."""
    return Question(
        id=question_id,
        text="What is a list, and when do you use it?",
        kind=QuestionKind.CONCEPT,
        difficulty=Difficulty.EASY,
        topic="Lists",
        rubric="concept-explanation",
        reference="A list is an ordered sequence that can be changed after it was made.",
        points=(
            ReferencePoint(id="ordered", text="It is ordered.", criterion="correctness"),
            ReferencePoint(id="mutable", text="It can be changed.", criterion="correctness"),
        ),
        probes=(Probe(id="more", ask="What else do you know about it?"),),
    )
