"""How well a few answers tell ability: the product's choice of questions, beside random choice.

Simulated learners (ability standard normal) answer questions of a two-parameter logistic bank, one
right-or-wrong judgement each. The estimate and the choice are the product's own; only the learners
are simulated. Banks: one of 200 questions with known parameters, the same with parameters that were
estimated badly, one whose questions are much alike (there is less to choose from), a small one of
40, and one where nothing is known but the author's easy, medium and hard.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from app.assessment.adaptive import Ability, Graded, Item, ability, cold_start, next_item
from app.bench.machine import machine
from app.domain.question import Difficulty

LEARNERS = 1000
AFTER = (3, 5, 8, 10, 15)
DISCRIMINATION_SPREAD = 0.5  # of its logarithm around 0, a usual prior of calibration programs
ALIKE_SPREAD = 0.3
DIFFICULTY_ERROR = 0.5
DISCRIMINATION_ERROR = 0.25
RESAMPLES = 400

Choice = Literal["random", "matched", "sounding"]
Believed = Mapping[str, Item]


@dataclass(frozen=True)
class SimulatedBank:
    """Questions as they are, and as the product believes them to be."""

    true: Mapping[str, Item]
    believed: Believed


def bench_adaptive(*, seed: int = 0, learners: int = LEARNERS) -> dict[str, Any]:
    """Root mean squared error of the ability after a few questions, in standard deviations."""
    banks = {
        "200": _bank(200, seed),
        "200_miscalibrated": _miscalibrated(_bank(200, seed), seed),
        "200_alike": _bank(200, seed, ALIKE_SPREAD),
        "40": _bank(40, seed),
        "200_authored_difficulty": _authored(_bank(200, seed)),
    }
    rows = {name: _rows(name, bank, seed, learners) for name, bank in banks.items()}
    best = rows["200"]
    return {
        "bench": "adaptive",
        "machine": machine(),
        "seed": seed,
        "learners": learners,
        "bank": {
            "difficulty": "standard normal",
            "discrimination": "lognormal, median 1",
            "log_spread": DISCRIMINATION_SPREAD,
            "log_spread_alike": ALIKE_SPREAD,
            "judgements_per_answer": 1,
        },
        "rmse_after_5": best["sounding"]["rmse"]["5"],
        "rmse_after_5_ci": best["sounding"]["rmse_after_5_ci"],
        "ratio_to_random": round(best["sounding"]["rmse"]["5"] / best["random"]["rmse"]["5"], 3),
        "banks": rows,
    }


def _bank(size: int, seed: int, spread: float = DISCRIMINATION_SPREAD) -> SimulatedBank:
    draw = np.random.default_rng([seed, size])
    difficulty = draw.normal(size=size)
    discrimination = np.exp(draw.normal(0, spread, size))
    items = {
        f"q-{i:03}": Item(float(b), float(a))
        for i, (b, a) in enumerate(zip(difficulty, discrimination, strict=True))
    }
    return SimulatedBank(items, items)


def _miscalibrated(bank: SimulatedBank, seed: int) -> SimulatedBank:
    draw = np.random.default_rng([seed, 7])
    believed = {
        name: Item(
            item.difficulty + float(draw.normal(0, DIFFICULTY_ERROR)),
            item.discrimination * float(np.exp(draw.normal(0, DISCRIMINATION_ERROR))),
        )
        for name, item in bank.true.items()
    }
    return SimulatedBank(bank.true, believed)


def _authored(bank: SimulatedBank) -> SimulatedBank:
    """Nothing is known but the author's easy, medium or hard, which is right to the third."""

    def told(item: Item) -> Item:
        if item.difficulty < -0.43:
            return cold_start(Difficulty.EASY)
        return cold_start(Difficulty.HARD if item.difficulty > 0.43 else Difficulty.MEDIUM)

    return SimulatedBank(bank.true, {name: told(item) for name, item in bank.true.items()})


def _rows(name: str, bank: SimulatedBank, seed: int, learners: int) -> dict[str, Any]:
    choices: tuple[Choice, ...] = ("random", "matched", "sounding")
    rows: dict[str, Any] = {}
    for choice in choices:
        sys.stderr.write(f"adaptive: bank {name}, {choice}\n")
        rows[choice] = _simulate(bank, choice, seed, learners)
    return rows


def _simulate(bank: SimulatedBank, choice: Choice, seed: int, learners: int) -> dict[str, Any]:
    errors: dict[int, list[float]] = {after: [] for after in AFTER}
    used: Counter[str] = Counter()
    for learner in range(learners):
        draw = np.random.default_rng([seed, learner, 11])
        true = float(draw.normal())
        luck = draw.random(max(AFTER))
        graded: list[Graded] = []
        left = dict(bank.believed)
        found = ability(graded)
        for turn in range(max(AFTER)):
            name = _choose(choice, found, left, seed=seed * 100_003 + learner, turn=turn)
            believed = left.pop(name)
            right = luck[turn] < _chance(true, bank.true[name])
            graded.append(Graded(believed, float(right)))
            found = ability(graded)
            if turn < 5:
                used[name] += 1
            if turn + 1 in errors:
                errors[turn + 1].append(found.mean - true)
    five = np.square(errors[5])
    return {
        "rmse": {str(after): _root(np.square(found)) for after, found in errors.items()},
        "rmse_after_5_ci": _interval(five, seed),
        "most_used_share": round(max(used.values()) / learners, 3),
    }


def _choose(choice: Choice, found: Ability, left: Believed, *, seed: int, turn: int) -> str:
    if choice == "sounding":
        return next_item(found.mean, left, seed=seed, turn=turn) or ""
    names = sorted(left)
    if choice == "matched":
        return min(names, key=lambda name: abs(left[name].difficulty - found.mean))
    return names[int(np.random.default_rng([seed, turn, 3]).integers(len(names)))]


def _chance(true: float, item: Item) -> float:
    return 1.0 / (1.0 + float(np.exp(-item.discrimination * (true - item.difficulty))))


def _root(squares: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    return round(float(np.sqrt(squares.mean())), 3)


def _interval(squares: np.ndarray[Any, np.dtype[np.float64]], seed: int) -> list[float]:
    """95 % over learners, resampled."""
    draw = np.random.default_rng([seed, 17])
    picks = draw.integers(len(squares), size=(RESAMPLES, len(squares)))
    roots = np.sqrt(squares[picks].mean(axis=1))
    return [round(float(end), 3) for end in np.quantile(roots, (0.025, 0.975))]
