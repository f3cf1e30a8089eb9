"""The report as one JSON document: what `sounding rehearse` writes and report.json answers.

Its keys are a contract; times are seconds from the interview's start.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.agent.code_rulings import ruling_of
from app.domain.figures import VoiceFigures
from app.domain.interview import InterviewStatus, Turn
from app.domain.report import Delivery, Presence, Report, Reviewed
from app.domain.review import Contest, Standing
from app.domain.scorecard import CriterionScore, Evidence, Scorecard

Document = dict[str, Any]


def report_document(report: Report) -> Document:
    """The document of a report; only JSON types."""
    interview = report.interview
    blend = report.blend
    return {
        "id": str(interview.id),
        "status": _status(interview.status),
        "mode": interview.mode,
        "purpose": interview.purpose.value,
        "models": dict(interview.models),
        "track": interview.track_id,
        "outcome": report.outcome,
        "turns": [_turn(turn) for turn in report.turns],
        "scorecards": [
            _card(card, report.review_of(card.question_id)) for card in report.scorecards
        ],
        "delivery": _delivery(report.delivery, report.voice),
        "presence": _presence(report.presence),
        "blend": {
            "content": blend.content,
            "delivery": blend.delivery,
            "presence": blend.presence,
            "total": blend.total,
            "weights": _parts(blend.weights),
            "coverage": _parts(blend.coverage),
        },
        "next_steps": [asdict(step) for step in report.next_steps],
        **({"stress": asdict(report.stress)} if report.stress is not None else {}),
        **({"together": [asdict(each) for each in report.together]} if report.together else {}),
    }


def _status(status: InterviewStatus) -> str:
    return status.value


def _parts(values: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("content", "delivery", "presence"), values, strict=True))


def _turn(turn: Turn) -> Document:
    return {
        "index": turn.index,
        "question_id": turn.question_id,
        "question": turn.question,
        "kind": turn.kind,
        "probe": _probe(turn),
        "answer": turn.heard,
        "heard": turn.answer or "",
        "amendment": turn.amendment,
        "skipped": turn.skipped,
        "typed": turn.typed,
        "words": [asdict(word) for word in turn.words],
        "end_wait_s": turn.end_wait_s,
        "response_s": turn.response_s,
        "interrupted": turn.interrupted,
    }


def _probe(turn: Turn) -> Document | None:
    probe, ruled = turn.probe, ruling_of(turn)
    if probe is None:
        return None
    return {
        "source": probe.source,
        "phrase": probe.phrase,
        "line": probe.line,
        "claim": probe.claim,
        "expected": probe.expected,
        "fact": probe.fact,
        "run": probe.run,
        "ruling": ruled.verdict if ruled is not None else None,
    }


def _card(card: Scorecard, review: Reviewed | None) -> Document:
    return {
        "question_id": card.question_id,
        "turns": list(card.turns),
        "status": card.status.value,
        "gates": list(card.gates),
        "reason": card.reason,
        "criteria": [
            _criterion(score, review.criterion(score.criterion_id) if review else None)
            for score in card.criteria
        ],
        "provenance": _provenance(card),
        "review": _review(review) if review else None,
    }


def _review(review: Reviewed) -> Document:
    """What people made of the card, as far as the candidate may see it."""
    return {
        "state": review.state.value,
        "released_at": review.released_at.isoformat() if review.released_at else None,
        "contests": [_contest(contest) for contest in review.contests],
    }


def _contest(contest: Contest) -> Document:
    answered = contest.answered_at
    return {
        "criterion": contest.criterion_id,
        "reason": contest.reason,
        "at": contest.at.isoformat(),
        "answer": contest.answer,
        "answered_at": answered.isoformat() if answered else None,
    }


def _correction(stands: Standing | None) -> Document | None:
    """A person's level beside the machine's, which stays in `level`."""
    if stands is None or stands.correction is None:
        return None
    mark = stands.correction
    level = "ungraded" if stands.level is None else stands.level
    return {"level": level, "reason": mark.reason, "at": mark.at.isoformat()}


def _provenance(card: Scorecard) -> Document | None:
    if card.provenance is None:
        return None
    return {**asdict(card.provenance), "graded_at": card.provenance.graded_at.isoformat()}


def _criterion(score: CriterionScore, stands: Standing | None) -> Document:
    return {
        "id": score.criterion_id,
        "title": score.title,
        "level": "ungraded" if score.level is None else score.level,
        "max_level": score.max_level,
        "evidence": [_evidence(evidence) for evidence in score.evidence],
        "reason": score.reason,
        "ungraded": score.ungraded.value if score.ungraded else None,
        "confidence": score.confidence,
        "correction": _correction(stands),
    }


def _evidence(evidence: Evidence) -> Document:
    return asdict(evidence)


def _delivery(delivery: Delivery | None, voice: VoiceFigures | None) -> Document | None:
    if delivery is None:
        return None
    return {**asdict(delivery), "voice": None if voice is None else asdict(voice)}


def _presence(presence: Presence | None) -> Document | None:
    if presence is None:
        return None
    return {
        "seconds_seen": presence.seconds_seen,
        "seconds_expected": presence.seconds_expected,
        "coverage": presence.coverage,
        "shares": dict(presence.shares),
        "smiling_share": presence.smiling_share,
        "index": presence.index,
        **({"figures": asdict(presence.figures)} if presence.figures is not None else {}),
    }
