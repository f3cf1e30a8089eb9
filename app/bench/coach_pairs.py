"""One sentence of the coach with each citation, checked from the interviews themselves.

Deliberately simple and apart from the coach's own check, so that a fault there shows here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.bench.coach_learner import Seeded
from app.domain.coaching import CoachSentence, Moment, Note
from app.domain.interview import Turn
from app.domain.question import Bank
from app.domain.scorecard import CriterionScore

_QUOTE = re.compile("“([^”]*)”")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LEVEL = re.compile(r"\blevel (\d+) of (\d+)")
_AIM = re.compile(r"\breach level (\d+)")
_ASPECTS = re.compile(r"\b(\d+) of (\d+) aspects")
_BANDS = {"110", "170", "5"}


def listed(
    sentence: CoachSentence, people: Sequence[Seeded], bank: Bank, notes: Sequence[Note]
) -> list[dict[str, Any]]:
    """A row for each citation: what it cites, whether it exists, whether it carries the words."""
    rows = [_moment(sentence, moment, people, bank) for moment in sentence.moments]
    for ref in sentence.notes:
        note = next((n for n in notes if (n.id, n.version) == (ref.note_id, ref.version)), None)
        rows.append(
            {
                "kind": "note",
                "text": sentence.text,
                "cited": f"{ref.note_id} version {ref.version}",
                "exists": note is not None,
                "supports": note is not None and sentence.text in " ".join(note.text.split()),
            }
        )
    if not rows and sentence.question_id:
        question = bank.question(sentence.question_id)
        rows.append(
            {
                "kind": "question",
                "text": sentence.text,
                "cited": sentence.question_id,
                "exists": question is not None,
                "supports": question is not None and question.text in sentence.text,
            }
        )
    return rows


def _moment(
    sentence: CoachSentence, moment: Moment, people: Sequence[Seeded], bank: Bank
) -> dict[str, Any]:
    held = next((s for s in people if s.interview.id == moment.interview_id), None)
    turn = next((t for t in held.turns if t.index == moment.turn), None) if held else None
    exists = turn is not None and _spoken(moment, turn)
    why = _unsupported(sentence, moment, held, turn, people, bank) if held and turn else "nobody"
    return {
        "kind": "moment",
        "text": sentence.text,
        "claim": sentence.claim.kind,
        "interview": str(moment.interview_id),
        "turn": moment.turn,
        "cited": moment.quote,
        "start_s": moment.start_s,
        "end_s": moment.end_s,
        "exists": exists,
        "supports": exists and not why,
        "why": why,
    }


def _spoken(moment: Moment, turn: Turn) -> bool:
    """Whether exactly these words stand between the two times."""
    if moment.start_s is None or moment.end_s is None:
        return moment.quote in (turn.answer or "")
    inside = [w.text for w in turn.words if moment.start_s <= w.start_s < moment.end_s]
    return " ".join(inside) == moment.quote


def _unsupported(
    sentence: CoachSentence,
    moment: Moment,
    held: Seeded,
    turn: Turn,
    people: Sequence[Seeded],
    bank: Bank,
) -> str:
    """What is stated and not borne out by the interviews; empty when all of it is."""
    question = bank.question(turn.question_id)
    written = [question.text, *(p.ask for p in question.probes)] if question else []
    scores = [s for c in held.cards if c.question_id == turn.question_id for s in c.criteria]
    written += [s.next_level for s in scores if s.next_level]
    for quote in _QUOTE.findall(sentence.text):
        if not any(quote in text for text in (moment.quote, turn.answer or "", *written)):
            return f"“{quote}” is neither said nor written"
    if sentence.claim.kind == "said":
        return "" if moment.quote.rstrip(" .,;:") in sentence.text else "the words are not quoted"
    plain = _QUOTE.sub(" ", sentence.text)
    if sentence.claim.kind in ("level", "open", "next"):
        return _level(plain, moment, scores)
    if sentence.claim.kind == "growth":
        return _growth(plain, people)
    if question and sentence.claim.kind == "due" and question.topic not in plain:
        return "another topic is named"
    allowed = _BANDS | _figures(held, turn, people)
    unknown = [n for n in _NUMBER.findall(plain) if n not in allowed]
    return f"{', '.join(unknown)} can't be found in the interview" if unknown else ""


def _level(plain: str, moment: Moment, scores: Sequence[CriterionScore]) -> str:
    """The named criterion has the stated level, and rests on the cited words."""
    named = [s for s in scores if s.title in plain]
    carried = [s for s in named if any(e.quote == moment.quote for e in s.evidence)]
    if not carried:
        return "no criterion of that name rests on these words"
    level, aspects, aim = _LEVEL.search(plain), _ASPECTS.search(plain), _AIM.search(plain)
    for score in carried:
        left, met = len(score.points_open), len(score.points_met)
        marked = level is None or level.groups() == (str(score.level), str(score.max_level))
        counted = aspects is None or aspects.groups() == (str(left), str(left + met))
        aimed = aim is None or aim[1] == str(score.next_at)
        stated = 2 * ((level is not None) + (aspects is not None)) + (aim is not None)
        if marked and counted and aimed and len(_NUMBER.findall(plain)) == stated:
            return ""
    return "the level is another"


def _growth(plain: str, people: Sequence[Seeded]) -> str:
    """The first and last mean share of a criterion, over interviews in their order."""
    seen: dict[tuple[str, str], list[float]] = {}
    titles: dict[tuple[str, str], str] = {}
    for held in people:
        shares: dict[tuple[str, str], list[float]] = {}
        for card in held.cards:
            rubric = card.provenance.rubric_id if card.provenance else ""
            for score in card.criteria:
                key = (rubric, score.criterion_id)
                titles[key] = score.title
                shares.setdefault(key, []).append((score.level or 0) / score.max_level)
        for key, found in shares.items():
            seen.setdefault(key, []).append(sum(found) / len(found))
    stated = _NUMBER.findall(plain)
    for key, means in seen.items():
        if titles[key] in plain and stated == [f"{100 * m:.0f}" for m in (means[0], means[-1])]:
            return ""
    return "the change is another"


def _figures(held: Seeded, turn: Turn, people: Sequence[Seeded]) -> set[str]:
    """Numbers of pace, silence, fillers and marks, worked out from words and times."""
    rates = [_rate(each.turns) for each in people if each.turns]
    before = sorted(
        rates[: next(i for i, s in enumerate(p for p in people if p.turns) if s is held)]
    )
    found = [_rate(held.turns), _rate((turn,))]
    if before:
        half = len(before) // 2
        found.append(before[half] if len(before) % 2 else (before[half - 1] + before[half]) / 2)
    fillers = sum(len(t.filler_words or ()) for t in held.turns)
    minutes = sum(end - start for t in held.turns for start, end in t.speech) / 60
    gaps = [b[0] - a[1] for t in held.turns for a, b in zip(t.speech, t.speech[1:], strict=False)]
    numbers = {f"{n:.0f}" for n in found} | {str(len(before)), str(fillers)}
    numbers |= {f"{fillers / minutes:.1f}", f"{max(gaps, default=0.0):.1f}"}
    for card in held.cards:
        if card.question_id == turn.question_id and card.share is not None:
            numbers.add(f"{100 * card.share:.0f}")
    return numbers


def _rate(turns: Sequence[Turn]) -> float:
    seconds = sum(end - start for turn in turns for start, end in turn.speech)
    return sum(len(turn.words) for turn in turns) / seconds * 60
