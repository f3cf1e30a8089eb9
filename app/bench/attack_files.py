"""Attacks that stand in files, with wordings that nobody looked at while setting the gates.

A gate has let an attack pass when it got an automatic score above the lowest level.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from app.adapters.files.graded_answers import FILES, BadGradedAnswers, load_graded
from app.adapters.files.scorer_file import load_scorer
from app.assessment import gates
from app.assessment.decision import AUTOMATIC, Library, decide, points_of
from app.assessment.scorer.features import Embed, Item, Read
from app.assessment.scorer.model import BadScorer
from app.assessment.scorer.scorer import Scorer
from app.assessment.sentences import sentences_of
from app.bench.attack_topics import topic, topics
from app.bench.attack_wordings import AttackFile, Wording, read_attacks
from app.bench.attack_words import filled
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.grading import MOHLER, attack_sources
from app.bench.grading_attacks import LOWEST_LEVEL, Source, measure_attacks
from app.bench.machine import machine
from app.ports.errors import PortError

LEAST_OF_A_GATE = 120
_FILLED_WITH = (MOHLER, "saf")
_Z = 1.96


@dataclass(frozen=True)
class Aims:
    """What attacks are aimed at: any of `sources` for a template, else the question named."""

    sources: Sequence[Source]
    named: Mapping[str, Source]


@dataclass(frozen=True)
class Defence:
    """What stands against them: the scorer and its gates, with what they need."""

    scorer: Scorer
    library: Library
    embed: Embed


def bench_attacks(
    *, data: Path | None, seed: int, embed: Embed, read: Read, limit: int | None = None
) -> dict[str, Any]:
    """Attacks of the files and of the generators, against the shipped scorer and its gates.

    With `limit` the generators and the templates aim at so many questions only.
    """
    if data is None:
        raise BenchRefused("--data or SOUNDING_DATA must name the folder of labelled data")
    try:
        graded = [each for name in FILES for each in load_graded(data, name).graded]
        scorer = Scorer(load_scorer(), embed, read)
        sources = attack_sources([each for each in graded if each.source in _FILLED_WITH])[:limit]
        texts = tuple(dict.fromkeys(t for s in sources for t in (s.question, s.reference)))
        defence = Defence(scorer, Library(texts, embed(texts)), embed)
        files = measure_files(read_attacks(), Aims(sources, topics(graded)), defence, seed)
        generated = measure_attacks(sources, scorer, defence.library, embed, seed)
    except BadGradedAnswers as error:
        raise BenchRefused(str(error)) from error
    except (BadScorer, PortError) as error:
        raise BenchFailed(str(error)) from error
    return {
        "machine": machine(),
        "seed": seed,
        "questions": len(sources),
        "held_out_and_tuned": files,
        "generators": generated,
    }


def measure_files(
    files: Sequence[AttackFile], aims: Aims, defence: Defence, seed: int
) -> dict[str, Any]:
    """For each gate and kind of wording: how many attacks passed, and which wordings let them."""
    result: dict[str, Any] = {}
    grouped: dict[tuple[str, bool], list[AttackFile]] = {}
    for file in files:
        grouped.setdefault((file.gate, file.tuned), []).append(file)
    for (gate, tuned), group in grouped.items():
        waves: dict[int, list[tuple[str, list[bool]]]] = {}
        for file in group:
            waves.setdefault(file.wave, []).extend(_tried(file, aims, defence, seed))
        every = [each for wave in waves.values() for each in wave]
        result.setdefault(gate, {})["tuned" if tuned else "held_out"] = {
            **_summed(every),
            "waves": {str(wave): _summed(tried) for wave, tried in sorted(waves.items())},
            "passing": {text: round(sum(p) / len(p), 3) for text, p in every if any(p)},
        }
    return result


def passes(wording: Wording, source: Source, defence: Defence, draw: Random) -> bool:
    """Whether one attack gets an automatic score above the lowest level."""
    text = filled(wording.text, source, draw)
    item = Item(source.question, source.reference, text, source.points)
    if wording.probability is not None:
        heard = sentences_of([(0, item.answer)])
        asked = [source.question]
        if gates.examine(heard, asked, points_of(item), wording.probability).ungraded is not None:
            return False
    decision = decide(item, defence.scorer, defence.library, defence.embed)
    return decision.status == AUTOMATIC and (decision.score or 0.0) > LOWEST_LEVEL


def _tried(
    file: AttackFile, aims: Aims, defence: Defence, seed: int
) -> list[tuple[str, list[bool]]]:
    """Each wording with its outcomes: once where it names its question, else until enough."""
    draw = Random(seed)  # noqa: S311 - a measurement
    found: list[tuple[str, list[bool]]] = [(wording.text, []) for wording in file.wordings]
    while sum(len(outcomes) for _, outcomes in found) < LEAST_OF_A_GATE:
        for wording, (_, outcomes) in zip(file.wordings, found, strict=True):
            if wording.about is None:
                source = draw.choice(list(aims.sources))
            elif outcomes:
                continue
            else:
                source = topic(wording.about, aims.named)
            outcomes.append(passes(wording, source, defence, draw))
        if all(wording.about is not None for wording in file.wordings):
            break
    return found


def _summed(tried: Iterable[tuple[str, list[bool]]]) -> dict[str, Any]:
    listed = list(tried)
    every = [each for _, outcomes in listed for each in outcomes]
    return {
        "passed_share": round(sum(every) / len(every), 4),
        "interval": share_interval(sum(every), len(every)),
        "n": len(every),
        "wordings": len(listed),
    }


def share_interval(hits: int, count: int) -> list[float]:
    """The 95 % interval of a share, after Wilson."""
    share, spare = hits / count, _Z * _Z / count
    middle = (share + spare / 2) / (1 + spare)
    half = _Z * math.sqrt(share * (1 - share) / count + spare / count / 4) / (1 + spare)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]
