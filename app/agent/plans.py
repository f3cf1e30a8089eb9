"""Plans put together: a question or follow-up with the short sentence before it."""

from __future__ import annotations

from app.agent.budget import out_of_time
from app.agent.candidates import Candidate
from app.agent.scene import Scene, hotwords
from app.agent.wording import before_follow_up, before_next, farewell, fitting, reply_to
from app.assessment.attempts import Attempt
from app.assessment.requests import Request
from app.domain.plan import Plan
from app.domain.question import Difficulty, Question, QuestionKind

_SLOWER = {QuestionKind.DESIGN: 0.1, QuestionKind.CODE: 0.1}


def asking(question: Question, lead: str, number: int) -> Plan:
    """A question of the bank."""
    return Plan(
        kind="question",
        lead=lead,
        question=question.spoken or question.text,
        question_id=question.id,
        hotwords=hotwords(question, ""),
        patience=_patience(question),
        number=number,
    )


def asking_next(question: Question, scene: Scene) -> Plan:
    """The next question, after what was said to the one on the table."""
    attempt = Attempt.EMPTY if scene.standing.skipped else scene.attempt
    usual = before_next(attempt, scene.place)
    lead = _lead(scene, usual, question.spoken or question.text)
    return asking(question, lead, scene.number + 1)


def closing(scene: Scene) -> Plan:
    """The end, with a reply to what was asked of us last."""
    farewells = farewell(scene.interview, out_of_time=out_of_time(scene.standing))
    reply = _reply(scene)
    lead = f"{fitting(reply, farewells)} {farewells}".strip()
    return Plan(kind="closing", lead=lead, question="", done=scene.question.id)


def following_up(chosen: Candidate, scene: Scene) -> Plan:
    """A follow-up to the newest answer."""
    usual = before_follow_up(scene.attempt, scene.place)
    return Plan(
        kind="follow_up",
        lead=_lead(scene, usual, chosen.ask),
        question=chosen.ask,
        question_id=scene.question.id,
        probe=chosen.probe,
        why=chosen.why,
        hotwords=hotwords(scene.question, scene.code),
        patience=_patience(scene.question),
        number=scene.number,
    )


def to_invite(scene: Scene) -> bool:
    """Whether a general invitation suits the reply better than a follow-up on the subject."""
    aside = scene.attempt is Attempt.ASKING and scene.request is not Request.ANSWER
    return aside or scene.attempt in {Attempt.SHORT, Attempt.UNCLEAR, Attempt.REPEATED}


def _lead(scene: Scene, usual: str, question: str) -> str:
    """The short sentence before the question: a reply to what was asked of us comes first."""
    return fitting(_reply(scene), question) or fitting(usual, question)


def _reply(scene: Scene) -> str:
    if scene.request is None or scene.standing.skipped:
        return ""
    return reply_to(
        scene.request,
        scene.place,
        seconds_left=scene.standing.seconds_left,
        questions_left=scene.standing.questions_left,
    )


def _patience(question: Question) -> float:
    """Hard questions, designs and code give more time to think."""
    hard = 0.15 if question.difficulty is Difficulty.HARD else 0.0
    return 1.0 + hard + _SLOWER.get(question.kind, 0.0)
