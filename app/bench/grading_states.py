"""What the local model's hidden state adds to the offline scorer, on each labelled data set.

The state is read where the model would say whether an answer is right. A linear probe on it is
fitted by question, five folds, on the data set's own marks; on Mohler also the shipped probe is
tried, which was fitted without it. The offline score alone and together with the probe are fitted
to people's marks by ridge regression and tried on questions left out, so that they differ in
nothing but the state.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.adapters.files.graded_answers import BadGradedAnswers
from app.assessment.hidden_state import StateScorer
from app.assessment.scorer.corpus import Corpus, Graded, Places, RowStore
from app.assessment.scorer.model import BadScorer
from app.assessment.stacking import drawn_to_state
from app.bench import agreement
from app.bench.agreement import Floats, Lines
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.exemplars import EXEMPLARS, placed_lines
from app.bench.grading import MOHLER, Tools, unseen
from app.bench.grading_judge import (
    CERTAIN,
    LEAST_COMPARED,
    SCALES,
    SCORERS,
    SOURCES,
    bench_of,
    chosen,
    differences,
    known_data,
    left_out,
    measures_of,
    whether_right,
)
from app.bench.machine import machine
from app.ports.errors import PortError
from app.ports.language import PromptLibrary, StateModel

States = NDArray[np.float32]


class LeftOut(Protocol):
    """Fits probes that never saw a question."""

    def __call__(
        self, model: str, states: States, scores: Floats, questions: NDArray[np.str_], seed: int = 0
    ) -> Floats:
        """What they say of each answer, -.5 to .5."""
        ...


@dataclass(frozen=True)
class Probing:
    """The model whose states are read, how it is asked, how probes are fitted, and the shipped."""

    model: StateModel
    prompts: PromptLibrary
    left_out: LeftOut
    shipped: StateScorer


class StateKeeper:
    """Reads the state where the model would say whether an answer is right; kept between runs."""

    def __init__(self, model: StateModel, prompts: PromptLibrary, store: RowStore) -> None:
        self._model = model
        self._prompts = prompts
        self._store = store

    async def state(self, graded: Graded) -> States:
        """Shape (units,)."""
        prefix, statement = whether_right(self._prompts, graded)
        named = repr((self._model.name, prefix, statement))
        key = hashlib.sha256(named.encode()).digest()
        kept = self._store.known([key]).get(key)
        if kept is None:
            (found,) = await self._model.states(prefix, (statement,))
            kept = found.astype(np.float16).tobytes()
            self._store.keep({key: kept})
        return np.frombuffer(kept, np.float16).astype(np.float32)


def bench_states(
    *,
    data: Path | None,
    seed: int,
    limit: int,
    tools: Tools,
    probing: Probing,
    only: Sequence[str] = (),
) -> dict[str, Any]:
    """Each data set's sample with and without the probe, and the difference between both.

    Args:
        data: The folder of labelled data.
        seed: Of the draw of answers, the folds and the intervals.
        limit: At most so many answers of a data set.
        tools: What fits and reads.
        probing: What reads the states, and fits probes.
        only: These data sets; all of them if there are none.
    """
    folder = known_data(data, only)
    try:
        bench = bench_of(folder, tools, seed)
        corpus = bench.corpus
        keeper = StateKeeper(probing.model, probing.prompts, tools.store)
        found = {}
        for name, source in SCORERS:
            if source not in (only or SOURCES):
                continue
            rows, states = asyncio.run(states_of(corpus, keeper, source, limit, seed))
            if name == MOHLER:
                model_of, told = (lambda _: bench.shipped), probing.shipped.says(states)
            else:
                model_of, told = unseen(bench, source), _own(corpus, rows, states, probing, seed)
            whole = bench.rows(source)
            asked = np.unique(corpus.questions[rows])
            whole = whole[np.isin(corpus.questions[whole], asked)]
            held = dict(zip(rows.tolist(), told.tolist(), strict=True))
            lines = {count: placed_lines(corpus, whole, model_of, count) for count in EXEMPLARS}
            found[name] = compared_states(source, lines, held, seed)
    except BadGradedAnswers as error:
        raise BenchRefused(str(error)) from error
    except (BadScorer, PortError) as error:
        raise BenchFailed(str(error)) from error
    return {
        "machine": machine(),
        "model": probing.model.name,
        "seed": seed,
        "limit": limit,
        "splits": {"folds": 5, "by": "question"},
        **found,
    }


async def states_of(
    corpus: Corpus, keeper: StateKeeper, source: str, limit: int, seed: int
) -> tuple[Places, States]:
    """The rows that were drawn, question by question, for its prefix is kept; and their states."""
    rows = chosen(corpus, source, limit, seed)
    rows = rows[np.argsort(corpus.questions[rows], kind="stable")]
    found = []
    for row in rows:
        found.append(await keeper.state(corpus.graded[row]))
        if len(found) % 100 == 0:
            _progress(f"{source}: {len(found)} of {len(rows)} states read")
    return rows, np.stack(found)


def _own(corpus: Corpus, rows: Places, states: States, probing: Probing, seed: int) -> Floats:
    marks, questions = corpus.scores[rows], corpus.questions[rows]
    return probing.left_out(probing.model.name, states, marks, questions, seed)


def compared_states(
    source: str, lines: dict[int, tuple[Places, Lines]], held: dict[int, float], seed: int
) -> dict[str, Any]:
    """What is said alone and together, for each number of exemplars.

    Args:
        source: The data set.
        lines: The offline scorer's lines and the row of each, for each number of exemplars.
        held: What the probe says, by row; lines without are left out.
        seed: Of the intervals.
    """
    found = {}
    for count, (places, every) in lines.items():
        kept = np.isin(places, list(held))
        if kept.sum() >= LEAST_COMPARED:
            told = np.array([held[int(place)] for place in places[kept]])
            found[str(count)] = _compared(source, every.kept(kept), told, count, seed)
    questions = np.unique(lines[0][1].questions)
    return {"questions": len(questions), "exemplars": found}


def _compared(source: str, lines: Lines, told: Floats, count: int, seed: int) -> dict[str, Any]:
    people, questions = lines.people, lines.questions
    moved = np.array([drawn_to_state(*pair, count) for pair in zip(lines.said, told, strict=True)])
    said = {
        "as_scored": lines.said,
        "as_stacked": np.where(lines.scored, moved, lines.said),
        "offline": left_out(lines.said[:, None], people, questions),
        "with_state": left_out(np.column_stack([lines.said, told]), people, questions),
        "state_alone": left_out(told[:, None], people, questions),
    }
    measures = measures_of(source, lines.certainty)
    return {
        "n": len(people),
        **{
            name: {what: round(measure(people, values), 4) for what, measure in measures.items()}
            for name, values in said.items()
        },
        "biases": {
            name: agreement.bias(replace(lines, said=values), SCALES.get(source, 1.0))
            for name, values in said.items()
        },
        "intervals": {
            name: {
                what: agreement.interval(replace(lines, said=values), measure, seed)
                for what, measure in measures.items()
                if what != CERTAIN
            }
            for name, values in said.items()
        },
        "state_adds": differences(
            measures, people, (said["offline"], said["with_state"]), questions, seed
        ),
        "stacking_adds": differences(
            measures, people, (said["as_scored"], said["as_stacked"]), questions, seed
        ),
    }


def _progress(text: str) -> None:
    sys.stderr.write(f"{text}\n")
