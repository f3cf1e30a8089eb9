"""Rules that every follow-up keeps, whoever wrote it: the bank, the code or a model.

A rule that is broken is returned by name, so that a candidate can be dropped and its reason logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.assessment.fairness import unfair
from app.assessment.wording import normalised, stems, word_count, words
from app.domain.question import Question, ReferencePoint

PROBE_WORDS = 30
LEAKED_WORDS = 3
LEAKED_SHARE = 0.5
REPEATED_SHARE = 0.8
_PREFACE = re.compile(r"^you (said|mentioned)\b[^.?!]*[.]\s+", re.IGNORECASE)
_UNSPEAKABLE = re.compile(r"[*`#{}<>|\\^~$=_@\[\]\n]|https?:|\w\(|[a-z][A-Z]")
_VERDICT = re.compile(
    r"^(?:that(?:'s| is) )?(?:correct|wrong|incorrect|right|great|good|excellent|perfect|well done"
    r"|nice|exactly|brilliant|impressive|not quite|interesting)\b[^?]*[.!,]|\b(?:good|great"
    r"|excellent"
    r"|nice|perfect|wrong|bad) (?:answer|point|job|question)\b|\byou(?:'re| are) (?:right|wrong)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Ground:
    """What a follow-up stands on and must respect.

    `said` are the candidate's answers to the question so far, `asked` all that was asked in the
    interview; `phrase`, `line` and `point` say what it takes up.
    """

    question: Question
    said: str = ""
    asked: tuple[str, ...] = ()
    phrase: str | None = None
    line: int | None = None
    point: str | None = None
    code_lines: int = 0
    open_points: frozenset[str] = frozenset()


def faults(ask: str, ground: Ground) -> tuple[str, ...]:
    """The names of all rules that the follow-up breaks; empty when it may be asked."""
    return tuple(_faults(ask, ground))


def faults_of_wording(wording: str, question: Question, said: str = "") -> tuple[str, ...]:
    """The rules that a question in other words breaks; it need stand on nothing, and may repeat."""
    return tuple(_faults_of_speech(wording, question, said))


def _faults(ask: str, ground: Ground) -> Iterator[str]:
    yield from _faults_of_speech(ask, ground.question, ground.said)
    if not grounded(ask, ground):
        yield "ungrounded"
    if repeats(ask, ground.asked):
        yield "repeat"


def _faults_of_speech(ask: str, question: Question, said: str) -> Iterator[str]:
    if not 3 <= word_count(ask) <= PROBE_WORDS:
        yield "length"
    if ask.count("?") != 1 or not ask.rstrip().endswith("?"):
        yield "one-question"
    if _UNSPEAKABLE.search(ask):
        yield "unspeakable"
    if _VERDICT.search(ask):
        yield "verdict"
    if unfair(ask) is not None:
        yield "unfair"
    if leaked(ask, question, said):
        yield "leak"


def grounded(ask: str, ground: Ground) -> bool:
    """Whether it takes up words that were said, a line that exists, or a point that is open."""
    if ground.phrase is not None:
        phrase = normalised(ground.phrase)
        return contains(ground.said, phrase) and contains(ask, phrase)
    if ground.line is not None:
        return 1 <= ground.line <= ground.code_lines
    return ground.point in ground.open_points


def contains(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text`, one after the other."""
    wanted = normalised(phrase)
    return bool(wanted) and f" {wanted} " in f" {normalised(text)} "


def leaked(ask: str, question: Question, said: str = "") -> tuple[str, ...]:
    """Words of a reference point that the follow-up would give away; what was said is no secret."""
    known = stems([question.text, question.spoken or "", said])
    told = stems([ask]) - known
    for point in question.points:
        given = given_away(point, told, known)
        if given:
            return given
    return ()


def given_away(
    point: ReferencePoint, told: frozenset[str], known: frozenset[str]
) -> tuple[str, ...]:
    """The stems of `told` that tell the point: a whole technical term, or much of its sentence."""
    for term in point.terms:
        wanted = stems([term]) - known
        if len(wanted) > 1 and wanted <= told:
            return tuple(sorted(wanted))
    distinctive = stems([point.text]) - known
    shared = distinctive & told
    many = len(shared) >= LEAKED_WORDS
    much = len(shared) > 1 and len(shared) >= LEAKED_SHARE * len(distinctive)
    return tuple(sorted(shared)) if many or much else ()


def repeats(ask: str, asked: Sequence[str]) -> bool:
    """Whether nearly the same was asked before; the preface "You said ..." does not count."""
    core = _core(ask)
    told = stems([core])
    return any(_same(core, told, _core(other)) for other in asked)


def _core(text: str) -> str:
    return _PREFACE.sub("", text.strip())


def _same(core: str, told: frozenset[str], other: str) -> bool:
    if normalised(core) == normalised(other):
        return True
    before = stems([other])
    shared = len(told & before)
    if shared < 2 or not words(core):
        return False
    return shared >= REPEATED_SHARE * len(told) or shared >= REPEATED_SHARE * len(before)
