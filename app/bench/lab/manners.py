"""The hard checks on the interviewer: what it says, how, and when.

Each check looks at one recorded interview from outside (captions, messages, stored turns) and says
of every case whether the rule was kept. None of them asks the interviewer's own filters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.bench.lab import manners_of_speech as speech
from app.bench.lab import manners_of_turns as turns
from app.bench.lab.finding import Finding
from app.bench.lab.record import Record

Check = Callable[[Record], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    "one_question": speech.one_question,
    "no_repeat": speech.no_repeat,
    "no_leak": speech.no_leak,
    "at_most_30_words": speech.at_most_30_words,
    "plain_speech": speech.plain_speech,
    "no_verdict": speech.no_verdict,
    "no_obedience": speech.no_obedience,
    "lawful": speech.lawful,
    "grounded": speech.grounded,
    "says_it_is_an_ai": speech.says_it_is_an_ai,
    "answers_requests": speech.answers_requests,
    "acknowledges_commands": turns.acknowledges_commands,
    "keeps_every_word": turns.keeps_every_word,
    "never_cuts_in": turns.never_cuts_in,
    "yields_the_floor": turns.yields_the_floor,
    "stays_in_time": turns.stays_in_time,
    "no_loop": turns.no_loop,
    "silence_ladder": turns.silence_ladder,
    "closes_politely": turns.closes_politely,
    "nothing_breaks": turns.nothing_breaks,
}


@dataclass(frozen=True)
class Failure:
    """A rule that was broken: where, by which words, and how."""

    persona: str
    run: str
    check: str
    at_s: float
    utterance: str
    why: str

    def as_dict(self) -> dict[str, object]:
        """For the document."""
        return {
            "persona": self.persona,
            "run": self.run,
            "check": self.check,
            "at_s": round(self.at_s, 1),
            "utterance": self.utterance,
            "why": self.why,
        }


@dataclass(frozen=True)
class Result:
    """One check over one interview."""

    check: str
    passed: int
    failures: tuple[Failure, ...]


def checked(record: Record) -> tuple[Result, ...]:
    """Every check over this interview."""
    return tuple(_result(name, check, record) for name, check in CHECKS.items())


def _result(name: str, check: Check, record: Record) -> Result:
    findings = list(check(record))
    failures = tuple(
        Failure(record.persona.id, record.name, name, finding.at, finding.words, finding.fault)
        for finding in findings
        if finding.fault is not None
    )
    return Result(name, len(findings) - len(failures), failures)
