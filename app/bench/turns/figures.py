"""From single pauses and ends to shares, waits and how sure they are; pure arithmetic.

Intervals are of a bootstrap over speakers, because one person's pauses are alike; over files where
there are fewer than four speakers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from app.bench.spread import spread
from app.bench.turns.boundaries import Kind

Policy = Literal["sounding", "pipecat_default", "flat_3_2"]

POLICIES: tuple[Policy, ...] = ("sounding", "pipecat_default", "flat_3_2")
SECONDS = (1.5, 2.0, 3.0)
FEWEST_SPEAKERS = 4
RESAMPLED = 2000


@dataclass(frozen=True)
class PauseTried:
    """One pause of one length at one place, and whose turn-taking ended the turn in it.

    `wrong` are the cuts that stay: speech that resumed did not bring the answer back.
    """

    file: str
    speaker: str
    kind: Kind
    at_s: float
    seconds: float
    natural_s: float
    silence_s: float | None
    probability: float | None
    later: float | None
    wait_s: float | None
    hook: bool
    cut: frozenset[Policy]
    wrong: frozenset[Policy]


@dataclass(frozen=True)
class EndTried:
    """One true end, and how long each policy waited there."""

    file: str
    speaker: str
    probability: float
    later: float | None
    wait_s: float | None
    hook: bool
    waits: dict[Policy, float]


Tried = PauseTried | EndTried


def summary(pauses: Sequence[PauseTried], ends: Sequence[EndTried], *, seed: int) -> dict[str, Any]:
    """The table of each policy."""
    return {policy: _of(policy, pauses, ends, seed) for policy in POLICIES}


def label(seconds: float) -> str:
    """A pause's length as a key: "1.5", "2", "3"."""
    return f"{seconds:g}"


def by_speaker(pauses: Sequence[PauseTried], ends: Sequence[EndTried]) -> dict[str, Any]:
    """Sounding's cuts and waits of each speaker."""
    table = {}
    tried: tuple[Tried, ...] = (*pauses, *ends)
    for speaker in sorted({one.speaker for one in tried}):
        own = [one for one in pauses if one.speaker == speaker]
        waits = [one.waits["sounding"] for one in ends if one.speaker == speaker]
        table[speaker] = {
            "cut_share": _shares(own, "inside", _cut("sounding")),
            "cut_share_between": _shares(own, "between", _cut("sounding")),
            "end_wait_s": spread(waits),
            "n": _counts(own),
        }
    return table


def interval(
    tried: Sequence[Tried], measure: Callable[[Sequence[Tried]], float], *, seed: int
) -> list[float] | None:
    """A 95 % interval of the measure when speakers (or files) are drawn again; None for too few."""
    groups: dict[Hashable, list[Tried]] = defaultdict(list)
    speakers = {one.speaker for one in tried}
    for one in tried:
        groups[one.speaker if len(speakers) >= FEWEST_SPEAKERS else one.file].append(one)
    if len(groups) < FEWEST_SPEAKERS:
        return None
    kept = [groups[key] for key in sorted(groups, key=str)]
    random = np.random.default_rng(seed)
    drawn = [
        measure([one for place in random.integers(0, len(kept), len(kept)) for one in kept[place]])
        for _ in range(RESAMPLED)
    ]
    return [round(float(value), 3) for value in np.quantile(drawn, (0.025, 0.975))]


def _of(
    policy: Policy, pauses: Sequence[PauseTried], ends: Sequence[EndTried], seed: int
) -> dict[str, Any]:
    waits = [one.waits[policy] for one in ends]
    cut, wrong = _cut(policy), _wrong(policy)
    return {
        "cut_share": _shares(pauses, "inside", cut),
        "cut_share_95": _intervals(pauses, "inside", cut, seed),
        "cut_share_between": _shares(pauses, "between", cut),
        "cut_share_between_95": _intervals(pauses, "between", cut, seed),
        "after_undo": {
            "inside": _shares(pauses, "inside", wrong),
            "between": _shares(pauses, "between", wrong),
        },
        "end_wait_s": spread(waits),
        "end_wait_95": {
            "median": interval(ends, _quantile(policy, 0.5), seed=seed),
            "p90": interval(ends, _quantile(policy, 0.9), seed=seed),
        },
        "n": _counts(pauses) | {"ends": len(ends)},
    }


def _cut(policy: Policy) -> Callable[[PauseTried], bool]:
    return lambda one: policy in one.cut


def _wrong(policy: Policy) -> Callable[[PauseTried], bool]:
    return lambda one: policy in one.wrong


def _quantile(policy: Policy, share: float) -> Callable[[Sequence[Tried]], float]:
    def quantile(ends: Sequence[Tried]) -> float:
        waits = [one.waits[policy] for one in ends if isinstance(one, EndTried)]
        return float(np.quantile(waits, share))

    return quantile


def _cases(pauses: Sequence[PauseTried], kind: Kind, seconds: float) -> list[PauseTried]:
    return [one for one in pauses if one.kind == kind and one.seconds == seconds]


def _shares(
    pauses: Sequence[PauseTried], kind: Kind, counts: Callable[[PauseTried], bool]
) -> dict[str, float | None]:
    shares: dict[str, float | None] = {}
    for seconds in SECONDS:
        cases = _cases(pauses, kind, seconds)
        share = sum(map(counts, cases)) / len(cases) if cases else None
        shares[label(seconds)] = None if share is None else round(share, 4)
    return shares


def _intervals(
    pauses: Sequence[PauseTried], kind: Kind, counts: Callable[[PauseTried], bool], seed: int
) -> dict[str, list[float] | None]:
    def share(cases: Sequence[Tried]) -> float:
        counted = [counts(one) for one in cases if isinstance(one, PauseTried)]
        return sum(counted) / len(counted)

    return {
        label(seconds): interval(_cases(pauses, kind, seconds), share, seed=seed)
        for seconds in SECONDS
    }


def _counts(pauses: Sequence[PauseTried]) -> dict[str, Any]:
    kinds: tuple[Kind, ...] = ("inside", "between")
    return {
        kind: {label(seconds): len(_cases(pauses, kind, seconds)) for seconds in SECONDS}
        for kind in kinds
    }
