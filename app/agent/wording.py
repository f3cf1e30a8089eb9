"""The interviewer's own sentences: short, neutral, warm, and never praise."""

from __future__ import annotations

from collections.abc import Sequence

from app.assessment.attempts import Attempt
from app.assessment.requests import Request
from app.assessment.wording import word_count
from app.domain.consent import Purpose
from app.domain.interview import Interview

UTTERANCE_WORDS = 30
_FOLLOW_UP = ("Thank you.", "I see.", "All right.", "Okay.", "Thanks.")
_NEXT = (
    "Thank you. Let us go on.",
    "All right. On to the next one.",
    "Thanks. Here is another question.",
    "Okay. Let us move on.",
)
_NEXT_AFTER_NOTHING = (
    "That is fine. Let us go on.",
    "No problem. Here is the next one.",
    "All right. We leave that one.",
)
_AFTER_UNKNOWN = ("That is fine. Perhaps one part of it.", "No problem. Perhaps a smaller step.")
_SAY_MORE = (
    "Could you say a little more about that?",
    "What else comes to mind about it?",
    "Could you go a bit deeper there?",
)
_BACK = (
    "What would you say to the question itself?",
    "How would you begin an answer?",
    "What comes to mind about the question?",
)
_REPLIES: dict[Request, tuple[str, ...]] = {
    Request.ANSWER: ("That I can't give away.", "I can't tell you that, sorry."),
    Request.VERDICT: ("You will see that in the report.", "I leave that to the report."),
    Request.IDENTITY: ("I am an AI interviewer.", "You are talking to an AI interviewer."),
    Request.UPSET: ("I hear you. We can pause or stop at any time.", "I understand."),
}
_UNCLEAR = "Could you say it in English, in other words?"
_ONCE = "Could you say it once, and go on from there?"
_SAID_LITTLE = frozenset(
    {Attempt.EMPTY, Attempt.SHORT, Attempt.UNKNOWN, Attempt.UNCLEAR, Attempt.REPEATED}
)
_NUMBERS = "no one two three four five six seven eight nine ten".split()  # noqa: SIM905 - a list of words


def often_said() -> tuple[str, ...]:
    """Sentences that come again and again, so that their sound is worth keeping."""
    leads = (*_FOLLOW_UP, *_NEXT, *_NEXT_AFTER_NOTHING, *_AFTER_UNKNOWN)
    firsts = (lead.partition(". ")[0].rstrip(".") + "." for lead in leads)
    return tuple(dict.fromkeys(firsts))


def greeting(interview: Interview, questions: int) -> str:
    """Says what it is, how long it takes, and that there is no hurry."""
    count = _number(questions)
    plural = "question" if questions == 1 else "questions"
    return (
        "Hello, I am an AI interviewer. "
        f"We have about {interview.minutes:.0f} minutes and {count} {plural}. "
        "Take all the time you need to think. Here is the first question."
    )


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def farewell(interview: Interview, *, out_of_time: bool) -> str:
    """Thanks, and says what happens now."""
    start = "Our time is up. Thank you for your answers." if out_of_time else (
        "That was my last question. Thank you for your answers."
    )  # fmt: skip
    if interview.purpose is Purpose.ASSESSMENT:
        return f"{start} They are graded next. The grades are proposals, and a person decides."
    return f"{start} They are graded next, and your report will be ready shortly."


def reply_to(request: Request, place: int, *, seconds_left: float, questions_left: int) -> str:
    """What we say to something that was asked of us; never an answer, never a verdict."""
    if request is Request.TIME:
        return _time_left(seconds_left, questions_left)
    options = _REPLIES[request]
    return options[place % len(options)]


def _time_left(seconds_left: float, questions_left: int) -> str:
    minutes = max(1, round(seconds_left / 60.0))
    plural = "minute" if minutes == 1 else "minutes"
    after = {0: "this is the last question", 1: "one more question comes"}.get(
        questions_left, f"{_number(questions_left)} more questions come"
    )
    return f"We have about {minutes} {plural}, and {after}."


def fitting(lead: str, question: str) -> str:
    """The lead, or only its first sentence, or none: as much as leaves the whole short."""
    room = UTTERANCE_WORDS - word_count(question)
    first = lead.partition(". ")[0].rstrip(".") + "." if lead else ""
    return next((text for text in (lead, first) if word_count(text) <= room), "")


def before_follow_up(attempt: Attempt, place: int) -> str:
    """The short sentence before a follow-up; `place` varies it."""
    if attempt is Attempt.UNCLEAR:
        return "I am sorry, I could not follow that."
    if attempt is Attempt.REPEATED:
        return "The same words came several times."
    if attempt is Attempt.UNKNOWN:
        return _AFTER_UNKNOWN[place % len(_AFTER_UNKNOWN)]
    if attempt is Attempt.SHORT:
        return "There is no hurry."
    return _FOLLOW_UP[place % len(_FOLLOW_UP)]


def before_next(attempt: Attempt, place: int) -> str:
    """The short sentence before the next question."""
    choice = _NEXT_AFTER_NOTHING if attempt in _SAID_LITTLE else _NEXT
    return choice[place % len(choice)]


def invitation(attempt: Attempt, asked: Sequence[str]) -> str | None:
    """A general follow-up to a reply that says too little, one that was not used before."""
    kinds = {Attempt.UNCLEAR: (_UNCLEAR,), Attempt.REPEATED: (_ONCE,), Attempt.ASKING: _BACK}
    options = kinds.get(attempt, _SAY_MORE)
    return next((text for text in options if text not in asked), None)


def taking_up(phrase: str, ask: str) -> str:
    """A follow-up that names the candidate's words first."""
    return f"You mentioned {phrase}. {ask}"


def in_other_words(question: str) -> str:
    """The same question again, where no other wording is at hand."""
    return f"{fitting('Let me put it once more.', question)} {question}".strip()
