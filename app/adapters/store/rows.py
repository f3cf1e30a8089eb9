"""Domain values to rows and back, field by field. What goes in comes out equal."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row

from app.domain.consent import Consent, Modality, Purpose
from app.domain.head import HeadSecond
from app.domain.interview import (
    ExpressionReading,
    Interview,
    InterviewStatus,
    Probe,
    Recording,
    Turn,
    Word,
)
from app.domain.metrics import KeptMetrics, TurnMetrics
from app.domain.scorecard import (
    CardStatus,
    CriterionScore,
    Evidence,
    Provenance,
    Scorecard,
    Ungraded,
)
from app.ports.store import Passage

Values = dict[str, Any]
Result = Row[Any]
T = TypeVar("T")


def cleaned(value: T) -> T:
    """The value without what Postgres can't keep: NUL and halves of surrogate pairs in texts."""
    if isinstance(value, str):
        return _clean_text(value)  # type: ignore[return-value]  # str in, str out
    if isinstance(value, dict):
        return {cleaned(k): cleaned(v) for k, v in value.items()}  # type: ignore[return-value]  # alike
    if isinstance(value, list | tuple):
        return [cleaned(v) for v in value]  # type: ignore[return-value]  # rows hold lists only
    return value


def interview_values(interview: Interview) -> Values:
    """A row of interviews; consents are rows of their own."""
    values = {f.name: getattr(interview, f.name) for f in fields(interview)}
    del values["consents"]
    values["purpose"] = interview.purpose.value
    values["status"] = interview.status.value
    return cleaned(values)


def interview(row: Result, consents: tuple[Consent, ...]) -> Interview:
    """The interview of a row."""
    return Interview(
        id=row.id,
        purpose=Purpose(row.purpose),
        track_id=row.track_id,
        title=row.title,
        status=InterviewStatus(row.status),
        mode=row.mode,
        created_at=row.created_at,
        token=row.token,
        order=row.order,
        seed=row.seed,
        asks=row.asks,
        minutes=row.minutes,
        question_ids=tuple(row.question_ids),
        clock_s=row.clock_s,
        code=row.code,
        code_language=row.code_language,
        background=row.background,
        voice=row.voice,
        patience=row.patience,
        accommodations=tuple(row.accommodations),
        models=row.models,
        weights=(row.weights[0], row.weights[1], row.weights[2]),
        consents=consents,
        started_at=row.started_at,
        finished_at=row.finished_at,
        failure=row.failure,
        owner_id=row.owner_id,
    )


def consent_values(consent: Consent) -> Values:
    """A row of consents, without its interview and purpose."""
    return {
        "modality": consent.modality.value,
        "text_version": consent.text_version,
        "given_at": consent.given_at,
        "withdrawn_at": consent.withdrawn_at,
    }


def consent(row: Result) -> Consent:
    """The consent of a row."""
    return Consent(Modality(row.modality), row.text_version, row.given_at, row.withdrawn_at)


def turn_values(turn: Turn) -> Values:
    """A row of turns."""
    return cleaned(asdict(turn))


def turn(row: Result) -> Turn:
    """The turn of a row."""
    return Turn(
        id=row.id,
        interview_id=row.interview_id,
        index=row._mapping["index"],  # `row.index` is the tuple's method
        kind=row.kind,
        question_id=row.question_id,
        question=row.question,
        probe=Probe(**row.probe) if row.probe is not None else None,
        answer=row.answer,
        unhinted=row.unhinted,
        amendment=row.amendment,
        typed=row.typed,
        skipped=row.skipped,
        words=tuple(Word(**word) for word in row.words),
        filler_words=(
            tuple(Word(**word) for word in row.filler_words)
            if row.filler_words is not None
            else None
        ),
        asked_at_s=row.asked_at_s,
        answered_from_s=row.answered_from_s,
        answered_to_s=row.answered_to_s,
        speech=tuple((start, end) for start, end in row.speech),
        end_wait_s=row.end_wait_s,
        response_s=row.response_s,
        interrupted=row.interrupted,
        code=row.code,
        revision=row.revision,
        unreliable=row.unreliable,
        language=row.language,
    )


def scorecard_values(card: Scorecard) -> Values:
    """A row of scorecards."""
    values = asdict(card)
    values["status"] = card.status.value
    if card.provenance is not None:
        values["provenance"]["graded_at"] = card.provenance.graded_at.isoformat()
    values["edition"] = card.edition
    return cleaned(values)


def scorecard(row: Result) -> Scorecard:
    """The scorecard of a row."""
    return Scorecard(
        interview_id=row.interview_id,
        question_id=row.question_id,
        turns=tuple(row.turns),
        status=CardStatus(row.status),
        criteria=tuple(_criterion(kept) for kept in row.criteria),
        gates=tuple(row.gates),
        reason=row.reason,
        provenance=_provenance(row.provenance) if row.provenance is not None else None,
    )


def reading_values(reading: ExpressionReading) -> Values:
    """A row of expression_readings, without its interview and purpose."""
    return cleaned(asdict(reading))


def reading(row: Result) -> ExpressionReading:
    """The reading of a row."""
    seen = tuple(row.probabilities) if row.probabilities is not None else None
    return ExpressionReading(row.second, row.faces, seen, row.quality, _head(row.head))


def _head(kept: Values | None) -> HeadSecond | None:
    if kept is None:
        return None
    values: Values = {
        name: tuple(each) if isinstance(each, list) else each for name, each in kept.items()
    }
    return HeadSecond(**values)


def recording(row: Result) -> Recording:
    """The recording of a row."""
    return Recording(row.interview_id, row.file, row.start_s, row.seconds)


def metrics_values(metrics: TurnMetrics) -> Values:
    """A row of turn_metrics; the database adds the time."""
    return asdict(metrics)


def kept_metrics(row: Result) -> KeptMetrics:
    """The metrics of a row, with the time at which they were first kept."""
    values = {f.name: row._mapping[f.name] for f in fields(TurnMetrics)}
    return KeptMetrics(TurnMetrics(**values), row.recorded_at)


def passage_values(passage: Passage) -> Values:
    """A row of passages, without its embedding."""
    values = asdict(passage)
    del values["likeness"]
    return cleaned(values)


def passage(row: Result) -> Passage:
    """The passage of a row that was searched for."""
    return Passage(
        kind=row.kind,
        question_id=row.question_id,
        key=row.key,
        text=row.text,
        criterion_id=row.criterion_id,
        level=row.level,
        likeness=1.0 - row.distance,
    )


def _criterion(kept: Values) -> CriterionScore:
    known = dict(kept)
    known["evidence"] = tuple(Evidence(**evidence) for evidence in kept["evidence"])
    known["ungraded"] = Ungraded(kept["ungraded"]) if kept["ungraded"] is not None else None
    known["points_met"] = tuple(kept["points_met"])
    known["points_open"] = tuple(kept["points_open"])
    return CriterionScore(**known)


def _provenance(kept: Values) -> Provenance:
    return Provenance(**{**kept, "graded_at": datetime.fromisoformat(kept["graded_at"])})


def _clean_text(text: str) -> str:
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
