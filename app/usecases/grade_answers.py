"""Grade one written answer by its line: gates, the offline scorer, and a judge where there is one.

Nothing here keeps what it saw: the same line gives the same kind of result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.assessment.citing import Quote, carrying, nearness, quotes_of
from app.assessment.decision import Decision, Status, decide
from app.assessment.fusion import agree
from app.assessment.grading_talk import speaks_of_grading
from app.assessment.injection import speaks_to_grader
from app.assessment.scorer.features import Item
from app.assessment.scorer.scorer import Scorer
from app.assessment.sentences import Sentence, sentences_of
from app.assessment.stacking import contradicts, drawn_to_state, stacked
from app.usecases.answer_line import AnswerLine, Criterion, LineId
from app.usecases.judge_answer import (
    AnswerJudge,
    Asked,
    Held,
    Levels,
    NoOpinion,
    Verdicts,
    WrittenAnswer,
)
from app.usecases.other_questions import OtherQuestions
from app.usecases.remembered_vectors import RememberedVectors

PATIENCE = 3
"""Answers in a row without a reply from the judge before it is not asked again."""
_LONGEST_REASON = 300
_WHOLE = "answer"


@dataclass(frozen=True)
class GradedAnswer:
    """One result; `score` is on the scale of the line, None where it is ungraded."""

    id: LineId
    status: Status
    score: float | None
    confidence: float
    evidence: tuple[Quote, ...]
    gates: tuple[str, ...]
    reason: str

    @property
    def document(self) -> dict[str, Any]:
        """The result as it is written."""
        return {**asdict(self), "evidence": [asdict(quote) for quote in self.evidence]}


@dataclass(frozen=True)
class _Case:
    line: AnswerLine
    decision: Decision
    sentences: tuple[Sentence, ...]
    criteria: tuple[Asked, ...]
    shares: tuple[float, ...]
    quotes: tuple[Quote, ...]

    @property
    def share(self) -> float:
        """The offline score, 0..1: all criteria weigh the same."""
        return sum(self.shares) / len(self.shares)


class GradeAnswers:
    """Grades lines one by one; `anchors` describe levels where a line describes none."""

    def __init__(
        self,
        *,
        scorer: Scorer,
        vectors: RememberedVectors,
        anchors: tuple[str, ...],
        others: OtherQuestions | None = None,
        judge: AnswerJudge | None = None,
    ) -> None:
        self._scorer = scorer
        self._vectors = vectors
        self._anchors = anchors
        self._others = others
        self._judge = judge
        self._absent = 0

    def prepare(self, lines: Iterable[AnswerLine]) -> None:
        """Embed what several lines need, together; raises EmbeddingUnavailable."""
        self._scorer.look_up([item for line in lines for item in _items(line)])

    async def __call__(self, line: AnswerLine) -> GradedAnswer:
        """One result for one line; raises EmbeddingUnavailable."""
        item = line.item
        others = self._others.beside(line.question) if self._others is not None else None
        decision = decide(item, self._scorer, others, self._vectors.embed, line.marked)
        if decision.score is None:
            code = decision.gates[-1] if decision.gates else "no_evidence"
            return _ungraded(line, decision.gates, f"{code}: {decision.reason}")
        case = self._case(line, decision)
        if not case.quotes:
            return _ungraded(line, decision.gates, "no_evidence: No words carry a score.")
        if decision.gates or self._judge is None:
            reason = decision.reason if decision.gates else _reason(case)
            return _result(case, decision.status, case.share, reason)
        return await self._judged(case, self._judge)

    def _case(self, line: AnswerLine, decision: Decision) -> _Case:
        sentences = _to_grade(line)
        item = line.item
        criteria = line.criteria or (Criterion(_WHOLE, item.wanted),)
        asked = tuple(self._asked(line, criterion) for criterion in criteria)
        near = nearness(item.question, item.wanted, sentences, self._vectors.embed)
        quotes = quotes_of(line.answer, carrying(near, sentences))
        return _Case(line, decision, sentences, asked, self._shares(line, decision), quotes)

    def _asked(self, line: AnswerLine, criterion: Criterion) -> Asked:
        points = criterion.points or Item(line.question, line.standard, "").wanted
        return Asked(criterion.id, points, criterion.levels or self._anchors)

    def _shares(self, line: AnswerLine, decision: Decision) -> tuple[float, ...]:
        """The score of each criterion by its own points; gates leave the score as it came."""
        whole = decision.score or 0.0
        if len(line.criteria) < 2 or decision.gates:
            return (whole,) * max(1, len(line.criteria))
        items = [replace(line.item, points=criterion.points) for criterion in line.criteria]
        return tuple(self._scorer.score(item, line.marked).score for item in items)

    async def _judged(self, case: _Case, judge: AnswerJudge) -> GradedAnswer:
        if self._absent >= PATIENCE:
            return _result(case, "review", case.share, "The judge stopped answering.")
        answer = WrittenAnswer(case.line.question, case.sentences, case.criteria, case.line.marked)
        try:
            opinion = await judge.judge(answer)
        except NoOpinion as error:
            self._absent = self._absent + 1 if error.absent else 0
            return _result(case, "review", case.share, f"For a person to look at: {error.reason}.")
        self._absent = 0
        if isinstance(opinion, Verdicts):
            return _stacked(case, opinion)
        if isinstance(opinion, Held):
            return _drawn(case, opinion)
        if len(opinion.levels) != len(case.criteria) or not _agree(case, opinion):
            reason = "The judge and the offline scorer disagree by more than one level."
            return _result(case, "review", case.share, reason)
        return _fused(case, opinion)


def _items(line: AnswerLine) -> list[Item]:
    item = line.item
    return [item, *(replace(item, answer=each.answer) for each in line.marked)]


def _to_grade(line: AnswerLine) -> tuple[Sentence, ...]:
    """The sentences of the answer that do not speak to whoever grades."""
    known = f"{line.question} {line.standard}"
    kept = tuple(s for s in sentences_of([(0, line.answer)]) if not speaks_to_grader(s.text))
    plain = tuple(sentence for sentence in kept if not speaks_of_grading(sentence.text, known))
    return plain or kept


def _agree(case: _Case, opinion: Levels) -> bool:
    return agree(case.shares, opinion.levels, [asked.top for asked in case.criteria])


def _fused(case: _Case, opinion: Levels) -> GradedAnswer:
    """Half the judge's level and half the offline score; its quotes stand where it gave some."""
    quotes = quotes_of(case.line.answer, opinion.sentences) or case.quotes
    tops = [asked.top for asked in case.criteria]
    judged = sum(level / top for level, top in zip(opinion.levels, tops, strict=True)) / len(tops)
    reason = opinion.reason[:_LONGEST_REASON] or _reason(case)
    return _result(replace(case, quotes=quotes), "graded", (judged + case.share) / 2, reason)


def _stacked(case: _Case, opinion: Verdicts) -> GradedAnswer:
    """The offline scores drawn to the model's verdicts; a strong contradiction goes to a person."""
    pairs = list(zip(case.shares, opinion.right, strict=True))
    marked = [each.score for each in case.line.marked]
    moved = tuple(stacked(share, right, marked) for share, right in pairs)
    share = sum(moved) / len(moved)
    if any(contradicts(share, right) for share, right in pairs):
        reason = "The judge's verdict and the offline scorer contradict each other."
        return _result(case, "review", share, reason)
    right = sum(opinion.right) / len(opinion.right)
    reason = f"{_reason(case)} The judge holds it to be right by {right:.0%}, which counts too."
    return _result(case, "graded", share, reason)


def _drawn(case: _Case, opinion: Held) -> GradedAnswer:
    """The offline scores moved by what the model holds of the answer."""
    pairs = zip(case.shares, opinion.better, strict=True)
    moved = [drawn_to_state(share, better, len(case.line.marked)) for share, better in pairs]
    share = sum(moved) / len(moved)
    by = share - case.share
    reason = f"{_reason(case)} What the model holds of it moved the score by {by:+.0%}."
    return _result(case, "graded", share, reason)


def _reason(case: _Case) -> str:
    beside = f" and to {len(case.line.marked)} marked answers" if case.line.marked else ""
    if len(case.shares) < 2:
        return f"Scored by the likeness of the text to the reference{beside}."
    shares = ", ".join(
        f"{asked.title} {share:.0%}"
        for asked, share in zip(case.criteria, case.shares, strict=True)
    )
    return f"Scored by the likeness of the text to each criterion's points{beside}: {shares}."


def _result(case: _Case, status: Status, share: float, reason: str) -> GradedAnswer:
    top = case.line.max_score
    score = min(top, max(0.0, float(f"{share * top:.4g}")))
    confidence = round(min(1.0, max(0.0, case.decision.confidence)), 4)
    return GradedAnswer(
        case.line.id, status, score, confidence, case.quotes, case.decision.gates, reason
    )


def _ungraded(line: AnswerLine, gates: tuple[str, ...], reason: str) -> GradedAnswer:
    return GradedAnswer(line.id, "ungraded", None, 0.0, (), gates, reason)
