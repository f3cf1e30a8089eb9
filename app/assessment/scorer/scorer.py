"""Apply the fitted scorer: members, calibration, and what graded answers to the question add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.features import (
    Embed,
    Item,
    Read,
    Row,
    Table,
    embedded,
    readings_of,
    signs,
    table,
    texts_of,
)
from app.assessment.scorer.meaning import Vectors
from app.assessment.scorer.model import ScorerModel
from app.assessment.scorer.pooling import Answers, pooled
from app.assessment.scorer.tokens import content, tokens

Floats = NDArray[np.float64]
_HALF = 0.5
_NEAR = 3.0


@dataclass(frozen=True)
class Marked:
    """An answer to the same question with a person's score, 0..1."""

    answer: str
    score: float


@dataclass(frozen=True)
class Contact:
    """Whether the answer touches the reference at all, in meaning and in words."""

    own: float
    said: float
    near: float


@dataclass(frozen=True)
class Scored:
    """A score from 0 to 1, how sure it is (0..1), and what it rests on."""

    score: float
    confidence: float
    estimate: float
    deviation: float
    contact: Contact


@dataclass(frozen=True)
class Estimates:
    """The members' standardised rows, their mean, and how far they lie apart, a row each."""

    rows: Table
    mean: Floats
    apart: Floats


@dataclass(frozen=True)
class Judged:
    """Scores, expected errors and deviations, a row each."""

    scores: Floats
    errors: Floats
    deviations: Floats


class Scorer:
    """A fitted scorer with an embedder; `embed` and `read` block."""

    def __init__(self, model: ScorerModel, embed: Embed, read: Read) -> None:
        self._model = model
        self._embed = embed
        self._read = read

    @property
    def digest(self) -> str:
        """Names the fitted model."""
        return self._model.digest

    def look_up(self, items: Sequence[Item]) -> None:
        """Embed and read what several answers need at once, for what remembers it."""
        fluent = [item.fluent for item in items]
        embedded((text for item in fluent for text in texts_of(item)), self._embed)
        readings_of(fluent, self._read)

    def score(self, item: Item, marked: Sequence[Marked] = ()) -> Scored:
        """Score one answer, beside the graded answers to its question."""
        return self.score_all(item, [item.answer], marked)[0]

    def score_all(
        self, asked: Item, answers: Sequence[str], marked: Sequence[Marked] = ()
    ) -> list[Scored]:
        """Score several answers to one question; `asked.answer` is not looked at."""
        said = [*answers, *(each.answer for each in marked)]
        items = [Item(asked.question, asked.reference, text, asked.points).fluent for text in said]
        vectors = embedded((text for item in items for text in texts_of(item)), self._embed)
        readings = readings_of(items, self._read)
        rows = [signs(item, vectors, readings, self._model.rarity) for item in items]
        estimates = estimate(self._model, rows)
        compared = comparable(items, vectors, estimates)
        grades = np.array([each.score for each in marked], dtype=np.float64)
        judged = judge(self._model, estimates, compared, grades, len(answers))
        return [
            Scored(
                float(judged.scores[n]),
                confidence(float(judged.errors[n])),
                float(estimates.mean[n]),
                float(judged.deviations[n]),
                contact_of(rows[n]),
            )
            for n in range(len(answers))
        ]


def contact_of(row: Row) -> Contact:
    """What the gate on answers about something else looks at."""
    own = max(row["cosine"], row["cosine_asked"])
    return Contact(own, row["heavy_new_recall"], row["words_recall_new"])


def confidence(error: float) -> float:
    """From an expected error on the scale 0..1; half the scale or more is no confidence at all."""
    return float(np.clip(1.0 - error / _HALF, 0.0, 1.0))


def estimate(model: ScorerModel, rows: Sequence[Row]) -> Estimates:
    """What the members say, before calibration."""
    return estimated(model, table(rows, model.standard.names))


def estimated(model: ScorerModel, rows: Table) -> Estimates:
    """The same from a matrix in the order of the model's names."""
    standard = model.standard.of(rows)
    said = np.stack([member.predict(standard) for member in model.members])
    mean = np.average(said, axis=0, weights=model.shares or None)
    return Estimates(standard, mean, said.std(axis=0))


def comparable(items: Sequence[Item], vectors: Vectors, estimates: Estimates) -> Answers:
    """What the pooling compares of answers to one question."""
    asked = frozenset(content(tokens(items[0].question))) if items else frozenset()
    return Answers(
        np.stack([vectors[item.answer] for item in items]),
        np.clip(estimates.rows, -_NEAR, _NEAR),
        [frozenset(content(tokens(item.answer))) - asked for item in items],
        estimates.mean,
    )


def judge(
    model: ScorerModel, estimates: Estimates, compared: Answers, grades: Floats, new: int
) -> Judged:
    """Scores of the first `new` rows, whose remaining rows carry the grades."""
    calibrated = model.calibration.of(estimates.mean)
    shift = pooled(
        model.kernel, _some(compared, slice(0, new)), _some(compared, slice(new, None)),
        grades - calibrated[new:],
    )  # fmt: skip
    scores = np.clip(calibrated[:new] + shift.by, 0.0, 1.0)
    rows = doubt_rows(estimates.rows[:new], scores, estimates.apart[:new], shift.deviation)
    return Judged(scores, model.doubt.predict(rows), shift.deviation)


def doubt_rows(rows: Table, scores: Floats, apart: Floats, deviation: Floats) -> Table:
    """What an error is expected from: the signs, the score, and how unsure its parts are."""
    return np.column_stack([rows, scores, scores**2, apart, deviation])


def _some(answers: Answers, which: slice) -> Answers:
    return Answers(
        answers.vectors[which],
        answers.signs[which],
        answers.words[which],
        answers.estimates[which],
    )
