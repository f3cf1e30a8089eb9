"""A learner with interviews as written in a file: spoken words with times, levels with evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from app.adapters.files.yaml_files import read_yaml
from app.assessment.quotes import quoted
from app.domain.consent import Consent, Modality, Purpose
from app.domain.interview import Interview, InterviewStatus, Turn, Word
from app.domain.question import Bank, Question, Rubric
from app.domain.scorecard import CardStatus, CriterionScore, Provenance, Scorecard
from app.ports.store import UnitOfWork

NAMES = UUID("5e3a4d9a-0f57-4f6c-9a35-0d5f6f8f0c11")
CONFIDENCE = 0.8
GAP_S = 30.0


@dataclass(frozen=True)
class Seeded:
    """One interview with everything that is kept of it."""

    interview: Interview
    turns: tuple[Turn, ...]
    cards: tuple[Scorecard, ...]


def learner(path: Path, bank: Bank, now: datetime) -> tuple[Seeded, ...]:
    """All interviews of the file, the open assessment last."""
    document: dict[str, Any] = read_yaml(path, path.name)
    done = tuple(_seeded(each, bank, now) for each in document["interviews"])
    return (*done, _assessment(document["assessment"], now))


async def keep(work: UnitOfWork, seeded: Seeded) -> None:
    """Put one interview into the store."""
    await work.interviews.add(seeded.interview)
    for turn in seeded.turns:
        await work.turns.add(turn)
    for card in seeded.cards:
        await work.scorecards.save(card)


def _seeded(entry: dict[str, Any], bank: Bank, now: datetime) -> Seeded:
    interview_id = uuid5(NAMES, str(entry["id"]))
    at = now - timedelta(days=entry["days_ago"])
    turns: list[Turn] = []
    cards: list[Scorecard] = []
    clock = 5.0
    for index, answer in enumerate(entry["answers"]):
        question = bank.question(answer["question"])
        rubric = bank.rubric(question.rubric) if question else None
        if question is None or rubric is None:
            raise ValueError(f"expected a question of the bank, found {answer['question']!r}")
        turn = _turn(interview_id, index, question, answer, float(entry["wpm"]), clock)
        clock = (turn.answered_to_s or clock) + GAP_S
        turns.append(turn)
        cards.append(_card(turn, question, rubric, answer["levels"], at))
    consents = (Modality.AUDIO, Modality.DELIVERY, Modality.RECORDING)
    interview = Interview(
        interview_id,
        Purpose.PRACTICE,
        "python-engineering",
        "Python and software engineering",
        InterviewStatus.COMPLETED,
        "basic",
        at,
        asks=len(turns),
        question_ids=tuple(turn.question_id for turn in turns),
        clock_s=clock,
        consents=tuple(Consent(m, "1", at) for m in consents),
        started_at=at,
        finished_at=at + timedelta(seconds=clock),
    )
    return Seeded(interview, tuple(turns), tuple(cards))


def _turn(
    interview_id: UUID,
    index: int,
    question: Question,
    answer: dict[str, Any],
    wpm: float,
    start: float,
) -> Turn:
    said = " ".join(answer["said"].split())
    after, silence = answer["pause"]
    words: list[Word] = []
    at, begun = start, start
    speech: list[tuple[float, float]] = []
    for place, text in enumerate(said.split(), 1):
        words.append(Word(text, round(at, 3), round(at + 50 / wpm, 3), 0.95))
        at += 60 / wpm
        if place == after:
            speech.append((begun, at))
            at = begun = at + silence
    speech.append((begun, at))
    filler_words = tuple(
        Word("um", start + n, start + n + 0.2, 0.9) for n in range(answer["fillers"])
    )
    return Turn(
        uuid5(interview_id, str(index)),
        interview_id,
        index,
        "question",
        question.id,
        question.text,
        answer=said,
        words=tuple(words),
        filler_words=filler_words,
        asked_at_s=start - 4.0,
        answered_from_s=start,
        answered_to_s=at,
        speech=tuple(speech),
    )


def _card(
    turn: Turn, question: Question, rubric: Rubric, levels: dict[str, Any], at: datetime
) -> Scorecard:
    criteria = []
    for criterion in rubric.criteria:
        given = levels[criterion.id]
        kind = "quote" if "quote" in given else "nearest"
        evidence = quoted(given.get("quote") or given["near"], turn)
        if evidence is None:
            raise ValueError(f"{question.id}/{criterion.id}: these words are not in the answer")
        level = int(given["level"])
        aim = criterion.aim(level, complete=bool(given["met"]) and not given["open"])
        criteria.append(
            CriterionScore(
                criterion.id,
                criterion.title,
                level,
                criterion.max_level,
                criterion.weight,
                (evidence if kind == "quote" else _nearest(turn, given["near"]),),
                "",
                CONFIDENCE,
                next_level=aim.anchor if aim else None,
                next_at=aim.level if aim else None,
                points_met=tuple(given["met"]),
                points_open=tuple(given["open"]),
            )
        )
    source = Provenance(rubric.id, rubric.version, None, None, None, "seeded", "basic", at)
    return Scorecard(
        turn.interview_id,
        question.id,
        (turn.index,),
        CardStatus.GRADED,
        tuple(criteria),
        provenance=source,
    )


def _nearest(turn: Turn, words: str) -> Any:  # noqa: ANN401  # checked by the caller
    return quoted(words, turn, "nearest")


def _assessment(entry: dict[str, Any], now: datetime) -> Seeded:
    at = now - timedelta(days=entry["days_ago"])
    interview = Interview(
        uuid5(NAMES, "assessment"),
        Purpose.ASSESSMENT,
        "python-engineering",
        "Assessment of databases",
        InterviewStatus.LIVE,
        "basic",
        at,
        asks=len(entry["questions"]),
        question_ids=tuple(entry["questions"]),
    )
    return Seeded(interview, (), ())
