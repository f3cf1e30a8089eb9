"""What a judge's verdict adds to the offline scorer, on a sample of each labelled data set.

The offline score is of a scorer that never saw the question: the shipped one on Mohler, one with
members of its own by question. Both it alone and it together with the verdict are fitted to
people's marks by ridge regression and tried on questions left out, so that they differ in nothing
but the verdict. Beside that stand the score as it is, and stacked as `sounding grade` stacks it.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.adapters.files.graded_answers import BadGradedAnswers, load_graded
from app.adapters.files.scorer_file import load_scorer
from app.agent.judges import trimmed
from app.assessment.scorer.corpus import Corpus, Graded, Places, RowStore, corpus_of
from app.assessment.scorer.model import BadScorer, Calibration
from app.assessment.stacking import log_odds, stacked
from app.bench import agreement
from app.bench.agreement import Floats, Lines, Measure
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.exemplars import EXEMPLARS, ModelOf, marked_first, placed_lines
from app.bench.grading import FITTED, MOHLER, Bench, Draw, Tools, unseen
from app.bench.machine import machine
from app.ports.errors import PortError
from app.ports.language import ChatModel, PromptLibrary

LEAST_PER_QUESTION = 5
LEAST_IN_ALL = 200
RESAMPLES = 500
_RIDGE = 1.0
SOURCES = (MOHLER, *FITTED)
SCALES = {MOHLER: 5.0}
_TWO_WAY = ("scientsbank", "beetle")
SCORERS = ((MOHLER, MOHLER), ("mohler_refitted", MOHLER), *((name, name) for name in FITTED))
CERTAIN, _CERTAIN_SHARE = "rmse_certain_80", 0.8
LEAST_COMPARED = 40


@dataclass(frozen=True)
class Sample:
    """Some answers of one data set: their lines by the offline scorer, a verdict's odds for each.

    `offline` holds the lines for each number of graded exemplars, `marked` the marks of those by
    question, `verdicts` P(Yes) by row.
    """

    source: str
    offline: dict[int, tuple[Places, Lines]]
    marked: dict[int, dict[str, list[float]]]
    verdicts: dict[int, float]


class Voter:
    """Asks whether an answer is right; verdicts are kept between runs."""

    def __init__(self, model: ChatModel, prompts: PromptLibrary, store: RowStore) -> None:
        self._model = model
        self._prompts = prompts
        self._store = store
        self.asked = 0

    async def verdict(self, graded: Graded) -> float:
        """P(Yes), 0..1, that the answer is right beside its reference."""
        return await self._vote(*whether_right(self._prompts, graded))

    async def _vote(self, prefix: str, statement: str) -> float:
        key = hashlib.sha256(repr((self._model.name, prefix, statement)).encode()).digest()
        kept = self._store.known([key]).get(key)
        if kept is not None:
            return float(struct.unpack("<d", kept)[0])
        (vote,) = await self._model.votes(prefix, (statement,))
        self.asked += 1
        self._store.keep({key: struct.pack("<d", vote)})
        return float(vote)


def whether_right(prompts: PromptLibrary, graded: Graded) -> tuple[str, str]:
    """The question with its reference, and whether the answer is right, as they are asked."""
    item = graded.item
    prefix = prompts.render("verdict-question", question=item.question, reference=item.reference)
    statement = prompts.render("verdict-answer", answer=trimmed(item.answer))
    return prefix.text, statement.text.strip()


def known_data(data: Path | None, only: Sequence[str]) -> Path:
    """The folder of labelled data; raises BenchRefused, also where `only` names no data set."""
    if unknown := set(only) - set(SOURCES):
        raise BenchRefused(f"expected data of {', '.join(SOURCES)}, found {min(unknown)}")
    if data is None:
        raise BenchRefused("--data or SOUNDING_DATA must name the folder of labelled data")
    return data


def bench_of(data: Path, tools: Tools, seed: int) -> Bench:
    """All data sets with their signs, and the shipped scorer."""
    graded = {name: load_graded(data, name).graded for name in SOURCES}
    known = [each for name in FITTED for each in graded[name]]
    every = [each for name in SOURCES for each in graded[name]]
    corpus = corpus_of(every, known, tools.embed, tools.read, _progress, tools.store)
    return Bench(corpus, load_scorer(), tools, seed)


def bench_judge(
    *,
    data: Path | None,
    seed: int,
    limit: int,
    tools: Tools,
    model: ChatModel | None,
    prompts: PromptLibrary,
    only: Sequence[str] = (),
) -> dict[str, Any]:
    """Each data set's sample with and without the votes, and the difference between both.

    Args:
        data: The folder of labelled data.
        seed: Of the draw of answers and of the intervals.
        limit: At most so many answers of a data set.
        tools: What fits and reads.
        model: The model that votes.
        prompts: How it is asked.
        only: These data sets; all of them if there are none.
    """
    folder = known_data(data, only)
    if model is None:
        raise BenchRefused("--judge must name a model")
    try:
        bench = bench_of(folder, tools, seed)
        voter = Voter(model, prompts, tools.store)
        verdicts = asyncio.run(_verdicts(bench.corpus, voter, only or SOURCES, limit, seed))
        scorers = [(name, source) for name, source in SCORERS if source in verdicts]
        found = {}
        for name, source in scorers:
            model_of = (lambda _: bench.shipped) if name == MOHLER else unseen(bench, source)
            sample = _sample(bench, source, model_of, verdicts[source])
            found[name] = compared(sample, tools.draw, seed)
    except BadGradedAnswers as error:
        raise BenchRefused(str(error)) from error
    except (BadScorer, PortError) as error:
        raise BenchFailed(str(error)) from error
    return {"machine": machine(), "judge": model.name, "seed": seed, "limit": limit, **found}


async def _verdicts(
    corpus: Corpus, voter: Voter, names: Sequence[str], limit: int, seed: int
) -> dict[str, dict[int, float]]:
    """By data set and row; answers to one question follow each other, for its prefix is kept."""
    found: dict[str, dict[int, float]] = {}
    for name in names:
        own = found.setdefault(name, {})
        rows = chosen(corpus, name, limit, seed)
        for row in rows[np.argsort(corpus.questions[rows], kind="stable")]:
            own[int(row)] = await voter.verdict(corpus.graded[row])
            if len(own) % 20 == 0:
                _progress(f"{name}: {len(own)} of {len(rows)} answers asked about")
    return found


def _sample(bench: Bench, source: str, model_of: ModelOf, verdicts: dict[int, float]) -> Sample:
    """The lines of the rows that have a verdict; exemplars come from all rows of a question."""
    corpus, rows = bench.corpus, bench.rows(source)
    asked = np.unique(corpus.questions[list(verdicts)])
    whole = rows[np.isin(corpus.questions[rows], asked)]
    offline, marked = {}, {}
    for count in EXEMPLARS:
        places, lines = placed_lines(corpus, whole, model_of, count)
        kept = np.isin(places, list(verdicts))
        offline[count] = (places[kept], lines.kept(kept))
        marked[count] = _marks(corpus, whole, np.unique(lines.questions), count)
    return Sample(source, offline, marked, verdicts)


def _marks(
    corpus: Corpus, rows: Places, questions: NDArray[np.str_], count: int
) -> dict[str, list[float]]:
    first = {
        str(name): marked_first(corpus, rows[corpus.questions[rows] == name], count)
        for name in questions
    }
    return {name: corpus.scores[own].tolist() for name, own in first.items()}


def chosen(corpus: Corpus, name: str, limit: int, seed: int) -> Places:
    """A few answers of each of many questions, more of each of few; at most `limit` in all.

    Where all questions have had their few, the rest follows, an answer of each in turn.
    """
    draw = np.random.default_rng(seed)
    rows = np.flatnonzero(corpus.sources == name)
    names = corpus.questions[rows]
    asked = draw.permutation(np.unique(names))
    each = max(LEAST_PER_QUESTION, math.ceil(min(limit, LEAST_IN_ALL) / len(asked)))
    drawn = [draw.permutation(rows[names == question]) for question in asked]
    few = [row for own in drawn for row in own[:each]]
    rest = [row for turn in zip_longest(*(own[each:] for own in drawn)) for row in turn]
    return np.array([*few, *(row for row in rest if row is not None)][:limit], dtype=np.intp)


def compared(sample: Sample, draw: Draw, seed: int) -> dict[str, Any]:
    """What is said alone and together, for each number of exemplars."""
    return {
        "questions": len(np.unique(sample.offline[0][1].questions)),
        "exemplars": {
            str(count): _compared(sample, count, draw, seed)
            for count, (places, _) in sample.offline.items()
            if len(places) >= LEAST_COMPARED
        },
    }


def _compared(sample: Sample, count: int, draw: Draw, seed: int) -> dict[str, Any]:
    places, lines = sample.offline[count]
    verdicts = np.array([sample.verdicts[int(place)] for place in places])
    odds = np.array([log_odds(verdict) for verdict in verdicts])
    people, questions = lines.people, lines.questions
    offline = left_out(lines.said[:, None], people, questions)
    table = np.column_stack([lines.said, odds])
    both = left_out(table, people, questions)
    apart = left_out_apart(table, people, questions, draw)
    said = {
        "offline": offline,
        "with_verdict": both,
        "with_verdict_apart": apart,
        "verdict_alone": left_out(odds[:, None], people, questions),
        "as_scored": lines.said,
        "as_stacked": _stacked(lines, verdicts, sample.marked[count]),
    }
    measures = measures_of(sample.source, lines.certainty)
    return {
        "n": len(people),
        **{
            name: {what: round(measure(people, values), 4) for what, measure in measures.items()}
            for name, values in said.items()
        },
        "biases": {
            name: agreement.bias(replace(lines, said=values), SCALES.get(sample.source, 1.0))
            for name, values in said.items()
        },
        "intervals": {
            name: {
                what: agreement.interval(replace(lines, said=said[name]), measure, seed)
                for what, measure in measures.items()
                if what != CERTAIN
            }
            for name in ("as_scored", "as_stacked", "with_verdict", "with_verdict_apart")
        },
        "verdict_adds": differences(measures, people, (offline, both), questions, seed),
        "stacking_adds": differences(
            measures, people, (said["as_scored"], said["as_stacked"]), questions, seed
        ),
    }


def _stacked(lines: Lines, verdicts: Floats, marked: dict[str, list[float]]) -> Floats:
    """What a line that is not scored counts as stays."""
    told = zip(lines.said, verdicts, lines.questions, strict=True)
    moved = [stacked(share, verdict, marked[str(name)]) for share, verdict, name in told]
    return np.where(lines.scored, moved, lines.said)


def differences(
    measures: dict[str, Measure],
    people: Floats,
    pairs: tuple[Floats, Floats],
    questions: NDArray[np.str_],
    seed: int,
) -> dict[str, Any]:
    """How far the second differs from the first in each measure, with intervals."""
    return {
        what: difference(measure, people, pairs, questions, seed)
        for what, measure in measures.items()
        if what != CERTAIN
    }


def measures_of(source: str, certainty: Floats) -> dict[str, Measure]:
    """What is measured on a data set; `certainty` says which 80 % are surest."""
    scale = SCALES.get(source, 1.0)
    certain = np.argsort(-certainty, kind="stable")[: round(_CERTAIN_SHARE * len(certainty))]
    found: dict[str, Measure] = {
        "r": agreement.correlation,
        "rmse": lambda people, said: scale * agreement.error(people, said),
        CERTAIN: lambda people, said: scale * agreement.error(people[certain], said[certain]),
    }
    if source in _TWO_WAY:
        return {**found, "macro_f1": agreement.macro_f1}
    return {**found, "rmse_to_best_constant": agreement.to_best_constant}


def left_out(table: NDArray[np.float64], people: Floats, questions: NDArray[np.str_]) -> Floats:
    """Each question's scores by a ridge regression on all other questions."""
    said = np.zeros(len(people))
    for own, _, found in _by_others(table, people, questions):
        said[own] = found
    return np.clip(said, 0.0, 1.0)


def left_out_apart(
    table: NDArray[np.float64], people: Floats, questions: NDArray[np.str_], draw: Draw
) -> Floats:
    """The same, drawn apart as far as the weak and strong answers of all other questions ask."""
    said = np.zeros(len(people))
    for own, others, found in _by_others(table, people, questions):
        said[own] = draw(Calibration(0.0, 1.0), others, people[~own]).of(found)
    return np.clip(said, 0.0, 1.0)


def _by_others(
    table: NDArray[np.float64], people: Floats, questions: NDArray[np.str_]
) -> Iterator[tuple[NDArray[np.bool_], Floats, Floats]]:
    """For each question where its answers are, what the others' fit says of those and of these."""
    for name in np.unique(questions):
        own = questions == name
        seen = table[~own]
        mean, spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
        rows = (seen - mean) / spread
        centre = people[~own].mean()
        weights = np.linalg.solve(
            rows.T @ rows + _RIDGE * np.eye(rows.shape[1]), rows.T @ (people[~own] - centre)
        )
        yield own, centre + rows @ weights, centre + (table[own] - mean) / spread @ weights


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
