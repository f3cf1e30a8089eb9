"""`sounding bench voice`: stress on RAVDESS by actors left out, speed, words and fillers."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.adapters.voice.sound_file import blocks_of
from app.bench.errors import BenchRefused
from app.bench.fillers import fillers_in
from app.bench.machine import machine
from app.bench.spread import spread
from app.delivery.own_voice import own_voice
from app.delivery.stress import LEVELS, level_of, stress_index
from app.ports.speech import SpeechToText
from app.usecases.measure_voices import MeasureVoices, read_stress

Floats = NDArray[np.float64]

TIMED_CLIPS = 20


class Rows(Protocol):
    """Rows of features with their labels."""

    rows: Floats
    level: NDArray[np.int_]
    speaker: NDArray[np.int_]
    neutral: NDArray[np.bool_]
    copy: NDArray[np.int_]


@dataclass(frozen=True)
class VoiceTools:
    """What the command hands in: fitting lives beside the benches, engines above them."""

    load: Callable[[Path], Any]
    score: Callable[[Any, int], dict[str, Any]]
    measure: MeasureVoices
    recogniser: SpeechToText


def bench_voice(
    *, data: Path | None, seed: int, limit: int | None, tools: VoiceTools
) -> dict[str, Any]:
    """Stress by three ways of giving a baseline, the shipped index, speed, words and fillers."""
    if data is None:
        raise BenchRefused("expected the labelled data: --data or SOUNDING_DATA")
    folder = data / "affect" / "ravdess16"
    if not folder.is_dir():
        raise BenchRefused(f"expected RAVDESS clips in {folder}, found no folder")
    load = machine()
    speed = _speed(folder, tools.measure)
    clips = tools.load(folder)
    scores = {way: asdict(score) for way, score in tools.score(clips, seed).items()}
    index = shipped_index(clips)
    return {
        "machine": load,
        "seed": seed,
        "uar": scores["raw"]["uar"],
        "uar_neutral_baseline": scores["neutral_baseline"]["uar"],
        "uar_own_baseline": scores["own_baseline"]["uar"],
        "uar_own_half_baseline": scores["own_half_baseline"]["uar"],
        "uar_shipped_index": index["neutral_baseline"]["uar"],
        "chance": round(1 / len(LEVELS), 3),
        "clips": int((clips.copy == 0).sum()),
        "speakers": len(set(clips.speaker.tolist())),
        "trained": scores,
        "shipped_index": index,
        **speed,
        **fillers_in(data, tools.recogniser, _note, limit),
    }


def shipped_index(clips: Rows) -> dict[str, Any]:
    """The index that ships, on the same clips: against neutral clips, and against all."""
    own = np.flatnonzero(clips.copy == 0)
    said: dict[str, list[int]] = {"neutral_baseline": [], "own_baseline": []}
    truth = clips.level[own]
    for place in own:
        same = (clips.speaker == clips.speaker[place]) & (clips.copy == 0)
        same[place] = False
        for way, base in (("neutral_baseline", same & clips.neutral), ("own_baseline", same)):
            against = own_voice(clips.rows[base])
            index = 0.0 if against is None else stress_index(clips.rows[place], against)
            said[way].append(LEVELS.index(level_of(index)))
    return {way: _recalls(truth, np.array(levels)) for way, levels in said.items()}


def _recalls(truth: NDArray[np.int_], said: NDArray[np.int_]) -> dict[str, Any]:
    confusion = np.zeros((len(LEVELS), len(LEVELS)), dtype=int)
    np.add.at(confusion, (truth, said), 1)
    recalls = confusion.diagonal() / confusion.sum(axis=1).clip(1)
    return {"uar": round(float(recalls.mean()), 4), "confusion": confusion.tolist()}


def _speed(folder: Path, measure: MeasureVoices) -> dict[str, Any]:
    """Milliseconds for each second of sound: reading, voice activity, all figures, the index."""
    each: list[float] = []
    paths = sorted(folder.glob("*.flac"))
    paths = paths[:: max(1, len(paths) // TIMED_CLIPS)][: TIMED_CLIPS + 1]
    for path in paths:
        begun = time.perf_counter()
        track = measure(blocks_of(path)).track
        read_stress(track, own=track.rows, model=None)
        each.append((time.perf_counter() - begun) * 1000 / track.seconds)
    timed = spread(each[1:])  # the first one loads the engines
    return {"ms_per_second": timed["median"], "ms_per_second_spread": timed}


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
