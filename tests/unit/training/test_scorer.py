"""Fitting gives a scorer that ranks answers, and refitting one that knows one data set better."""

from __future__ import annotations

import numpy as np
import pytest

from app.assessment.scorer.corpus import Corpus, Graded
from app.assessment.scorer.features import NAMES, Item
from app.assessment.scorer.scorer import estimated

pytestmark = pytest.mark.unit

QUESTIONS, ANSWERS = 8, 12


def _corpus(*sources: str) -> Corpus:
    """Answers whose first sign is worth most, in every data set; each has its own severity."""
    draw = np.random.default_rng(3)
    graded, rows = [], []
    for mildness, source in enumerate(sources):
        for question in range(QUESTIONS):
            for answer in range(ANSWERS):
                signs = draw.normal(size=len(NAMES))
                worth = 0.5 * signs[0] + 0.1 * draw.normal() + 0.1 * mildness
                text = f"{source} {question} {answer}"
                item = Item(f"question {question}", "reference", text)
                score = float(np.clip(0.5 + 0.3 * worth, 0.0, 1.0))
                graded.append(Graded(source, str(question), item, score))
                rows.append(signs)
    vectors = {each.item.answer: np.ones(1, np.float32) for each in graded}
    return Corpus(tuple(graded), NAMES, np.stack(rows), vectors, {})


def test_a_refitted_scorer_ranks_questions_left_out_and_draws_scores_apart_when_told() -> None:
    pytest.importorskip("sklearn")
    from app.training.scorer import adapt_scorer, fit_scorer

    corpus = _corpus("one", "two", "three")
    general = fit_scorer(corpus, np.flatnonzero(corpus.sources != "three"), bare=True)
    own = corpus.sources == "three"
    left = own & np.isin(corpus.questions, ["three/0", "three/1"])
    plain, apart = adapt_scorer(general, corpus, np.flatnonzero(own & ~left))

    said = estimated(plain, corpus.rows[left]).mean
    assert np.corrcoef(said, corpus.scores[left])[0, 1] > 0.4
    assert sum(plain.shares) == pytest.approx(1.0)
    assert len(plain.shares) == len(plain.members)
    assert plain.kernel != general.kernel
    assert apart.calibration.slope >= plain.calibration.slope
    assert not plain.doubt.weights[: len(NAMES)].any()
    assert plain.doubt.weights[len(NAMES) :].any()
