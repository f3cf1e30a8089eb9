"""A person's own usual voice: what every reading of stress is compared with.

A baseline is a set of feature rows of the same person. Where these rows themselves vary as much as
people's speech usually does (many moods, a whole interview), it is *varied*: a row is then measured
in the person's own spreads. Where they are alike (one passage read aloud), it is *even*: only the
person's own middle is taken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Manner = Literal["raw", "even", "varied"]

LEAST_VARIED_ROWS = 8
VARIED_FROM = 0.8
USUAL_WEIGHT = 4.0


@dataclass(frozen=True)
class OwnVoice:
    """The middle and the spread of a person's rows, and how many there are."""

    mean: Floats
    spread: Floats
    count: int

    def manner(self, usual: Floats) -> Manner:
        """Whether the rows vary as speech usually does; `usual` are the spreads of many people."""
        if self.count < LEAST_VARIED_ROWS:
            return "even"
        return "varied" if float(np.median(self.spread / usual)) >= VARIED_FROM else "even"


def own_voice(rows: Floats) -> OwnVoice | None:
    """The baseline of these rows; None when none of them holds a voice."""
    held = rows[np.isfinite(rows[:, 0])] if len(rows) else rows
    if not len(held):
        return None
    mean = np.nanmean(held, axis=0)
    return OwnVoice(mean, np.nanstd(held, axis=0), len(held))


def against(rows: Floats, own: OwnVoice | None, manner: Manner, usual: Floats) -> Floats:
    """The rows as the model of this manner takes them; a figure that is missing becomes usual.

    With a varied baseline the spread leans on the usual one as much as on four rows, so that a
    figure that happened to stand still does not explode.
    """
    if own is None or manner == "raw":
        return rows
    moved = rows - own.mean
    if manner == "varied":
        square = (own.count * own.spread**2 + USUAL_WEIGHT * usual**2) / (own.count + USUAL_WEIGHT)
        moved = moved / np.sqrt(square)
    return np.where(np.isfinite(moved), moved, 0.0)


def usual_spread(rows: Floats, speakers: NDArray[np.int_]) -> Floats:
    """The spread within one speaker, pooled over many."""
    squares = [np.nanvar(rows[speakers == speaker], axis=0) for speaker in np.unique(speakers)]
    spread: Floats = np.sqrt(np.mean(squares, axis=0)) + 1e-6
    return spread
