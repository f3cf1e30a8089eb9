"""Whether what a sentence cites exists, and whether it carries the sentence.

Nothing here trusts the composer or a model: the moment is aligned with the transcript again, every
number is worked out again, and whatever stands in quotation marks must have been said or written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.agent.coach.figures import numbers_of, split
from app.agent.coach.record import Record
from app.assessment.injection import speaks_to_grader
from app.assessment.probes import leaked
from app.assessment.quotes import quoted
from app.domain.coaching import CoachSentence, Moment
from app.domain.interview import Turn, Word

LEAST_SAID = 0.35
_QUOTED = re.compile("“([^”]*)”")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SLACK_S = 0.011


@dataclass(frozen=True)
class Verdict:
    """What the check found; `why` names what is wrong, empty when nothing is."""

    exists: bool
    supports: bool
    why: str = ""

    @property
    def good(self) -> bool:
        """Whether the sentence may be said."""
        return self.exists and self.supports


def checked(sentence: CoachSentence, record: Record) -> Verdict:
    """The verdict on one sentence with all that it cites."""
    missing = _missing(sentence, record)
    if missing:
        return Verdict(False, False, missing)
    why = _unsupported(sentence, record)
    return Verdict(True, not why, why)


def moment_exists(moment: Moment, record: Record) -> bool:
    """Whether these words were said in that turn, at that time."""
    held = record.of(moment.interview_id)
    turn = held.turn(moment.turn) if held else None
    if turn is None or turn.question_id in record.sealed:
        return False
    if quoted(moment.quote, turn) is None:
        return False
    if moment.start_s is None or moment.end_s is None:
        return moment.start_s is None and moment.end_s is None
    return _timed(moment.quote, turn, moment.start_s, moment.end_s)


def _timed(quote: str, turn: Turn, start: float, end: float) -> bool:
    """Whether the recogniser's words between the two times are those of the quote."""
    words: list[Word] = [
        w for w in turn.words if w.start_s >= start - _SLACK_S and w.end_s <= end + _SLACK_S
    ]
    heard = " ".join(word.text for word in words)
    if turn.amendment is not None:
        return bool(words)
    return quoted_in(quote, heard) and quoted_in(heard, quote)


def quoted_in(quote: str, text: str) -> bool:
    """Whether the words of the quote stand in the text in a row, case and marks aside."""
    wanted, found = _plain(quote), _plain(text)
    return bool(wanted) and f" {wanted} " in f" {found} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w+#%]+", text.casefold().replace("’", "").replace("'", "")))


def _missing(sentence: CoachSentence, record: Record) -> str:
    if not all(moment_exists(moment, record) for moment in sentence.moments):
        return "a moment does not exist"
    for ref in sentence.notes:
        note = record.notes.get(ref.note_id)
        if note is None or note.version != ref.version:
            return "a note does not exist"
    if sentence.question_id is not None and sentence.question_id not in record.questions:
        return "a question does not exist"
    if sentence.question_id in record.sealed:
        return "the question is part of an open assessment"
    return ""


def _unsupported(sentence: CoachSentence, record: Record) -> str:
    if sentence.claim.kind == "note":
        return _off_note(sentence, record)
    expected = numbers_of(sentence.claim, sentence.moments, record)
    if expected is None or not _same(expected, sentence.claim.numbers):
        return "the record does not carry the claim"
    plain = _QUOTED.sub(" ", _without_titles(sentence, record))
    allowed = {f"{n:.0f}" for n in expected} | {f"{n:.1f}" for n in expected}
    if any(number not in allowed for number in _NUMBER.findall(plain)):
        return "a number is not in the claim"
    if sentence.claim.kind == "said" and sentence.support < LEAST_SAID:
        return "what was said is about something else"
    return _bad_quotes(sentence, record) or _leak(sentence, record, plain)


def _off_note(sentence: CoachSentence, record: Record) -> str:
    found = [record.notes[ref.note_id] for ref in sentence.notes if ref.note_id in record.notes]
    said = any(sentence.text in note.sentences for note in found)
    return "" if said else "the note does not say so"


def _same(expected: tuple[float, ...], stated: tuple[float, ...]) -> bool:
    return len(expected) == len(stated) and all(
        abs(one - other) < 1e-6 for one, other in zip(expected, stated, strict=True)
    )


def _bad_quotes(sentence: CoachSentence, record: Record) -> str:
    allowed = [moment.quote for moment in sentence.moments]
    question_id, name = split(sentence.claim.about)
    question = record.questions.get(sentence.question_id or question_id)
    if question is not None:
        allowed += [question.text, *(p.ask for p in question.probes if p.id == name)]
    if sentence.claim.kind == "next" and sentence.moments:
        held = record.of(sentence.moments[0].interview_id)
        standing = held.standing(question_id, name) if held else None
        if standing and standing.score and standing.score.next_level:
            allowed.append(standing.score.next_level)
    spoken = _QUOTED.findall(sentence.text)
    if not all(any(quoted_in(quote, text) for text in allowed) for quote in spoken):
        return "words in quotation marks were not said"
    if sentence.claim.kind in ("said", "probe", "next", "bank") and not spoken:
        return "nothing is quoted"
    return ""


def _without_titles(sentence: CoachSentence, record: Record) -> str:
    """The text without names that may hold numbers: of topics and criteria."""
    names = [q.topic for q in record.questions.values()]
    names += [s.title for h in record.held for r in h.reviewed for s in r.criteria]
    text = sentence.text
    for name in sorted(set(names), key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def _leak(sentence: CoachSentence, record: Record, plain: str) -> str:
    """Our own words never give a reference point away, nor speak to a machine."""
    if speaks_to_grader(plain):
        return "it gives instructions"
    question = record.questions.get(sentence.question_id or split(sentence.claim.about)[0])
    said = " ".join(t.heard for h in record.held for t in h.turns)
    if question is not None and leaked(plain, question, f"{said} {question.topic}"):
        return "it gives a reference point away"
    return ""
