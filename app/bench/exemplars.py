"""Scores of whole data sets with none, five or twenty answers of each question graded first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.assessment.decision import points_of
from app.assessment.gates import examine
from app.assessment.scorer.corpus import Corpus, Places
from app.assessment.scorer.model import ScorerModel
from app.assessment.scorer.scorer import comparable, confidence, estimated, judge
from app.assessment.sentences import sentences_of
from app.assessment.spread import most_telling
from app.bench.agreement import Lines
from app.domain.scorecard import Ungraded

EXEMPLARS = (0, 5, 20)
_LEAST_LEFT = 4

ModelOf = Callable[[str], ScorerModel]


def scored_lines(corpus: Corpus, rows: Places, model_of: ModelOf, count: int) -> Lines:
    """Every line but the graded exemplars, which are the most telling answers of a question.

    Args:
        corpus: The answers with their signs.
        rows: The rows to score.
        model_of: The fitted scorer for a question, by its name.
        count: How many exemplars; a question with too few answers besides is left out.
    """
    return placed_lines(corpus, rows, model_of, count)[1]


def placed_lines(
    corpus: Corpus, rows: Places, model_of: ModelOf, count: int
) -> tuple[Places, Lines]:
    """The lines of `scored_lines`, and the row of each."""
    names = corpus.questions[rows]
    places, parts = [], []
    for name in np.unique(names):
        own = rows[names == name]
        if len(own) >= count + (_LEAST_LEFT if count else 1):
            new, lines = _of_question(corpus, own, model_of(str(name)), count)
            places.append(new)
            parts.append(lines)
    return np.concatenate(places), Lines(
        np.concatenate([part.people for part in parts]),
        np.concatenate([part.said for part in parts]),
        np.concatenate([part.questions for part in parts]),
        np.concatenate([part.scored for part in parts]),
        np.concatenate([part.certainty for part in parts]),
    )


def _of_question(
    corpus: Corpus, own: Places, model: ScorerModel, count: int
) -> tuple[Places, Lines]:
    graded = marked_first(corpus, own, count)
    new = own[~np.isin(own, graded)]
    order = np.concatenate([new, graded])
    estimates = estimated(model, corpus.rows[order])
    items = [corpus.graded[place].item for place in order]
    compared = comparable(items, corpus.vectors, estimates)
    judged = judge(model, estimates, compared, corpus.scores[graded], len(new))
    scored = np.array([is_scored(corpus, int(place)) for place in new])
    said = np.where(scored, judged.scores, corpus.scores.mean())
    certainty = np.array([confidence(float(error)) for error in judged.errors])
    return new, Lines(corpus.scores[new], said, corpus.questions[new], scored, certainty)


def marked_first(corpus: Corpus, own: Places, count: int) -> Places:
    """The rows of one question's answers that are graded before the others are scored."""
    return own[list(most_telling(_vectors(corpus, own), count))]


def is_scored(corpus: Corpus, place: int) -> bool:
    """Whether the gates leave anything of this line to grade, be it for a person to look at."""
    item = corpus.graded[place].item
    sentences = sentences_of([(0, item.answer)])
    why = examine(sentences, [item.question], points_of(item)).ungraded
    return why in (None, Ungraded.NEAR_EMPTY)


def _vectors(corpus: Corpus, own: Places) -> NDArray[np.float32]:
    return np.stack([corpus.vectors[corpus.graded[place].item.answer] for place in own])
