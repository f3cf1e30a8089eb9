"""Fit the blend of face and voice on labelled clips: one logistic map for each set of modalities.

The figures are of speakers left out of the fit, beside each modality alone and the unfitted blend
on the same clips. Recall is averaged over the levels.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.adapters.files.fusion_file import SETS, BadFusionFile, Clip
from app.delivery.fusion import FittedBlend, Part, Three, blend
from app.delivery.stress import LEVELS
from app.domain.figures import Modality

FOLDS = 5
PENALTY = 1.0
_TINY = 1e-6

Modalities = tuple[Modality, ...]
Reader = Callable[[Clip], int]


def fit_fusion(clips: Sequence[Clip]) -> FittedBlend:
    """The maps for every set of modalities that enough clips have."""
    maps = {}
    for names in SETS:
        there = [clip for clip in clips if set(names) <= set(clip.parts)]
        if len({clip.level for clip in there}) == len(LEVELS):
            maps[names] = _fit(there, names)
    if not maps:
        raise BadFusionFile("each level needs at least one clip that has the same modalities")
    return FittedBlend(maps)


def score_fusion(clips: Sequence[Clip]) -> dict[str, Any]:
    """Recall averaged over the levels, of speakers left out, on the clips that have both.

    Raises:
        BadFusionFile: fewer than two speakers.
    """
    both = [clip for clip in clips if len(clip.parts) == 2]
    kept = both or list(clips)
    speakers = sorted({clip.speaker for clip in kept})
    if len(speakers) < 2:
        raise BadFusionFile("figures need clips of at least two speakers")
    labels = np.array([clip.level for clip in kept])
    fitted = np.zeros(len(kept), dtype=np.int64)
    folds = GroupKFold(min(FOLDS, len(speakers)))
    groups = [clip.speaker for clip in kept]
    for train, left in folds.split(np.zeros((len(kept), 1)), groups=groups):
        model = fit_fusion([kept[place] for place in train])
        fitted[left] = [_read(kept[place], model) for place in left]
    ways: dict[str, Reader] = {
        "face": lambda clip: _strongest(clip.parts.get("face")),
        "voice": lambda clip: _strongest(clip.parts.get("voice")),
        "unfitted": lambda clip: _read(clip, None),
    }
    scores = {
        name: _recall(labels, np.array([way(clip) for clip in kept])) for name, way in ways.items()
    }
    return {
        "clips": len(clips),
        "clips_with_both": len(both),
        "speakers": len(speakers),
        "uar": scores | {"fitted": _recall(labels, fitted)},
        "confusion": _confusion(labels, fitted),
    }


def _fit(clips: Sequence[Clip], names: Modalities) -> tuple[tuple[float, ...], ...]:
    rows = np.array([_logs([clip.parts[name].shares for name in names]) for clip in clips])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=1000)
        model.fit(rows, [clip.level for clip in clips])
    return tuple(
        tuple(round(float(each), 6) for each in (*row, constant))
        for row, constant in zip(model.coef_, model.intercept_, strict=True)
    )


def _logs(parts: Sequence[Three]) -> list[float]:
    return [float(np.log(max(share, _TINY))) for part in parts for share in part]


def _read(clip: Clip, fitted: FittedBlend | None) -> int:
    parts = {name: replace(part, coverage=1.0) for name, part in clip.parts.items()}
    level = blend(0.0, 1.0, parts.get("face"), parts.get("voice"), fitted).level
    return LEVELS.index(level) if level is not None else -1


def _strongest(part: Part | None) -> int:
    return -1 if part is None else max(range(3), key=part.shares.__getitem__)


def _recall(labels: NDArray[np.int64], read: NDArray[np.int64]) -> float:
    there = [place for place in range(3) if (labels == place).any()]
    return round(float(np.mean([(read[labels == place] == place).mean() for place in there])), 4)


def _confusion(labels: NDArray[np.int64], read: NDArray[np.int64]) -> list[list[int]]:
    """Rows are labels, columns what was read."""
    return [[int(((labels == a) & (read == b)).sum()) for b in range(3)] for a in range(3)]
