"""The numbers behind each kind of claim, worked out from the record alone.

The composer states what these functions find; the check calls them anew for whatever a sentence
claims, so that no number is believed because it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from app.agent.coach.record import Held, Record, moment_of
from app.assessment.growth import Curve, curves
from app.assessment.quotes import cited, quoted
from app.assessment.sentences import sentences_of
from app.delivery.speech import MOST_FILLERS, PACE_BAND, is_filler, pauses_of
from app.domain.coaching import Claim, Moment
from app.domain.interview import Turn
from app.domain.review import Standing

Numbers = tuple[float, ...]
LEAST_TURN_WORDS = 12


@dataclass(frozen=True)
class Silence:
    """The longest silence inside an answer, with the words around it."""

    seconds: float
    moment: Moment
    turn: Turn


def numbers_of(claim: Claim, moments: Sequence[Moment], record: Record) -> Numbers | None:
    """What the numbers of this claim must be; None when it can't be worked out."""
    held = record.of(moments[0].interview_id) if moments else None
    if held is None:
        return () if claim.kind in ("note", "bank") else None
    rule = _RULES.get(claim.kind)
    return rule(claim, moments, held, record) if rule else ()


def split(about: str) -> tuple[str, str]:
    """Question and criterion of a claim about a level."""
    question_id, _, rest = about.partition("/")
    return question_id, rest


def rate_of(turn: Turn) -> float | None:
    """Words a minute while speaking in one answer; None where too little was spoken."""
    seconds = sum(max(0.0, end - start) for start, end in turn.speech)
    count = sum(len(w.text.split()) for w in turn.words if not is_filler(w.text))
    return count / seconds * 60 if seconds > 0 and count >= LEAST_TURN_WORDS else None


def longest_silence(held: Held) -> Silence | None:
    """Over all spoken answers of one interview."""
    found: Silence | None = None
    for turn in held.turns:
        for pause in pauses_of(turn):
            if found is not None and pause.seconds <= found.seconds:
                continue
            moment = _around(held, turn, pause.start_s, pause.start_s + pause.seconds)
            if moment is not None:
                found = Silence(pause.seconds, moment, turn)
    return found


def earlier_rates(record: Record, held: Held) -> tuple[float, ...]:
    """The paces of the interviews before this one."""
    before = [h for h in record.held if h.interview.created_at < held.interview.created_at]
    return tuple(h.delivery.rate_wpm for h in before if h.delivery and h.delivery.rate_wpm)


def curve_of(record: Record, held: Held, about: str) -> Curve | None:
    """The curve of the criterion that a claim is about."""
    question_id, criterion = split(about)
    rubric, _ = held.versions.get(question_id, ("", 0))
    found = curves(record.observations())
    return next((c for c in found if (c.rubric, c.criterion) == (rubric, criterion)), None)


def opening(held: Held, turn: Turn) -> Moment | None:
    """The first sentence of an answer, to listen to."""
    sentences = sentences_of([(turn.index, turn.heard)])
    evidence = cited(sentences[0], turn) if sentences else None
    return moment_of(held, evidence) if evidence else None


def _around(held: Held, turn: Turn, start: float, end: float) -> Moment | None:
    before = [w for w in turn.words if w.end_s <= start + 0.3][-4:]
    after = [w for w in turn.words if w.start_s >= end - 0.3][:4]
    if not before or not after:
        return None
    evidence = quoted(" ".join(w.text for w in (*before, *after)), turn)
    return moment_of(held, evidence) if evidence else None


def _standing(claim: Claim, held: Held, moments: Sequence[Moment]) -> Standing | None:
    """The criterion that the claim is about, if one of the moments is evidence of its level."""
    standing = held.standing(*split(claim.about))
    if standing is None or standing.level is None or standing.score is None:
        return None
    carried = {(e.turn, e.quote) for e in standing.score.evidence}
    return standing if any((m.turn, m.quote) in carried for m in moments) else None


def _level(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    standing = _standing(claim, held, moments)
    return None if standing is None else (float(standing.level or 0), float(standing.max_level))


def _open(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    standing = _standing(claim, held, moments)
    if standing is None or standing.score is None:
        return None
    left, met = len(standing.score.points_open), len(standing.score.points_met)
    return (float(left), float(left + met)) if left else None


def _next(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    standing = _standing(claim, held, moments)
    aim = standing.score.aim if standing and standing.score else None
    return None if aim is None else (float(aim),)


def _probe(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    question_id, name = split(claim.about)
    question = record.questions.get(question_id)
    probe = next((p for p in question.probes if p.id == name), None) if question else None
    if probe is None or probe.point is None:
        return None
    still_open = {
        point
        for asked, standing in held.graded()
        if asked == question_id and standing.score
        for point in standing.score.points_open
    }
    return () if probe.point in still_open else None


def _pace(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    if claim.about == "turn":
        turn = held.turn(moments[0].turn)
        rate = rate_of(turn) if turn is not None and held.delivery else None
        return None if rate is None else (rate,)
    rate = held.delivery.rate_wpm if held.delivery else None
    return None if rate is None else (rate, *PACE_BAND)


def _before(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    rates = earlier_rates(record, held)
    return (float(len(rates)), float(median(rates))) if rates else None


def _pause(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    silence = longest_silence(held) if held.delivery else None
    return (silence.seconds,) if silence and silence.moment == moments[0] else None


def _fillers(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    delivery = held.delivery
    if delivery is None or delivery.fillers_per_minute is None:
        return None
    return (float(len(delivery.fillers)), delivery.fillers_per_minute, MOST_FILLERS)


def _growth(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    curve = curve_of(record, held, claim.about)
    if curve is None or len(curve.points) < 2 or len(moments) < 2:
        return None
    first, last = curve.points[0], curve.points[-1]
    sessions = {str(moment.interview_id) for moment in moments}
    if sessions != {first.session, last.session}:
        return None
    return (100 * (first.share.value or 0.0), 100 * (last.share.value or 0.0))


def _due(claim: Claim, moments: Sequence[Moment], held: Held, record: Record) -> Numbers | None:
    review = next((r for r in held.reviewed if r.question_id == claim.about), None)
    if review is None or review.share is None:
        return None
    return (100 * review.share,) if any(d.item == claim.about for d in record.due) else None


_Rule = Callable[[Claim, Sequence[Moment], Held, Record], Numbers | None]
_RULES: dict[str, _Rule] = {
    "level": _level,
    "open": _open,
    "next": _next,
    "probe": _probe,
    "pace": _pace,
    "before": _before,
    "pause": _pause,
    "fillers": _fillers,
    "growth": _growth,
    "due": _due,
}
