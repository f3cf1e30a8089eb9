"""Agreement of the offline scorer with people's marks, on questions that no fit has seen.

- `mohler`: the shipped scorer, which was fitted without that data set.
- `mohler_refitted`, `scientsbank`, `beetle`, `saf`: by question. A scorer fitted on the other data
  sets gains members of its own from four fifths of the questions, and scores the last fifth. How
  much these members count, the pooling's variances, and how far scores are drawn apart so that
  weak answers stay weak, are searched for on the four fifths too.

What fits is handed in, because fitting needs more than the service has.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from app.adapters.files.graded_answers import BadGradedAnswers, load_graded
from app.adapters.files.scorer_file import load_scorer
from app.assessment.decision import Library
from app.assessment.scorer.corpus import Corpus, Graded, Places, RowStore, corpus_of
from app.assessment.scorer.features import Embed, Read
from app.assessment.scorer.model import BadScorer, Calibration, ScorerModel
from app.assessment.scorer.scorer import Scorer
from app.bench import agreement
from app.bench.agreement import Floats, Lines
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.exemplars import EXEMPLARS, ModelOf, scored_lines
from app.bench.grading_attacks import Source, measure_attacks, real_to_review
from app.bench.machine import machine
from app.bench.speech_noise import noisy
from app.ports.errors import PortError

FITTED = ("beetle", "saf", "scientsbank")
MOHLER = "mohler"
FOLDS = 5
_SCALES = {MOHLER: 5.0, "saf": 1.0, "scientsbank": 1.0, "beetle": 1.0}
_STEPS = {MOHLER: 5, "saf": 4, "scientsbank": 1, "beetle": 1}


class Fit(Protocol):
    """Fits a scorer on some rows of a corpus."""

    def __call__(
        self,
        corpus: Corpus,
        train: Places,
        seed: int = 0,
        *,
        kernel: bool = True,
        bare: bool = False,
    ) -> ScorerModel:
        """The fitted scorer; the pooling's variances are searched for if `kernel` is set.

        A `bare` one has members alone.
        """
        ...


class Own(Protocol):
    """A scorer for one data set's own use, plain and with scores drawn apart."""

    @property
    def plain(self) -> ScorerModel:
        """The one with the least error."""
        ...

    @property
    def apart(self) -> ScorerModel:
        """The one that keeps weak answers weak."""
        ...


class Adapt(Protocol):
    """Adds members fitted on one data set's rows to a scorer."""

    def __call__(self, general: ScorerModel, corpus: Corpus, train: Places, seed: int = 0) -> Own:
        """The scorer with members of its own."""
        ...


Draw = Callable[[Calibration, Floats, Floats], Calibration]
"""Draws scores apart so that weak answers stay weak: what was fitted, what it said, people's."""


@dataclass(frozen=True)
class Tools:
    """What the bench is given: an embedder's two ways, kept rows, and how scorers are fitted."""

    embed: Embed
    read: Read
    store: RowStore
    fit: Fit
    adapt: Adapt
    draw: Draw


@dataclass(frozen=True)
class Bench:
    """What every part of the bench looks at."""

    corpus: Corpus
    shipped: ScorerModel
    tools: Tools
    seed: int

    def rows(self, *sources: str) -> Places:
        """The places of these data sets' answers in the corpus."""
        return np.flatnonzero(np.isin(self.corpus.sources, sources))


def bench_grading(*, data: Path | None, seed: int, tools: Tools) -> dict[str, Any]:
    """Every data set with 0, 5 and 20 graded exemplars, speech noise, attacks and real answers."""
    if data is None:
        raise BenchRefused("--data or SOUNDING_DATA must name the folder of labelled data")
    try:
        shipped = load_scorer()
        bench = Bench(_corpus(data, tools), shipped, tools, seed)
        return {
            "machine": machine(),
            "version": shipped.digest[:12],
            "seed": seed,
            "splits": {"folds": FOLDS, "by": "question", "exemplars": "most telling answers"},
            "human_human": _humans(bench),
            MOHLER: _shipped(bench),
            "mohler_refitted": _refitted_mohler(bench),
            **{source: _refitted(bench, source) for source in FITTED},
            "speech_noise": _speech_noise(bench),
            **_attacked(bench),
        }
    except BadGradedAnswers as error:
        raise BenchRefused(str(error)) from error
    except (BadScorer, PortError) as error:
        raise BenchFailed(str(error)) from error


def _corpus(data: Path, tools: Tools) -> Corpus:
    graded = [each for source in FITTED for each in load_graded(data, source).graded]
    everything = [*graded, *load_graded(data, MOHLER).graded]
    return corpus_of(everything, graded, tools.embed, tools.read, _progress, tools.store)


def _shipped(bench: Bench) -> dict[str, Any]:
    _progress("mohler, shipped scorer")
    return _report(bench, MOHLER, lambda _: bench.shipped)


def _refitted_mohler(bench: Bench) -> dict[str, Any]:
    _progress("mohler, refitted by question")
    models = _by_question(bench, MOHLER, bench.shipped)
    report = _report(bench, MOHLER, lambda name: models[name].plain)
    rows = bench.rows(MOHLER)
    lines = scored_lines(bench.corpus, rows, lambda name: models[name].apart, 0)
    scale = _SCALES[MOHLER]
    report["drawn_apart"] = {
        "rmse": round(scale * agreement.error(lines.people, lines.said), 4),
        "rmse_certain_80": agreement.certain_error(lines, scale),
        **agreement.bias(lines, scale),
    }
    return report


def _refitted(bench: Bench, source: str) -> dict[str, Any]:
    model_of = unseen(bench, source)
    report = _report(bench, source, model_of)
    return {**report, **_own_measures(bench, source, model_of)}


def unseen(bench: Bench, source: str) -> ModelOf:
    """For each question of a data set a scorer with members of its own that never saw it."""
    _progress(f"{source}, by question")
    general = bench.shipped
    if source != MOHLER:
        others = bench.rows(*(name for name in FITTED if name != source))
        general = bench.tools.fit(bench.corpus, others, bench.seed, bare=True)
    by_name = _by_question(bench, source, general)
    return lambda name: by_name[name].plain


def _own_measures(bench: Bench, source: str, model_of: ModelOf) -> dict[str, Any]:
    lines = scored_lines(bench.corpus, bench.rows(source), model_of, 0)
    if source == "saf":
        value = agreement.to_best_constant(lines.people, lines.said)
        found = agreement.interval(lines, agreement.to_best_constant, bench.seed)
        return {"rmse_to_best_constant": round(value, 4), "rmse_to_best_constant_ci": found}
    value = agreement.macro_f1(lines.people, lines.said)
    found = agreement.interval(lines, agreement.macro_f1, bench.seed)
    return {"macro_f1": round(value, 4), "macro_f1_ci": found}


def _by_question(bench: Bench, source: str, general: ScorerModel) -> dict[str, Own]:
    """For each question the scorers that never saw it."""
    rows = bench.rows(source)
    names = bench.corpus.questions[rows]
    shuffled = np.random.default_rng(bench.seed).permutation(np.unique(names))
    models: dict[str, Own] = {}
    for fold in np.array_split(shuffled, FOLDS):
        train = rows[~np.isin(names, fold)]
        found = bench.tools.adapt(general, bench.corpus, train, bench.seed)
        models |= {str(name): found for name in fold}
    return models


def _report(bench: Bench, source: str, model_of: ModelOf) -> dict[str, Any]:
    scale, steps, rows = _SCALES[source], _STEPS[source], bench.rows(source)
    by_count: dict[int, Lines] = {
        count: scored_lines(bench.corpus, rows, model_of, count) for count in EXEMPLARS
    }
    return {
        "exemplars": {
            str(count): agreement.agreement(lines, scale, steps, bench.seed)
            for count, lines in by_count.items()
        },
        **agreement.bias(by_count[0], scale),
        "rmse_certain_80": agreement.certain_error(by_count[0], scale),
        "scale": scale,
    }


def _humans(bench: Bench) -> dict[str, Any]:
    """One rater of Mohler's beside the other."""
    rows = [n for n in bench.rows(MOHLER) if bench.corpus.graded[n].raters is not None]
    if not rows:
        return {}
    scale = _SCALES[MOHLER]
    pairs = np.array([bench.corpus.graded[n].raters for n in rows]) / scale
    every = np.ones(len(rows), dtype=np.bool_)
    lines = Lines(pairs[:, 0], pairs[:, 1], bench.corpus.questions[rows], every, np.ones(len(rows)))
    return {MOHLER: agreement.agreement(lines, scale, _STEPS[MOHLER], bench.seed)}


def _speech_noise(bench: Bench) -> dict[str, Any]:
    """How far scores move when the answers come through a poor recogniser."""
    _progress("speech noise")
    rows = bench.rows(MOHLER)
    graded = [bench.corpus.graded[n] for n in rows]
    known = [bench.corpus.graded[n] for n in bench.rows(*FITTED)]
    tools = bench.tools
    heard = corpus_of(
        noisy(graded, bench.seed), known, tools.embed, tools.read, _progress, tools.store
    )
    every = np.arange(len(rows))
    result: dict[str, Any] = {"word_errors": 0.1, "fillers": 0.08, "n": len(rows)}
    for count in (0, 5):
        before = scored_lines(bench.corpus, rows, lambda _: bench.shipped, count)
        after = scored_lines(heard, every, lambda _: bench.shipped, count)
        shift = _SCALES[MOHLER] * (after.said.mean() - before.said.mean())
        result[f"shift_{count}_exemplars"] = round(float(shift), 4)
        result[f"r_{count}_exemplars"] = round(agreement.correlation(after.people, after.said), 4)
    return result


def _attacked(bench: Bench) -> dict[str, Any]:
    _progress("attacks")
    graded = [bench.corpus.graded[n] for n in bench.rows(MOHLER, "saf")]
    sources = attack_sources(graded)
    texts = tuple(dict.fromkeys(t for s in sources for t in (s.question, s.reference)))
    library = Library(texts, bench.tools.embed(texts))
    scorer = Scorer(bench.shipped, bench.tools.embed, bench.tools.read)
    attacks = measure_attacks(sources, scorer, library, bench.tools.embed, bench.seed)
    fair = [each.item for each in graded if each.score > 0]
    real = real_to_review(fair, scorer, library, bench.tools.embed)
    return {"attacks": attacks, "real_to_review": real["share"], "real": real}


def attack_sources(graded: Sequence[Graded]) -> list[Source]:
    """One good answer of each question, and one of the question after the next."""
    best: dict[tuple[str, str], Graded] = {}
    for each in graded:
        key = (each.source, each.question_id)
        if key not in best or (each.score, len(each.item.answer)) > (
            best[key].score,
            len(best[key].item.answer),
        ):
            best[key] = each
    items = [each.item for each in best.values()]
    return [
        Source(item.question, item.reference, item.answer, items[(n + 7) % len(items)].answer)
        for n, item in enumerate(items)
    ]


def _progress(text: str) -> None:
    sys.stderr.write(f"{text}\n")
