"""Rows with every kind of value, for tests of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import numpy as np

from app.adapters.store.store import PostgresStore
from app.domain.consent import Consent, Modality, Purpose
from app.domain.interview import Interview, InterviewStatus, Probe, Turn, Word
from app.domain.question import Bank
from app.domain.scorecard import (
    CardStatus,
    CriterionScore,
    Evidence,
    Provenance,
    Scorecard,
    Ungraded,
)
from app.ports.store import Passage
from tests.fakes.store import FakeStore

AnyStore = FakeStore | PostgresStore
NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))


def an_interview(purpose: Purpose = Purpose.PRACTICE, **changes: object) -> Interview:
    whole = Interview(
        id=uuid4(),
        purpose=purpose,
        track_id="python",
        title="Python, ein Gespräch ☕",
        status=InterviewStatus.LIVE,
        mode="basic",
        created_at=NOW,
        token="secret",
        order="adaptive",
        seed=2**40,
        question_ids=("one", "two"),
        clock_s=12.345678901234,
        code="print('%s' % 1)\n",
        accommodations=("more-time",),
        models={"grader": "local"},
        weights=(0.5, 0.3, 0.2),
        consents=(Consent(Modality.AUDIO, "3", NOW), Consent(Modality.DELIVERY, "3", NOW, NOW)),
        started_at=NOW,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # names of fields


def a_turn(interview: Interview, index: int = 0) -> Turn:
    return Turn(
        id=uuid4(),
        interview_id=interview.id,
        index=index,
        kind="follow_up",
        question_id="one",
        question="Why?",
        probe=Probe("fact", phrase="a list", line=3, claim="it ends", expected="[]"),
        answer="because: it's 100% so",
        words=(Word("because", 0.1, 0.25, 0.75), Word("so", 0.3, 0.5)),
        filler_words=(Word("um", 0.0, 0.1, 0.5),),
        speech=((0.1, 0.5), (0.75, 1.0)),
        answered_from_s=0.1,
        end_wait_s=2.0,
        revision=2,
        unreliable=True,
        language="de",
    )


def a_card(interview: Interview, question_id: str = "one", first_turn: int = 0) -> Scorecard:
    quote = Evidence("quote", "it's 100% so", first_turn, 0.1, 0.25)
    return Scorecard(
        interview_id=interview.id,
        question_id=question_id,
        turns=(first_turn, first_turn + 1),
        status=CardStatus.GRADED,
        criteria=(
            CriterionScore("depth", "Depth", 2, 3, 1.5, (quote,), "", 0.8, points_met=("a", "b")),
            CriterionScore("care", "Care", None, 3, 1.0, (), "", 0.1, Ungraded.NO_EVIDENCE, "x"),
        ),
        gates=("filler",),
        provenance=Provenance("r", 1, None, None, None, "local", "basic", NOW),
    )


def a_bank(*, version: int = 1, title: str = "Python") -> Bank:
    level = [{"level": n, "anchor": f"anchor {n}"} for n in range(3)]
    criteria = [{"id": name, "title": name, "levels": level} for name in ("depth", "care")]
    question = {
        "id": "one",
        "version": version,
        "text": "What is a list?",
        "kind": "concept",
        "difficulty": "easy",
        "topic": "lists",
        "rubric": "concepts",
        "reference": "A list is an ordered, mutable sequence.",
        "points": [
            {"id": name, "text": f"point {name}", "criterion": "depth", "terms": ["list"]}
            for name in ("a", "b")
        ],
        "probes": [{"id": "p", "ask": "Why {phrase}?", "when": ["list"]}],
        "exemplars": [{"answer": "an ordered thing", "levels": {"depth": 1}}],
    }
    rubric = {"id": "concepts", "version": version, "title": "Concepts", "criteria": criteria}
    track = {"id": "python", "title": title, "summary": "lists", "minutes": 10}
    return Bank.model_validate(
        {
            "tracks": [{**track, "questions": ["one"]}],
            "questions": [question],
            "rubrics": [rubric],
        }
    )


def some_passages(count: int) -> tuple[tuple[Passage, ...], np.ndarray]:
    random = np.random.default_rng(7)
    vectors = random.normal(size=(count, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kinds = ("point", "exemplar")
    passages = [
        Passage(kinds[n % 2], "one" if n % 10 else "two", str(n), f"text {n}", "depth", n % 3)
        for n in range(count)
    ]
    return tuple(passages), vectors
