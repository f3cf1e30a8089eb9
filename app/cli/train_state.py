"""`sounding train state`: the probe on the local model's hidden state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.adapters.files.graded_answers import load_graded
from app.adapters.files.state_file import save_state_scorer
from app.assessment.scorer.corpus import Graded
from app.bench.grading_states import StateKeeper
from app.cli.grading_parts import state_model
from app.cli.train import row_file
from app.training.hidden_state import fit_state_scorer
from app.training.scorer_about import FITTED_ON


class BadLimit(Exception):
    """A limit that is none."""


def limits(words: Sequence[str]) -> dict[str, int]:
    """How many answers of which data set; raises BadLimit."""
    found = {}
    for word in words:
        source, _, number = word.partition("=")
        if source not in FITTED_ON or not number.isdecimal() or not int(number):
            names = ", ".join(FITTED_ON)
            raise BadLimit(f"--limit: expected one of {names}, as saf=300, found {word!r}")
        found[source] = int(number)
    return found


def train_state(
    data: Path, out: Path, limit: Mapping[str, int], seed: int, note: Callable[[str], None]
) -> str:
    """Fit on SAF and SemEval-2013 task 7, and say what was written.

    Raises BadGradedAnswers, PortError and OSError.
    """
    model, prompts = state_model()
    keeper = StateKeeper(model, prompts, row_file())
    graded = [each for source in FITTED_ON for each in drawn(data, source, limit.get(source), seed)]
    states = np.stack(asyncio.run(_states(keeper, graded, note)))
    scores = np.array([each.score for each in graded])
    sources = np.array([each.source for each in graded])
    questions = np.array([f"{each.source}/{each.question_id}" for each in graded])
    note(f"fitting on {len(graded)} answers")
    probe = fit_state_scorer(model.name, states, scores, questions, sources, seed)
    counts = {name: int((sources == name).sum()) for name in FITTED_ON}
    save_state_scorer(probe, out, {"answers": counts, "seed": seed})
    return f"{out}: {out.stat().st_size} bytes, fitted on {counts}"


def drawn(data: Path, source: str, limit: int | None, seed: int) -> list[Graded]:
    """At most so many answers of a data set, question by question, for its prefix is kept."""
    graded = [replace(each, item=each.item.fluent) for each in load_graded(data, source).graded]
    order = np.random.default_rng(seed).permutation(len(graded))[:limit]
    return sorted((graded[n] for n in order), key=lambda each: each.question_id)


async def _states(
    keeper: StateKeeper, graded: list[Graded], note: Callable[[str], None]
) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    found = []
    for each in graded:
        found.append(await keeper.state(each))
        if len(found) % 100 == 0:
            note(f"{len(found)} of {len(graded)} states read")
    return found
