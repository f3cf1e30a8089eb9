"""What a judge's votes add to the offline scorer, on a sample of each labelled data set.

The offline score is of a scorer that never saw the data set. Both it alone and it together with
the votes are fitted to people's marks by ridge regression and tried on questions left out, so that
they differ in nothing but the votes.
"""

from __future__ import annotations

import asyncio
import hashlib
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.adapters.files.graded_answers import BadGradedAnswers, load_graded
from app.adapters.files.scorer_file import load_scorer
from app.assessment.scorer.corpus import Corpus, Graded, Places, RowStore, corpus_of
from app.assessment.scorer.model import BadScorer, ScorerModel
from app.bench import agreement
from app.bench.agreement import Floats, Measure
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.exemplars import scored_lines
from app.bench.grading import FITTED, MOHLER, Tools
from app.bench.machine import machine
from app.ports.errors import PortError
from app.ports.language import ChatModel, PromptLibrary

PER_QUESTION = 5
MOST_POINTS = 6
RESAMPLES = 500
_RIDGE = 1.0
_SCALES = {MOHLER: 5.0}
_TWO_WAY = ("scientsbank", "beetle")
_EDGE = 0.02


@dataclass(frozen=True)
class Sample:
    """Some answers of one data set: rows of the corpus, and a row of votes' signs for each."""

    source: str
    rows: Places
    offline: Floats
    voted: NDArray[np.float64]


class Voter:
    """Asks for one vote a point; votes are kept between runs."""

    def __init__(self, model: ChatModel, prompts: PromptLibrary, store: RowStore) -> None:
        self._model = model
        self._prompts = prompts
        self._store = store
        self.asked = 0

    async def votes(self, graded: Graded) -> list[float]:
        """P(Yes), 0..1, for each of the first points."""
        item = graded.item
        prefix = self._prompts.render("vote-answer", question=item.question, answer=item.answer)
        found = []
        for point in item.wanted[:MOST_POINTS]:
            statement = self._prompts.render("vote-point", point=point).text.strip()
            found.append(await self._vote(prefix.text, statement))
        return found

    async def _vote(self, prefix: str, statement: str) -> float:
        key = hashlib.sha256(repr((self._model.name, prefix, statement)).encode()).digest()
        kept = self._store.known([key]).get(key)
        if kept is not None:
            return float(struct.unpack("<d", kept)[0])
        (vote,) = await self._model.votes(prefix, (statement,))
        self.asked += 1
        self._store.keep({key: struct.pack("<d", vote)})
        return float(vote)


def bench_judge(
    *,
    data: Path | None,
    seed: int,
    limit: int,
    tools: Tools,
    model: ChatModel | None,
    prompts: PromptLibrary,
) -> dict[str, Any]:
    """Each data set's sample with and without the votes, and the difference between both."""
    if data is None:
        raise BenchRefused("--data or SOUNDING_DATA must name the folder of labelled data")
    if model is None:
        raise BenchRefused("--judge must name a model")
    try:
        shipped = load_scorer()
        graded = {name: load_graded(data, name).graded for name in (MOHLER, *FITTED)}
        known = [each for name in FITTED for each in graded[name]]
        every = [each for name in (MOHLER, *FITTED) for each in graded[name]]
        corpus = corpus_of(every, known, tools.embed, tools.read, _progress, tools.store)
        voter = Voter(model, prompts, tools.store)
        scorers = {MOHLER: shipped}
        scorers |= {name: _unseen(corpus, name, shipped, tools, seed) for name in FITTED}
        samples = asyncio.run(_samples(corpus, scorers, voter, limit, seed))
        found = {sample.source: compared(corpus, sample, seed) for sample in samples}
    except BadGradedAnswers as error:
        raise BenchRefused(str(error)) from error
    except (BadScorer, PortError) as error:
        raise BenchFailed(str(error)) from error
    return {"machine": machine(), "judge": model.name, "seed": seed, "limit": limit, **found}


def _unseen(
    corpus: Corpus, name: str, shipped: ScorerModel, tools: Tools, seed: int
) -> ScorerModel:
    """A scorer fitted on the other data sets."""
    _progress(f"{name}: fitting on the others")
    others = np.flatnonzero(np.isin(corpus.sources, [n for n in FITTED if n != name]))
    fitted = tools.fit(corpus, others, seed, kernel=False)
    return replace(fitted, kernel=shipped.kernel)


async def _samples(
    corpus: Corpus, scorers: dict[str, ScorerModel], voter: Voter, limit: int, seed: int
) -> list[Sample]:
    return [
        await _sampled(corpus, name, scorer, voter, chosen(corpus, name, limit, seed))
        for name, scorer in scorers.items()
    ]


async def _sampled(
    corpus: Corpus, name: str, scorer: ScorerModel, voter: Voter, rows: Places
) -> Sample:
    lines = [scored_lines(corpus, rows[n : n + 1], lambda _: scorer, 0) for n in range(len(rows))]
    offline = np.array([line.said[0] for line in lines])
    voted = []
    for place, row in enumerate(rows):
        voted.append(signs_of(await voter.votes(corpus.graded[row])))
        if place % 20 == 19:
            _progress(f"{name}: {place + 1} of {len(rows)} answers voted on")
    return Sample(name, rows, offline, np.array(voted))


def chosen(corpus: Corpus, name: str, limit: int, seed: int) -> Places:
    """A few answers of each of many questions, at most `limit` in all."""
    draw = np.random.default_rng(seed)
    rows = np.flatnonzero(corpus.sources == name)
    names = corpus.questions[rows]
    parts: list[Places] = []
    for question in draw.permutation(np.unique(names)):
        own = rows[names == question]
        parts.append(draw.permutation(own)[:PER_QUESTION])
        if sum(len(part) for part in parts) >= limit:
            break
    return np.concatenate(parts)[:limit]


def signs_of(votes: Sequence[float]) -> tuple[float, float]:
    """The mean and the least log-odds of an answer's votes."""
    inside = np.clip(np.array(votes or [0.5]), _EDGE, 1 - _EDGE)
    odds = np.log(inside / (1 - inside))
    return float(odds.mean()), float(odds.min())


def compared(corpus: Corpus, sample: Sample, seed: int) -> dict[str, Any]:
    """The offline score alone, with votes, the votes alone, and what the votes change."""
    people, questions = corpus.scores[sample.rows], corpus.questions[sample.rows]
    tables = {
        "offline": sample.offline[:, None],
        "with_votes": np.column_stack([sample.offline, sample.voted]),
        "votes_alone": sample.voted,
    }
    said = {name: left_out(table, people, questions) for name, table in tables.items()}
    measures = _measures(sample.source)
    pairs = (said["offline"], said["with_votes"])
    return {
        "n": len(people),
        "questions": len(np.unique(questions)),
        **{
            name: {what: round(measure(people, values), 4) for what, measure in measures.items()}
            for name, values in said.items()
        },
        "votes_add": {
            what: difference(measure, people, pairs, questions, seed)
            for what, measure in measures.items()
        },
    }


def _measures(source: str) -> dict[str, Measure]:
    scale = _SCALES.get(source, 1.0)
    found: dict[str, Measure] = {
        "r": agreement.correlation,
        "rmse": lambda people, said: scale * agreement.error(people, said),
    }
    return {**found, "macro_f1": agreement.macro_f1} if source in _TWO_WAY else found


def left_out(table: NDArray[np.float64], people: Floats, questions: NDArray[np.str_]) -> Floats:
    """Each question's scores by a ridge regression on all other questions."""
    said = np.zeros(len(people))
    for name in np.unique(questions):
        own = questions == name
        seen = table[~own]
        mean, spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
        rows = (seen - mean) / spread
        centre = people[~own].mean()
        weights = np.linalg.solve(
            rows.T @ rows + _RIDGE * np.eye(rows.shape[1]), rows.T @ (people[~own] - centre)
        )
        said[own] = centre + (table[own] - mean) / spread @ weights
    return np.clip(said, 0.0, 1.0)


def difference(
    measure: Measure,
    people: Floats,
    pairs: tuple[Floats, Floats],
    questions: NDArray[np.str_],
    seed: int,
) -> dict[str, Any]:
    """How far the second differs from the first, with its interval over questions."""
    draw = np.random.default_rng(seed)
    rows = [np.flatnonzero(questions == name) for name in np.unique(questions)]
    found = []
    for _ in range(RESAMPLES):
        kept = np.concatenate([rows[n] for n in draw.integers(len(rows), size=len(rows))])
        first, second = (measure(people[kept], said[kept]) for said in pairs)
        found.append(second - first)
    by = measure(people, pairs[1]) - measure(people, pairs[0])
    edges = np.percentile(found, (2.5, 97.5))
    return {"by": round(by, 4), "ci": [round(float(edge), 4) for edge in edges]}


def _progress(text: str) -> None:
    sys.stderr.write(f"{text}\n")
