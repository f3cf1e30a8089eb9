"""The fitted scorer as a document: how it is read, checked and written.

The document is plain JSON; `digest` is the sha256 of all else in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.features import FEATURES_VERSION, Table
from app.assessment.scorer.members import Line, Member, Network, Trees
from app.assessment.scorer.pooling import Kernel

Floats = NDArray[np.float64]
FORMAT = "sounding-scorer"
FORMAT_VERSION = 1
_FARTHEST = 4.0
_KINDS: dict[str, type[Line | Network | Trees]] = {
    "line": Line,
    "network": Network,
    "trees": Trees,
}


class BadScorer(ValueError):
    """The document is no scorer that this version can apply; the message says why."""


@dataclass(frozen=True)
class Standard:
    """The signs in their order, with the mean and the scale that they were fitted at."""

    names: tuple[str, ...]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def of(self, rows: Table) -> Table:
        """Rows in units of the fitting data's spread; far outliers are held."""
        return np.clip((rows - self.mean) / self.scale, -_FARTHEST, _FARTHEST)


@dataclass(frozen=True)
class Calibration:
    """From the mean of the members to a score; what lies below the knee is drawn further down."""

    constant: float
    slope: float
    knee: float = 0.0
    pull: float = 1.0

    def of(self, said: Floats) -> Floats:
        """Scores, which may lie beyond 0 and 1."""
        line = self.constant + self.slope * said
        return np.where(line < self.knee, self.knee - self.pull * (self.knee - line), line)


@dataclass(frozen=True)
class ScorerModel:
    """Everything that was fitted, and where it comes from (`about`).

    `shares` say how much each member counts; without them all count the same.
    """

    standard: Standard
    rarity: Mapping[str, float]
    members: tuple[Member, ...]
    calibration: Calibration
    kernel: Kernel
    doubt: Line
    about: dict[str, Any] = field(default_factory=dict)
    shares: tuple[float, ...] = ()

    @property
    def digest(self) -> str:
        """Names this model in a score's provenance."""
        return digest_of(to_document(self))


def to_document(model: ScorerModel) -> dict[str, Any]:
    """The document without its digest; what is as ever is left out."""
    more = {"shares": list(model.shares)} if model.shares else {}
    return {
        **more,
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "features_version": FEATURES_VERSION,
        "about": model.about,
        "standard": _plain(model.standard),
        "rarity": dict(sorted(model.rarity.items())),
        "members": [{"kind": _kind_of(member), **_plain(member)} for member in model.members],
        "calibration": _calibration(model.calibration),
        "kernel": asdict(model.kernel),
        "doubt": _plain(model.doubt),
    }


def digest_of(document: Mapping[str, Any]) -> str:
    """The sha256 of the document's content, whatever its layout; `digest` itself is left out."""
    content = {key: value for key, value in document.items() if key != "digest"}
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def from_document(document: Mapping[str, Any]) -> ScorerModel:
    """Read and check a document.

    Raises:
        BadScorer: another format or version, a wrong digest, or something missing.
    """
    if document.get("format") != FORMAT or document.get("format_version") != FORMAT_VERSION:
        raise BadScorer(f"expected a {FORMAT} document of version {FORMAT_VERSION}")
    if document.get("features_version") != FEATURES_VERSION:
        raise BadScorer(
            f"expected signs of version {FEATURES_VERSION}, found those of "
            f"{document.get('features_version')}: fit it anew with `sounding train scorer`"
        )
    if document.get("digest") != digest_of(document):
        raise BadScorer("the digest does not fit the content: the file was changed or damaged")
    try:
        return _read(document)
    except (KeyError, TypeError, ValueError) as error:
        raise BadScorer(f"something is missing or of the wrong kind: {error!r}") from error


def _read(document: Mapping[str, Any]) -> ScorerModel:
    standard = document["standard"]
    return ScorerModel(
        standard=Standard(
            tuple(standard["names"]),
            np.array(standard["mean"], dtype=np.float64),
            np.array(standard["scale"], dtype=np.float64),
        ),
        rarity={str(stem): float(value) for stem, value in document["rarity"].items()},
        members=tuple(_member(entry) for entry in document["members"]),
        calibration=Calibration(**document["calibration"]),
        kernel=Kernel(**document["kernel"]),
        doubt=_line(document["doubt"]),
        about=dict(document["about"]),
        shares=tuple(float(share) for share in document.get("shares", ())),
    )


def _calibration(calibration: Calibration) -> dict[str, float]:
    bent = calibration.pull != 1.0
    return {
        name: value
        for name, value in asdict(calibration).items()
        if bent or name in ("constant", "slope")
    }


def _member(entry: Mapping[str, Any]) -> Member:
    kind = _KINDS[entry["kind"]]
    values: dict[str, Any] = {}
    for part in fields(kind):
        value = entry[part.name]
        if isinstance(value, list):
            whole = part.name in ("roots", "sign", "left", "right")
            value = np.array(value, dtype=np.int64 if whole else np.float64)
        values[part.name] = value
    return kind(**values)


def _line(entry: Mapping[str, Any]) -> Line:
    return Line(np.array(entry["weights"], dtype=np.float64), float(entry["constant"]))


def _kind_of(member: Member) -> str:
    return next(name for name, kind in _KINDS.items() if isinstance(member, kind))


def _plain(value: Line | Network | Trees | Standard) -> dict[str, Any]:
    return {part.name: _listed(getattr(value, part.name)) for part in fields(value)}


def _listed(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value
