"""Files of the blend of face and voice: labelled shares of clips in, the fitted blend out.

Shares come as one CSV (`file`, `label`, `speaker`, `p_angry` ... `p_neutral`, `p_low`, `p_medium`,
`p_high`; empty cells where a modality is missing), or as a folder with `face.csv` and `voice.csv`
as `sounding measure` writes them. Names as in RAVDESS (`02-01-06-01-02-01-12`) say label and
speaker themselves; their first number, the kind of recording, is left out when both are matched.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.files.errors import ModelFileError
from app.delivery.fusion import LEVEL_OF_EXPRESSION, FittedBlend, Part, levels_of, voice_part
from app.domain.figures import STRESS_LEVELS, Modality, StressReading
from app.domain.interview import EMOTIONS

KIND = "sounding-fusion-1"
SETS: tuple[tuple[Modality, ...], ...] = (("face",), ("face", "voice"), ("voice",))

_RAVDESS = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")
_LEVELS: Mapping[str, int] = {
    **LEVEL_OF_EXPRESSION, "calm": 0, "fearful": 2, "surprised": 1,
    **{name: place for place, name in enumerate(STRESS_LEVELS)},
}  # fmt: skip

Row = Mapping[str, str]


class BadFusionFile(ModelFileError):
    """The clips or the fitted blend can't be used; the message says what was expected."""


@dataclass(frozen=True)
class Clip:
    """One clip: its level's place (-1 without a label), who it is of, what each modality said."""

    name: str
    level: int
    speaker: str
    parts: Mapping[Modality, Part]


def load_labelled(path: Path) -> tuple[Clip, ...]:
    """Every labelled clip with at least one modality; raises BadFusionFile as `load_clips`."""
    clips = tuple(clip for clip in load_clips(path) if clip.level >= 0 and clip.parts)
    if not clips:
        raise BadFusionFile(f"{path}: no labelled clip with shares of a face or a voice")
    return clips


def load_clips(path: Path) -> tuple[Clip, ...]:
    """Every clip, also those without a label or without any modality.

    Raises:
        BadFusionFile: no such file, no such columns, or no clip.
    """
    try:
        if path.is_dir():
            found = _joined(_rows(path / "face.csv"), _rows(path / "voice.csv"))
        else:
            found = [_clip(row["file"], row, [row], [row]) for row in _rows(path)]
    except (OSError, KeyError, ValueError, csv.Error) as error:
        raise BadFusionFile(f"{path}: {error!r}") from error
    if not found:
        raise BadFusionFile(f"{path}: no clip")
    return tuple(found)


def save_fusion(fitted: FittedBlend, about: Mapping[str, Any], file: Path) -> None:
    """Write a fitted blend as JSON."""
    maps = {"+".join(names): rows for names, rows in fitted.maps.items()}
    text = json.dumps(
        {"kind": KIND, "levels": STRESS_LEVELS, "maps": maps, "about": about}, indent=1
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")


def load_fusion(file: Path) -> FittedBlend:
    """Read a fitted blend; raises BadFusionFile for anything else."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["kind"] != KIND:
            raise ValueError(f"kind {document['kind']!r}")
        maps = {
            names: tuple(tuple(float(each) for each in row) for row in document["maps"][key])
            for names in SETS
            if (key := "+".join(names)) in document["maps"]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFusionFile(
            f"{file}: expected a blend of `sounding train fusion` ({error})"
        ) from error
    for names, rows in maps.items():
        if len(rows) != 3 or any(len(row) != 3 * len(names) + 1 for row in rows):
            raise BadFusionFile(f"{file}: the map of {'+'.join(names)} has another shape")
    return FittedBlend(maps)


def _rows(file: Path) -> list[Row]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def _joined(faces: list[Row], voices: list[Row]) -> list[Clip]:
    by_clip: dict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for place, rows in enumerate((faces, voices)):
        for row in rows:
            by_clip[_key(row["file"])][place].append(row)
    return [_clip(name, {}, *both) for name, both in sorted(by_clip.items())]


def _clip(name: str, row: Row, faces: list[Row], voices: list[Row]) -> Clip:
    numbers = _key(name).split("-")
    acted = len(numbers) == 6 and all(each.isdigit() for each in numbers)
    label = row.get("label") or (_RAVDESS[int(numbers[1]) - 1] if acted else "")
    if label and label not in _LEVELS:
        raise ValueError(f"{name}: label {label!r}; expected one of {', '.join(_LEVELS)}")
    parts: dict[Modality, Part] = {}
    if face := _mean(faces, tuple(f"p_{each}" for each in EMOTIONS)):
        parts["face"] = Part(levels_of(face.shares), face.coverage)
    if voice := _mean(
        [_with_shares(each) for each in voices], tuple(f"p_{each}" for each in STRESS_LEVELS)
    ):
        parts["voice"] = Part((voice.shares[0], voice.shares[1], voice.shares[2]), voice.coverage)
    return Clip(name, _LEVELS.get(label, -1), row.get("speaker") or numbers[-1], parts)


def _with_shares(row: Row) -> Row:
    """A voice that was read by the index alone has a level and no shares: its confidence says."""
    level = next((each for each in STRESS_LEVELS if each == row.get("stress")), None)
    if level is None or (row.get("p_low") or "").strip():
        return row
    part = voice_part(StressReading(0.0, 1.0, level, float(row.get("confidence") or 0.0), 1.0))
    if part is None:
        return row
    return {**row, **{f"p_{n}": str(p) for n, p in zip(STRESS_LEVELS, part.shares, strict=True)}}


@dataclass(frozen=True)
class _Mean:
    shares: tuple[float, ...]
    coverage: float


def _mean(rows: list[Row], columns: tuple[str, ...]) -> _Mean | None:
    """The mean shares over the rows that have them, each weighing by its coverage."""
    total, whole = [0.0] * len(columns), 0.0
    for row in rows:
        if any(not (row.get(column) or "").strip() for column in columns):
            continue
        weight = float(row.get("coverage") or 1.0)
        shares = [float(row[column]) for column in columns]
        if min(shares) < 0 or sum(shares) <= 0:
            raise ValueError(f"{row.get('file')}: shares {shares}")
        total = [each + weight * share for each, share in zip(total, shares, strict=True)]
        whole += weight * sum(shares)
    if whole <= 0:
        return None
    return _Mean(tuple(each / whole for each in total), min(1.0, whole / len(rows)))


def _key(name: str) -> str:
    """A clip's name without folder and ending, and without RAVDESS's kind of recording."""
    stem = Path(name).stem
    numbers = stem.split("-")
    return "-".join(numbers[1:]) if len(numbers) == 7 else stem
