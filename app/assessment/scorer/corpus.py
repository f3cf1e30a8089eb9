"""Graded answers of several sources with their signs, laid out for fitting and measuring."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.features import (
    FEATURES_VERSION,
    NAMES,
    Embed,
    Item,
    Read,
    embedded,
    readings_of,
    signs,
    table,
    texts_of,
)
from app.assessment.scorer.meaning import Vectors
from app.assessment.scorer.tokens import Rarity, content, rarities, tokens

Places = NDArray[np.intp]
Floats = NDArray[np.float64]
Progress = Callable[[str], None]
_CHUNK = 2_000
_READ_AT_ONCE = 100


class RowStore(Protocol):
    """Keeps worked-out rows between runs."""

    def known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The rows that are kept under these keys."""
        ...

    def keep(self, rows: Mapping[bytes, bytes]) -> None:
        """Keep rows."""
        ...


@dataclass(frozen=True)
class Graded:
    """One answer that people have graded; `score` is 0..1, `raters` on the scale of `maximum`."""

    source: str
    question_id: str
    item: Item
    score: float
    maximum: float = 1.0
    raters: tuple[float, float] | None = None


@dataclass(frozen=True)
class Corpus:
    """Graded answers, their signs and vectors, and the rarity of stems that the signs stand on."""

    graded: tuple[Graded, ...]
    names: tuple[str, ...]
    rows: NDArray[np.float64]
    vectors: Vectors
    rarity: Rarity

    @property
    def scores(self) -> NDArray[np.float64]:
        """The people's scores, 0..1."""
        return np.array([each.score for each in self.graded], dtype=np.float64)

    @property
    def sources(self) -> NDArray[np.str_]:
        """Which data set each answer is of."""
        return np.array([each.source for each in self.graded])

    @property
    def questions(self) -> NDArray[np.str_]:
        """The question of each answer, unlike between sources."""
        return np.array([f"{each.source}/{each.question_id}" for each in self.graded])


def rarity_of(graded: Sequence[Graded]) -> dict[str, float]:
    """How rare a stem is among these questions with their references; grades are not looked at."""
    return rarities([frozenset(stems) for stems in _stems_by_question(graded).values()])


def corpus_of(
    graded: Sequence[Graded],
    known: Sequence[Graded],
    embed: Embed,
    read: Read,
    progress: Progress = lambda _: None,
    store: RowStore | None = None,
) -> Corpus:
    """Work out all signs.

    Args:
        graded: The answers.
        known: The answers whose questions say how rare a stem is. A question among them is left
            out when its own answers are looked at, as it is for a question met later.
        embed: Vectors of texts.
        read: Pieces of texts.
        progress: Told how far it is.
        store: Rows of earlier runs.
    """
    graded = [replace(each, item=each.item.fluent) for each in graded]
    by_question = _stems_by_question(known)
    documents = {name: frozenset(stems) for name, stems in by_question.items()}
    rarity = _Rarity(documents, rarities(list(documents.values())), {})
    rows: list[Floats] = []
    vectors: dict[str, NDArray[np.float32]] = {}
    for start in range(0, len(graded), _CHUNK):
        part = graded[start : start + _CHUNK]
        answers = [each.item.answer for each in part if each.item.answer not in vectors]
        vectors |= embedded(answers, embed)
        rows += _rows(part, rarity, embed, read, store)
        progress(f"signs of {len(rows)} of {len(graded)} answers")
    return Corpus(tuple(graded), NAMES, np.stack(rows), vectors, rarity.whole)


@dataclass(frozen=True)
class _Rarity:
    """How rare stems are, all questions taken together and each one left out."""

    documents: dict[tuple[str, str], frozenset[str]]
    whole: dict[str, float]
    without: dict[tuple[str, str], Rarity]

    def of(self, each: Graded) -> Rarity:
        key = (each.source, each.question_id)
        if key not in self.without:
            self.without[key] = _without(key, self.documents, self.whole)
        return self.without[key]


def _rows(
    part: Sequence[Graded], rarity: _Rarity, embed: Embed, read: Read, store: RowStore | None
) -> list[Floats]:
    mark = sha256(repr((FEATURES_VERSION, NAMES, sorted(rarity.whole.items()))).encode()).digest()
    keys = [
        sha256(mark + repr((each.source, each.question_id, each.item)).encode()).digest()[:16]
        for each in part
    ]
    known = store.known(keys) if store is not None else {}
    new = {key: each for key, each in zip(keys, part, strict=True) if key not in known}
    listed = list(new.items())
    for start in range(0, len(listed), _READ_AT_ONCE):
        some = listed[start : start + _READ_AT_ONCE]
        items = [each.item for _, each in some]
        vectors = embedded((text for item in items for text in texts_of(item)), embed)
        readings = readings_of(items, read)
        made = {
            key: table([signs(each.item, vectors, readings, rarity.of(each))], NAMES)[0].tobytes()
            for key, each in some
        }
        if store is not None:
            store.keep(made)
        known |= made
    return [np.frombuffer(known[key], np.float64) for key in keys]


def places(mask: NDArray[np.bool_]) -> Places:
    """The row numbers of a mask."""
    return np.flatnonzero(mask)


def _stems_by_question(graded: Sequence[Graded]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for each in graded:
        stems = found.setdefault((each.source, each.question_id), set())
        stems.update(content(tokens(f"{each.item.question} {each.item.reference}")))
    return found


def _without(
    key: tuple[str, str], documents: dict[tuple[str, str], frozenset[str]], whole: Rarity
) -> Rarity:
    if key not in documents:
        return whole
    own = documents[key]
    others = [stems & own for name, stems in documents.items() if name != key]
    fewer = rarities(others)
    return ChainMap({stem: fewer.get(stem, 1.0) for stem in own}, dict(whole))
