"""How well the reader of stress does on people it was not fitted on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.delivery.own_voice import Manner, OwnVoice, against, own_voice
from app.delivery.stress import LEVELS
from app.training.voice import VoiceModel, fit_voice, rows_against, speaker_folds, voice_uar
from app.training.voice_data import Clips

Floats = NDArray[np.float64]
Whole = NDArray[np.int_]

FOLDS = 6
RAW, NEUTRAL, OWN, HALF = "raw", "neutral_baseline", "own_baseline", "own_half_baseline"
WAYS = (RAW, NEUTRAL, OWN, HALF)


@dataclass(frozen=True)
class WayScore:
    """One way of giving a baseline: recall averaged over levels, over all and by fold.

    `confusion` has the true levels as rows; `sureness` is the mean share of the level that was said
    and `right` how often it was right.
    """

    uar: float
    by_fold: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]
    sureness: float
    right: float
    clips: int


def score_voice(
    clips: Clips,
    *,
    seed: int,
    folds: int = FOLDS,
    note: Callable[[str], None] = lambda _: None,
) -> dict[str, WayScore]:
    """Fit without each group of speakers and read them, in every way of giving a baseline.

    Scaling, cost, calibration and augmented copies all come from the other speakers alone.
    """
    count = min(folds, len(np.unique(clips.speaker)))
    fold = speaker_folds(clips.speaker, count, seed)
    shares = {way: np.full((len(clips.level), 3), np.nan) for way in WAYS}
    for number in range(count):
        note(f"fold {number + 1} of {count}")
        model = fit_voice(clips.of(fold != number), seed)
        test = (fold == number) & (clips.copy == 0)
        for way in WAYS:
            shares[way][test] = read_clips(model, clips.of(test), way, seed)
    return {way: _score(clips, shares[way], fold, count) for way in WAYS}


def read_clips(model: VoiceModel, clips: Clips, way: str, seed: int) -> Floats:
    """Shares for each row, with the baseline of this way; NaN where it has none."""
    if way in (RAW, NEUTRAL):
        manner: Manner = "raw" if way == RAW else "even"
        rows, held = rows_against(clips, manner, model.usual, model.missing)
        shares = model.heads[manner].shares(rows)
        return np.where(held[:, None], shares, np.nan)
    rows = np.where(np.isfinite(clips.rows), clips.rows, model.missing)
    shares = np.full((len(rows), 3), np.nan)
    for speaker in np.unique(clips.speaker):
        mine = np.flatnonzero(clips.speaker == speaker)
        if way == OWN:
            shares[mine] = _against_own(model, rows[mine], own_voice(rows[mine]))
            continue
        mixed = np.random.default_rng([seed, int(speaker)]).permutation(mine)
        first, second = mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]
        shares[first] = _against_own(model, rows[first], own_voice(rows[second]))
        shares[second] = _against_own(model, rows[second], own_voice(rows[first]))
    return shares


def _against_own(model: VoiceModel, rows: Floats, own: OwnVoice | None) -> Floats:
    manner: Manner = "raw" if own is None else own.manner(model.usual)
    return model.heads[manner].shares(against(rows, own, manner, model.usual))


def _score(clips: Clips, shares: Floats, fold: Whole, count: int) -> WayScore:
    held = np.isfinite(shares[:, 0])
    truth, said = clips.level[held], np.nan_to_num(shares[held]).argmax(axis=1)
    confusion = np.zeros((len(LEVELS), len(LEVELS)), dtype=int)
    np.add.at(confusion, (truth, said), 1)
    by_fold = tuple(
        round(voice_uar(truth[fold[held] == n], said[fold[held] == n]), 3) for n in range(count)
    )
    return WayScore(
        uar=round(voice_uar(truth, said), 4),
        by_fold=by_fold,
        confusion=tuple(tuple(int(v) for v in row) for row in confusion),
        sureness=round(float(shares[held].max(axis=1).mean()), 3),
        right=round(float((truth == said).mean()), 3),
        clips=int(held.sum()),
    )
