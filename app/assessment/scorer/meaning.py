"""Likeness in meaning, by vectors that are handed in: whole texts, sentences and single words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.tokens import Rarity, carries, stem, weight
from app.assessment.sentences import sentences_of

Vector = NDArray[np.float32]
Vectors = Mapping[str, Vector]
_TINY = 1e-6
_SAME_WORD = 0.95
_SHARES = (0.5, 0.6, 0.7)


def parts(text: str) -> tuple[str, ...]:
    """A text's sentences; the text itself where it has none."""
    return tuple(sentence.text for sentence in sentences_of([(0, text)])) or (text,)


def telling(words: Sequence[str]) -> list[str]:
    """The distinct words that carry meaning, in order: those that have vectors of their own."""
    return [word for word in dict.fromkeys(words) if carries(word)]


def beyond(vectors: Vector, question: Vector) -> Vector:
    """Unit vectors with the question's direction taken out."""
    rest = vectors - np.outer(vectors @ question, question)
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    return np.asarray(rest / np.maximum(lengths, _TINY), dtype=np.float32)


def text_signs(question: str, reference: str, answer: str, vectors: Vectors) -> dict[str, float]:
    """Cosines of the whole texts."""
    asked, wanted, said = vectors[question], vectors[reference], vectors[answer]
    new = beyond(np.stack([said, wanted]), asked)
    return {
        "cosine": float(said @ wanted),
        "cosine_asked": float(said @ asked),
        "cosine_reference_asked": float(wanted @ asked),
        "cosine_new": float(new[0] @ new[1]),
    }


def point_signs(
    question: str, points: Sequence[str], answer: str, vectors: Vectors
) -> dict[str, float]:
    """How well each point of the reference is covered by some sentence, and the other way round."""
    asked = vectors[question]
    wanted = np.stack([vectors[point] for point in points])
    sentences = parts(answer)
    said = np.stack([*(vectors[sentence] for sentence in sentences), vectors[answer]])
    plain = wanted @ said.T
    new = beyond(wanted, asked) @ beyond(said, asked).T
    covered, covered_new = plain.max(axis=1), new.max(axis=1)
    return {
        "points_new_mean": float(covered_new.mean()),
        "points_new_least": float(covered_new.min()),
        "points_mean": float(covered.mean()),
        **{f"points_over_{int(10 * s)}": float((covered > s).mean()) for s in _SHARES},
        "sentences_mean": float(new[:, :-1].max(axis=0).mean()),
        "sentences_best": float(new.max()),
        "sentences_least": float(plain[:, :-1].max(axis=0).min()),
        "points": math.log(len(points)),
        "sentences": math.log(len(sentences)),
    }


def word_signs(
    name: str,
    wanted: Sequence[str],
    said: Sequence[str],
    asked: frozenset[str],
    vectors: Vectors,
    rarity: Rarity,
) -> dict[str, float]:
    """How near each word comes to some word of the other text: recall that knows synonyms."""
    mine, others = telling(wanted), telling(said)
    if not mine:
        return {name: 0.0, f"{name}_new": 0.0, f"{name}_least": 0.0}
    near = np.zeros(len(mine))
    if others:
        cosines = np.stack([vectors[w] for w in mine]) @ np.stack([vectors[w] for w in others]).T
        near = cosines.max(axis=1)
        near[near > _SAME_WORD] = 1.0
    weights = np.array([weight(stem(word), rarity) for word in mine])
    new = np.array([stem(word) not in asked for word in mine])
    of_all = float(np.average(near, weights=weights)) if weights.sum() else float(near.mean())
    if not new.any() or not weights[new].sum():
        return {name: of_all, f"{name}_new": of_all, f"{name}_least": float(near.min())}
    return {
        name: of_all,
        f"{name}_new": float(np.average(near[new], weights=weights[new])),
        f"{name}_least": float(near[new].min()),
    }
