"""Answers put together from what is known: each block states one fact and cites its moment.

No block holds words that nobody checked: templates, numbers from the record, words that were said,
and authored probes, which open a point without giving it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.agent.coach.delivery_blocks import fillers, pace, pauses
from app.agent.coach.figures import curve_of
from app.agent.coach.record import Held, Record, moment_of
from app.assessment.injection import speaks_to_grader
from app.domain.coaching import Claim, CoachSentence, Moment, Note, NoteRef
from app.domain.question import Question
from app.domain.review import Standing

MOST = 4
Graded = tuple[Held, str, Standing]


@dataclass(frozen=True)
class Ask:
    """A question to the coach as far as it is understood.

    `about` is the question of the bank that it names, if any; `said` are the places nearest to it
    in meaning with their likeness; `bank` are other questions on the subject.
    """

    intent: str
    about: str | None = None
    said: tuple[tuple[Moment, str, float], ...] = ()
    notes: tuple[Note, ...] = ()
    bank: tuple[Question, ...] = ()


def compose(ask: Ask, record: Record) -> tuple[CoachSentence, ...]:
    """The blocks that answer this, the most telling first; none when nothing is known."""
    blocks = _BY_INTENT.get(ask.intent)
    return tuple(blocks(ask, record))[:MOST] if blocks else ()


def _graded(ask: Ask, record: Record) -> list[Graded]:
    """Levels of the question that is asked about, else of the newest interview that has some."""
    for held in record.held:
        found = [
            (held, question_id, standing)
            for question_id, standing in held.graded()
            if ask.about in (None, question_id) and question_id not in record.sealed
        ]
        if found:
            return found
    return []


def _shown(moment: Moment) -> str:
    """The words as they stand within a sentence of ours."""
    return moment.quote.rstrip(" .,;:")


def _share(graded: Graded) -> float:
    return (graded[2].level or 0) / graded[2].max_level


def _quotable(graded: Graded) -> Moment:
    """Its first evidence, rather one that does not speak to a machine."""
    held, _, standing = graded
    evidence = standing.score.evidence if standing.score else ()
    plain = [e for e in evidence if not speaks_to_grader(e.quote)]
    return moment_of(held, (plain or evidence)[0])


def _level(graded: Graded, record: Record, lead: str) -> CoachSentence:
    _, question_id, standing = graded
    moment = _quotable(graded)
    level, most = standing.level or 0, standing.max_level
    carried = standing.score.evidence[0].kind if standing.score else "quote"
    words = "it rests on" if carried == "quote" else "the nearest words are"
    text = (
        f"{lead} {standing.title} in your answer about {record.topic(question_id)}: "
        f"level {level} of {most}; {words} “{_shown(moment)}”."
    )
    claim = Claim("level", f"{question_id}/{standing.criterion_id}", (float(level), float(most)))
    return CoachSentence(text, claim, (moment,), support=1.0)


def _gaps(graded: Graded, record: Record) -> Iterator[CoachSentence]:
    """What stayed open there, the next level, and the question that opens it."""
    _, question_id, standing = graded
    score, moment = standing.score, _quotable(graded)
    about = f"{question_id}/{standing.criterion_id}"
    if score is None:
        return
    left, met = len(score.points_open), len(score.points_met)
    if left:
        text = f"{left} of {left + met} aspects expected for {standing.title} stayed open there."
        claim = Claim("open", about, (float(left), float(left + met)))
        yield CoachSentence(text, claim, (moment,), support=1.0)
    probe = _probe(question_id, score.points_open, record)
    if probe is not None:
        name, ask = probe
        text = f"Try to answer this, which opens one of them: “{ask}”"
        claim = Claim("probe", f"{question_id}/{name}")
        yield CoachSentence(text, claim, (moment,), question_id=question_id, support=1.0)
    if score.aim is not None and standing.level == score.level:
        text = f"To reach level {score.aim} in {standing.title}: “{score.next_level}”"
        claim = Claim("next", about, (float(score.aim),))
        yield CoachSentence(text, claim, (moment,), support=1.0)


def _probe(question_id: str, still_open: Sequence[str], record: Record) -> tuple[str, str] | None:
    question = record.questions.get(question_id)
    for probe in question.probes if question else ():
        if probe.point in still_open and "{phrase}" not in probe.ask:
            return probe.id, probe.ask
    return None


def _weakest(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    graded = sorted(_graded(ask, record), key=_share)
    if graded:
        yield _level(graded[0], record, "Your lowest level was in")
        yield from _gaps(graded[0], record)


def _strongest(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    graded = sorted(_graded(ask, record), key=lambda one: -_share(one))
    for place, one in enumerate(graded[:2]):
        yield _level(one, record, "Your highest level was in" if not place else "Next came")


def _missing(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    graded = sorted(_graded(ask, record), key=_share)
    below = [one for one in graded if _share(one) < 1]
    for one in below[:1]:
        yield from _gaps(one, record)
        yield _level(one, record, "You stand here:")
    if not below:
        for one in graded[:2]:
            yield _level(one, record, "Nothing stayed open in")


def _evidence(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    for one in sorted(_graded(ask, record), key=_share)[:3]:
        yield _level(one, record, "On")


def _said(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    for moment, question_id, likeness in ask.said[:3]:
        if ask.about in (None, question_id) and not speaks_to_grader(moment.quote):
            text = f"In your answer about {record.topic(question_id)} you said: “{_shown(moment)}”."
            yield CoachSentence(text, Claim("said"), (moment,), support=likeness)


def _pace(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    return pace(record)


def _pauses(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    return pauses(record)


def _fillers(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    return fillers(record)


def _delivery(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    yield from tuple(pace(record))[:2]
    yield from pauses(record)
    yield from fillers(record)


def _growth(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    told: set[str] = set()
    for held, question_id, standing in _graded(Ask("growth"), record):
        curve = curve_of(record, held, f"{question_id}/{standing.criterion_id}")
        if curve is None or len(curve.points) < 2 or standing.criterion_id in told:
            continue
        ends = [_heard_in(record, p.session, standing) for p in (curve.points[-1], curve.points[0])]
        moments = tuple(m for m in ends if m is not None)
        if len(moments) < 2 or moments[0].interview_id != held.interview.id:
            continue
        told.add(standing.criterion_id)
        first, last = (100 * (p.share.value or 0.0) for p in (curve.points[0], curve.points[-1]))
        text = (
            f"{standing.title} stood at {first:.0f} % of its levels in the first interview with it "
            f"and at {last:.0f} % in your latest."
        )
        claim = Claim("growth", f"{question_id}/{standing.criterion_id}", (first, last))
        yield CoachSentence(text, claim, moments, support=1.0)


def _heard_in(record: Record, session: str, standing: Standing) -> Moment | None:
    for held in record.held:
        if str(held.interview.id) != session:
            continue
        for question_id, one in held.graded():
            if one.criterion_id == standing.criterion_id and question_id not in record.sealed:
                return _quotable((held, question_id, one))
    return None


def _next(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    due = [review for review in record.due if review.item not in record.sealed]
    for review in sorted(due, key=lambda one: (not one.is_due, one.recall))[:3]:
        for graded in _graded(Ask("next", review.item), record)[:1]:
            held, question_id, _ = graded
            reviewed = next(r for r in held.reviewed if r.question_id == question_id)
            share = 100 * (reviewed.share or 0.0)
            when = "is due again" if review.is_due else "comes next in your review"
            text = (
                f"{record.topic(question_id)} {when}: your last answer reached {share:.0f} % of "
                "its levels."
            )
            moment = _quotable(graded)
            claim = Claim("due", question_id, (share,))
            yield CoachSentence(text, claim, (moment,), question_id=question_id, support=1.0)
    yield from tuple(_weakest(ask, record))[:1]


def _bank(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    for question in ask.bank[:3]:
        text = f"A question of the bank about {question.topic}: “{question.text}”"
        claim = Claim("bank", question.id)
        yield CoachSentence(text, claim, question_id=question.id, support=1.0)


def _feelings(ask: Ask, record: Record) -> Iterator[CoachSentence]:
    for note in ask.notes[:1]:
        for sentence in note.sentences[: MOST - 1]:
            ref = NoteRef(note.id, note.version)
            yield CoachSentence(sentence, Claim("note", note.id), notes=(ref,), support=1.0)
        yield from tuple(_strongest(Ask("strongest"), record))[:1]


Blocks = Callable[[Ask, Record], Iterator[CoachSentence]]
_BY_INTENT: dict[str, Blocks] = {
    "weakest": _weakest,
    "strongest": _strongest,
    "missing": _missing,
    "evidence": _evidence,
    "said": _said,
    "pace": _pace,
    "pauses": _pauses,
    "fillers": _fillers,
    "delivery": _delivery,
    "growth": _growth,
    "next": _next,
    "bank": _bank,
    "feelings": _feelings,
}
