"""Checks on when the interviewer speaks, and on what becomes of the candidate's words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from app.bench.lab.finding import Finding
from app.bench.lab.record import Deed, Entry, Record, Utterance
from app.dialogue.events import CommandName
from app.dialogue.session import LADDER, THINK_SECONDS

MOST_FOLLOW_UPS = 2
ACKNOWLEDGED_WITHIN_SECONDS = 4.0
SILENT_WITHIN_SECONDS = 1.5
LONGEST_HOLD_SECONDS = 5.0
LADDER_SLACK_SECONDS = 1.0
ASIDE_SECONDS = 4.0
_THANKS = re.compile(r"\bthank", re.IGNORECASE)
_WHAT_NEXT = re.compile(r"\b(graded|report|review)", re.IGNORECASE)


def acknowledges_commands(record: Record) -> Iterator[Finding]:
    """A command is answered at once, by a word, a line or a state."""
    for deed in record.deeds:
        name = deed.act.command or deed.act.means
        if name is None:
            continue
        told = _acknowledged(record, deed, name)
        yield Finding(deed.end, deed.words or name, None if told else f"{name} went unanswered")


def _acknowledged(record: Record, deed: Deed, name: CommandName) -> bool:
    after = [
        entry
        for entry in record.entries
        if deed.start <= entry.at <= deed.end + ACKNOWLEDGED_WITHIN_SECONDS
    ]
    said = [u for u in record.utterances() if u.at >= deed.start and u.at <= deed.end + 4.0]
    if name in ("repeat", "rephrase"):
        return any(u.form == "again" and len(u.captions) > 1 for u in said)
    if name == "skip":
        return any(u.form in ("whole", "closing") for u in said)
    if name == "think":
        return any(entry.kind == "hint" and entry.fields["kind"] == "thinking" for entry in after)
    if name == "done":
        return bool(said) or any(entry.kind == "hint" for entry in after)
    states = {"pause": "paused", "resume": "speaking", "end": "closed"}
    return any(e.kind == "state" and e.fields["state"] == states[name] for e in after)


def keeps_every_word(record: Record) -> Iterator[Finding]:
    """Every word of an answer is stored once, in order, and no command is; a murmur may be."""
    murmurs = {deed.words for deed in record.deeds if deed.act.murmur is not None}
    given = " ".join(deed.words for deed in record.deeds if _is_answer(deed))
    kept = " ".join(turn.answer or "" for turn in record.turns)
    wanted, found = ([w for w in text.split() if w not in murmurs] for text in (given, kept))
    fault = None
    if wanted != found:
        fault = _difference(wanted, found)
    yield Finding(0.0, "", fault)


def _is_answer(deed: Deed) -> bool:
    act = deed.act
    return bool(act.say or act.type or act.more or act.over) and act.means is None


def _difference(wanted: list[str], found: list[str]) -> str:
    place = next((i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), None)
    at = min(len(wanted), len(found)) if place is None else place
    said, stored = " ".join(wanted[at : at + 8]), " ".join(found[at : at + 8])
    return f"said {len(wanted)} words, stored {len(found)}; from word {at}: {said!r} != {stored!r}"


def never_cuts_in(record: Record) -> Iterator[Finding]:
    """We never begin while the candidate speaks, or pauses within an answer."""
    for utterance in record.utterances():
        cut = next((deed for deed in record.deeds if _cut(deed, utterance)), None)
        fault = None
        if cut is not None:
            doing = "pausing" if cut.act.pause else "speaking"
            fault = f"began while the candidate was {doing}"
        yield Finding(utterance.at, utterance.text, fault)


def _cut(deed: Deed, utterance: Utterance) -> bool:
    within = deed.start + 0.2 < utterance.at < deed.end - 0.4
    holding = deed.act.pause is not None and deed.act.pause <= LONGEST_HOLD_SECONDS
    return within and (deed.act.say is not None or holding)


def yields_the_floor(record: Record) -> Iterator[Finding]:
    """Spoken over for long enough, we fall silent; a murmur does not stop us."""
    for deed in record.deeds:
        if deed.act.over is None and deed.act.murmur is None:
            continue
        open_then = [
            u
            for u in record.utterances()
            if u.at <= deed.start and (u.ended_at is None or u.ended_at >= deed.start)
        ]
        if not open_then:
            continue
        speaking = open_then[-1]
        stopped = speaking.stopped and (speaking.ended_at or 0.0) <= deed.end + 1.0
        if deed.act.murmur is not None:
            yield Finding(deed.start, speaking.text, "stopped by a murmur" if stopped else None)
        elif deed.end - deed.start > SILENT_WITHIN_SECONDS:
            until = speaking.ended_at or record.entries[-1].at
            long = until > deed.start + SILENT_WITHIN_SECONDS
            yield Finding(deed.start, speaking.text, "talked on" if long else None)


def stays_in_time(record: Record) -> Iterator[Finding]:
    """Nothing new is asked once the time is over, and the end comes with the answer then given."""
    limit = record.interview.minutes * 60.0
    for utterance in record.utterances():
        if utterance.form == "whole":
            late = utterance.at > limit
            fault = f"asked at {utterance.at:.0f} s of {limit:.0f}" if late else None
            yield Finding(utterance.at, utterance.text, fault)


def no_loop(record: Record) -> Iterator[Finding]:
    """A few follow-ups to each question at most, and each question once."""
    fresh = [u for u in record.utterances() if u.form == "whole" and not u.undone]
    follow_ups = Counter(u.place for u in fresh if u.kind == "follow_up")
    questions = Counter(u.place for u in fresh if u.kind == "question")
    for counts, most in ((follow_ups, MOST_FOLLOW_UPS), (questions, 1)):
        for place, count in counts.items():
            fault = f"question {place}: {count} times" if count > most else None
            yield Finding(0.0, f"question {place}", fault)


def silence_ladder(record: Record) -> Iterator[Finding]:
    """Who is silent is reassured, offered help and moved on, at the times of the ladder."""
    hints = [e for e in record.entries if e.kind == "hint"]
    for entered, left in _silences(record):
        yield from _climbed(entered, left, hints)


def _silences(record: Record) -> Iterator[tuple[float, float]]:
    """From when until when we listened in vain; our own short lines are within a silence."""
    asides = [u.at for u in record.utterances() if u.form == "aside"]
    states = [entry for entry in record.entries if entry.kind == "state"]
    began: float | None = None
    for entry, following in pairwise([*states, Entry(record.entries[-1].at, "state", {})]):
        state = entry.fields["state"]
        aside = any(entry.at - 0.5 <= at <= following.at for at in asides)
        if state == "listening":
            began = entry.at if began is None else began
        elif began is not None and not (state == "speaking" and aside):
            yield began, entry.at
            began = None


def _climbed(entered: float, left: float, hints: list[Entry]) -> Iterator[Finding]:
    own = [hint for hint in hints if entered - ASIDE_SECONDS <= hint.at <= left + 0.1]
    thinks = [hint.at + THINK_SECONDS for hint in own if hint.fields["kind"] == "thinking"]
    held = max(thinks, default=0.0)
    start = max(entered, held)
    for seconds, kind in LADDER:
        given = [hint for hint in own if hint.fields["kind"] == kind]
        due = start + seconds
        if due + LADDER_SLACK_SECONDS < left and not given:
            yield Finding(due, kind, f"no {kind} after {seconds:.0f} s of silence")
        for hint in given:
            off = abs(hint.at - due)
            fault = f"{kind} {off:.1f} s off" if off > LADDER_SLACK_SECONDS else None
            yield Finding(hint.at, kind, fault)


def closes_politely(record: Record) -> Iterator[Finding]:
    """The end is said whole, with thanks and what happens next."""
    ended = next(iter(record.messages("closed")), None)
    if ended is None:
        yield Finding(0.0, "", "never closed")
        return
    if record.persona.ends_early:
        yield Finding(ended.at, ended.fields["reason"])
        return
    said = [u for u in record.utterances() if not u.undone and u.form != "aside"]
    last = said[-1] if said else None
    if last is None or last.form != "closing":
        yield Finding(ended.at, last.text if last else "", "closed without a closing word")
        return
    fault = None
    if not _THANKS.search(last.text) or not _WHAT_NEXT.search(last.text):
        fault = "no thanks, or not what happens next"
    elif last.stopped or last.ended_at is None:
        fault = "was not said to its end"
    yield Finding(last.at, last.text, fault)


def nothing_breaks(record: Record) -> Iterator[Finding]:
    """No error, no stuck session, no notice of a failure."""
    if record.stuck is not None:
        yield Finding(0.0, "", record.stuck)
    for entry in record.entries:
        if entry.kind in ("error", "notice"):
            yield Finding(entry.at, str(entry.fields["text"]), f"{entry.fields['code']}")
    yield Finding(0.0, "")
