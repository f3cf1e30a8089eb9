"""What the coach says about pace, pauses and fillers: figures with words to listen to."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from app.agent.coach.figures import earlier_rates, longest_silence, opening, rate_of
from app.agent.coach.record import Held, Record
from app.delivery.speech import MOST_FILLERS, PACE_BAND
from app.domain.coaching import Claim, CoachSentence


def _spoken(record: Record) -> Held | None:
    return next((h for h in record.held if h.delivery and h.delivery.rate_wpm), None)


def pace(record: Record) -> Iterator[CoachSentence]:
    """The pace of the newest spoken interview, its fastest answer, and the person's own median."""
    held = _spoken(record)
    if held is None or held.delivery is None or held.delivery.rate_wpm is None:
        return
    rated = [(rate_of(t), t) for t in held.turns if t.question_id not in record.sealed]
    turns = sorted([(r, t) for r, t in rated if r is not None], key=lambda pair: -pair[0])
    starts = [(r, t, opening(held, t)) for r, t in turns]
    heard = [(r, t, m) for r, t, m in starts if m is not None]
    if not heard:
        return
    rate, (low, high) = held.delivery.rate_wpm, PACE_BAND
    fastest, turn, moment = heard[0]
    text = (
        f"In your latest spoken interview you said {rate:.0f} words per minute; "
        f"{low:.0f} to {high:.0f} is easy to follow."
    )
    yield CoachSentence(text, Claim("pace", "", (rate, low, high)), (moment,), support=1.0)
    text = (
        f"Your fastest answer was about {record.topic(turn.question_id)}, at {fastest:.0f} words "
        f"per minute; it begins “{moment.quote.rstrip(' .,;:')}”."
    )
    yield CoachSentence(text, Claim("pace", "turn", (fastest,)), (moment,), support=1.0)
    rates = earlier_rates(record, held)
    if rates:
        middle = float(median(rates))
        text = (
            f"Over the {len(rates)} before it, your own median was {middle:.0f} words per minute."
        )
        claim = Claim("before", "", (float(len(rates)), middle))
        yield CoachSentence(text, claim, (moment,), support=1.0)


def pauses(record: Record) -> Iterator[CoachSentence]:
    """The longest silence of the newest interview that has one."""
    for held in record.held:
        silence = longest_silence(held) if held.delivery else None
        if silence is not None and silence.turn.question_id not in record.sealed:
            about = record.topic(silence.turn.question_id)
            text = (
                f"Your longest silence inside an answer was {silence.seconds:.1f} seconds, in the "
                f"one about {about}, within “{silence.moment.quote}”."
            )
            claim = Claim("pause", "", (silence.seconds,))
            yield CoachSentence(text, claim, (silence.moment,), support=1.0)
            return


def fillers(record: Record) -> Iterator[CoachSentence]:
    """Fillers of the newest interview in which they were counted."""
    for held in record.held:
        delivery = held.delivery
        if delivery is None or delivery.fillers_per_minute is None:
            continue
        counted = [t for t in held.turns if t.filler_words and t.question_id not in record.sealed]
        counted = counted or [t for t in held.turns if t.filler_words is not None]
        most = max(counted, key=lambda t: len(t.filler_words or ()), default=None)
        moment = opening(held, most) if most else None
        if moment is not None:
            count, rate = len(delivery.fillers), delivery.fillers_per_minute
            text = (
                f"In your latest counted interview you said um, uh and the like {count} times, "
                f"{rate:.1f} a minute; up to {MOST_FILLERS:.0f} a minute is usual."
            )
            claim = Claim("fillers", "", (float(count), rate, MOST_FILLERS))
            yield CoachSentence(text, claim, (moment,), support=1.0)
            return
