"""Soft rules for authored content: what loads, but would make a poor interview.

A probe must open a point without giving it away, be short enough to be spoken, and keep to what may
be asked; a rubric's levels must differ in what is observed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.assessment.wording import normalised, stems, word_count
from app.domain.question import Bank, Probe, Question, ReferencePoint, Rubric, Track

PROBE_WORDS = 30
QUESTION_WORDS = 35
WHEN_WORDS = 4
LEAKED_WORDS = 3
LEAKED_SHARE = 0.5
REPEATED_SHARE = 0.8

PHRASE = "{phrase}"

_UNSPEAKABLE = re.compile(r"[*_`#{}\[\]<>=|\\/^~@$%&+]")
_ILLEGAL = re.compile(
    r"""\b(
    your\ age | how\ old\ (are|were)\ you | years\ old | young | elderly | pregnan\w+
    | child(ren)? | kids | husband | wife | spouse | partner's | married | marital | divorced
    | (your|the|a)\ family | parents | disab(led|ility|ilities) | illness | sick | your\ health
    | diagnosis | religio\w+ | church | mosque | synagogue | pray\w* | your\ faith
    | national(ity|\ origin) | native\ (language|speaker|country) | mother\ tongue | citizen\w*
    | immigra\w+ | where\ (are|were)\ you\ (from|born) | ethnic\w* | your\ race | skin\ colou?r
    | your\ accent | salary | salaries | earned | your\ pay | wages? | your\ gender | sexual\w*
    | political\ (view|party|opinion)\w* | trade\ union
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Problem:
    """A soft rule that an item breaks; `where` names the item, `message` what was expected."""

    where: str
    rule: str
    message: str


def lint_bank(bank: Bank) -> tuple[Problem, ...]:
    """Everything in the bank that an author should look at again."""
    rubrics = {rubric.id: rubric for rubric in bank.rubrics}
    minutes = {question.id: question.minutes for question in bank.questions}
    found: list[Problem] = []
    for rubric in bank.rubrics:
        found += lint_rubric(rubric)
    for question in bank.questions:
        found += lint_question(question, rubrics[question.rubric])
    for track in bank.tracks:
        found += _fit(track, minutes)
    return tuple(found)


def lint_question(question: Question, rubric: Rubric) -> tuple[Problem, ...]:
    """What an author should look at again in one question."""
    found = [*_wording(question), *_points(question, rubric), *_exemplars(question, rubric)]
    found += _probe_set(question)
    for probe in question.probes:
        where = f"question {question.id}, probe {probe.id}"
        found += _form(probe, where)
        found += _phrase(probe, where)
        found += _illegal(probe.ask, where)
        found += _leaks(probe, question, where)
        found += _repeats(probe, question, where)
    return tuple(found)


def lint_rubric(rubric: Rubric) -> tuple[Problem, ...]:
    """What an author should look at again in one rubric."""
    found = list(_anchors(rubric))
    for criterion in rubric.criteria:
        where = f"rubric {rubric.id}, criterion {criterion.id}"
        for text in (criterion.title, *(level.anchor for level in criterion.levels)):
            found += _illegal(text, where)
    return tuple(found)


def illegal_topic(text: str) -> str | None:
    """The first words about something that no interview may touch, or None."""
    match = _ILLEGAL.search(text)
    return match.group() if match is not None else None


def _anchors(rubric: Rubric) -> Iterator[Problem]:
    for criterion in rubric.criteria:
        where = f"rubric {rubric.id}, criterion {criterion.id}"
        texts = [level.anchor for level in criterion.levels]
        if len({normalised(text) for text in texts}) < len(texts):
            yield Problem(where, "anchor-repeated", "expected a different anchor for each level")
            continue
        for lower, higher in pairwise(criterion.levels):
            if stems([lower.anchor]) == stems([higher.anchor]):
                message = f"expected levels {lower.level} and {higher.level} to differ in substance"
                yield Problem(where, "anchor-no-difference", message)


def _wording(question: Question) -> Iterator[Problem]:
    where = f"question {question.id}"
    texts = {
        "text": question.text,
        "spoken": question.spoken or "",
        "rephrased": question.rephrased or "",
    }
    for name, text in texts.items():
        if word_count(text) > QUESTION_WORDS:
            message = f"expected {name} to have at most {QUESTION_WORDS} words"
            yield Problem(where, "question-too-long", f"{message}, found {word_count(text)}")
        yield from _illegal(text, where)
    aloud = {"spoken" if question.spoken else "text": question.spoken or question.text}
    for name, text in (aloud | {"rephrased": texts["rephrased"]}).items():
        symbol = _UNSPEAKABLE.search(text)
        if symbol is not None:
            message = f"expected {name} to be fit for speech, found {symbol.group()!r}"
            yield Problem(where, "question-unspeakable", message)


def _points(question: Question, rubric: Rubric) -> Iterator[Problem]:
    where = f"question {question.id}"
    counts = Counter(normalised(point.text) for point in question.points)
    for point in question.points:
        if counts[normalised(point.text)] > 1:
            message = "expected each point to say something of its own"
            yield Problem(f"{where}, point {point.id}", "point-repeated", message)
    used = {point.criterion for point in question.points}
    for criterion in rubric.criteria:
        if criterion.id not in used:
            message = f"expected a point for criterion {criterion.id!r}"
            yield Problem(where, "criterion-without-point", message)


def _exemplars(question: Question, rubric: Rubric) -> Iterator[Problem]:
    criteria = {criterion.id for criterion in rubric.criteria}
    for number, exemplar in enumerate(question.exemplars, start=1):
        missing = ", ".join(sorted(criteria - set(exemplar.levels)))
        if missing:
            where = f"question {question.id}, exemplar {number}"
            yield Problem(where, "exemplar-incomplete", f"expected a level for {missing}")


def _probe_set(question: Question) -> Iterator[Problem]:
    where = f"question {question.id}"
    if all(probe.when for probe in question.probes):
        message = "expected a probe without 'when', so that one is always ready"
        yield Problem(where, "no-open-probe", message)
    counts = Counter(normalised(probe.ask) for probe in question.probes)
    for ask, times in counts.items():
        if times > 1:
            message = f"expected each probe once, found {times} times: {ask!r}"
            yield Problem(where, "probe-repeated", message)


def _form(probe: Probe, where: str) -> Iterator[Problem]:
    longest = max(probe.when, key=word_count, default=PHRASE)
    count = word_count(probe.ask.replace(PHRASE, longest))
    if count > PROBE_WORDS:
        yield Problem(where, "probe-too-long", f"expected {PROBE_WORDS} words, found {count}")
    marks = probe.ask.count("?")
    if marks != 1:
        yield Problem(where, "probe-one-question", f"expected one question mark, found {marks}")
    symbol = _UNSPEAKABLE.search(probe.ask.replace(PHRASE, ""))
    if symbol is not None and symbol.group() not in "{}":
        message = f"expected words fit for speech, found {symbol.group()!r}"
        yield Problem(where, "probe-unspeakable", message)


def _phrase(probe: Probe, where: str) -> Iterator[Problem]:
    rule = "phrase-misused"
    if probe.ask.count(PHRASE) > 1:
        yield Problem(where, rule, f"expected {PHRASE} at most once")
    if re.search(r"[{}]", probe.ask.replace(PHRASE, "")):
        yield Problem(where, rule, f"expected no braces but those of {PHRASE}")
    for entry in probe.when:
        if not entry.strip() or word_count(entry) > WHEN_WORDS:
            message = f"expected 1 to {WHEN_WORDS} words in each 'when', found {entry!r}"
            yield Problem(where, rule, message)
    if len({normalised(entry) for entry in probe.when}) < len(probe.when):
        yield Problem(where, rule, "expected each entry of 'when' once")


def _illegal(text: str, where: str) -> Iterator[Problem]:
    topic = illegal_topic(text)
    if topic is not None:
        message = f"expected a topic that may be asked about, found {topic!r}"
        yield Problem(where, "illegal-topic", message)


def _leaks(probe: Probe, question: Question, where: str) -> Iterator[Problem]:
    asked = stems([question.text, question.spoken or "", question.rephrased or ""])
    said = stems([probe.ask.replace(PHRASE, "")]) - asked - stems(probe.when)
    for point in question.points:
        given = _given_away(point, said, asked)
        if given:
            message = f"expected no answer to point {point.id!r}, found {', '.join(given)}"
            yield Problem(where, "probe-leak", message)


def _given_away(point: ReferencePoint, said: frozenset[str], asked: frozenset[str]) -> list[str]:
    """The words that tell the point: a whole technical term, or much of its sentence."""
    for term in point.terms:
        wanted = stems([term]) - asked
        if len(wanted) > 1 and wanted <= said:
            return sorted(wanted)
    distinctive = stems([point.text]) - asked
    shared = distinctive & said
    many = len(shared) >= LEAKED_WORDS
    much = len(shared) > 1 and len(shared) >= LEAKED_SHARE * len(distinctive)
    return sorted(shared) if many or much else []


def _repeats(probe: Probe, question: Question, where: str) -> Iterator[Problem]:
    asked = stems([question.text])
    shared = asked & stems([probe.ask])
    if len(asked) > 1 and len(shared) >= REPEATED_SHARE * len(asked):
        yield Problem(where, "probe-repeats-question", "expected something not asked before")


def _fit(track: Track, minutes: dict[str, float]) -> Iterator[Problem]:
    where = f"track {track.id}"
    if track.asks > len(track.questions):
        message = f"expected at least {track.asks} questions, found {len(track.questions)}"
        yield Problem(where, "track-too-few", message)
    if len(set(track.questions)) < len(track.questions):
        yield Problem(where, "track-repeats", "expected each question once")
    needed = sum(minutes[name] for name in track.questions[: track.asks])
    if needed > track.minutes:
        message = f"expected {needed:g} minutes for its first {track.asks} questions"
        yield Problem(where, "track-too-short", f"{message}, found {track.minutes}")
