"""Labelled faces from the layouts that FER-2013 is passed around in: npz, csv, folders of pictures.

- npz: `Xtrain`, `ytrain` and, if there, `Xvalidation`, `yvalidation` (or `Xtest`, `ytest`).
- csv: the columns `emotion` (0..6), `pixels` (48 x 48 numbers) and, if there, `Usage`.
- folders: `train/NAME/*.png` and, if there, `validation/` or `test/`; or `NAME/*.png` alone.

A part that is called validation, test or PublicTest is kept for the final figures alone.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.domain.interview import EMOTIONS

SIDE = 48
LEAST_FACES = 20
SELECTION_BYTES = 13
"""A face whose digest's first byte is below this (5 %) is held out of fitting, for selection."""

TEST_BYTES = 38
"""Without a validation part, the next tenth or so of the digests is kept for the final figures."""

_PICTURES = (".png", ".jpg", ".jpeg")
_TEST_PARTS = ("validation", "test", "val")
_NAMES = {"anger": "angry", "disgusted": "disgust", "fearful": "fear", "happiness": "happy",
          "sadness": "sad", "surprised": "surprise"}  # fmt: skip

Faces = NDArray[np.uint8]
Labels = NDArray[np.int64]


class BadFaceData(Exception):
    """The labelled faces are missing or in no known layout; the message says which and why."""


@dataclass(frozen=True)
class Part:
    """Faces (n, 48, 48) in grey levels, and the place of each label in `EMOTIONS`."""

    faces: Faces
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class LabelledFaces:
    """Faces to fit on, to choose by, and for the final figures; no face is in two of them."""

    fit: Part
    selection: Part
    test: Part


def load_faces(path: Path) -> LabelledFaces:
    """Read one of the layouts, and split it by the faces' digests; the same data splits the same.

    Raises:
        BadFaceData: missing, unreadable, or too few faces.
    """
    known, test = _read(path)
    if len(known) < LEAST_FACES:
        raise BadFaceData(f"{path}: {len(known)} labelled faces; expected at least {LEAST_FACES}")
    digests = np.array([hashlib.sha256(face.tobytes()).digest()[0] for face in known.faces])
    chosen = digests < SELECTION_BYTES
    kept = np.zeros_like(chosen) if test else (~chosen) & (digests < TEST_BYTES)
    left = test or _where(known, kept)
    parts = LabelledFaces(_where(known, ~chosen & ~kept), _where(known, chosen), left)
    if not len(parts.selection) or not len(parts.test):
        raise BadFaceData(f"{path}: too few faces to hold any out for selection and figures")
    return parts


def load_test_faces(path: Path) -> Part:
    """The part for final figures alone; raises BadFaceData when there is none."""
    _, test = _read(path)
    if test is None or not len(test):
        raise BadFaceData(f"{path}: expected a validation part")
    return test


def _read(path: Path) -> tuple[Part, Part | None]:
    try:
        if path.is_dir():
            return _folders(path)
        if path.suffix == ".npz":
            return _archive(path)
        if path.suffix == ".csv":
            return _table(path)
    except (OSError, ValueError, KeyError, cv2.error) as error:
        raise BadFaceData(f"{path}: {error}") from error
    raise BadFaceData(f"{path}: expected an .npz or .csv file, or a folder of folders")


def _archive(path: Path) -> tuple[Part, Part | None]:
    with np.load(path, allow_pickle=False) as data:
        known = _part(data["Xtrain"], data["ytrain"])
        for name in ("validation", "test"):
            if f"X{name}" in data:
                return known, _part(data[f"X{name}"], data[f"y{name}"])
    return known, None


def _table(path: Path) -> tuple[Part, Part | None]:
    faces: dict[bool, list[Faces]] = {True: [], False: []}
    labels: dict[bool, list[int]] = {True: [], False: []}
    with path.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            held = line.get("Usage", "Training").strip() == "PublicTest"
            if line.get("Usage", "").strip() == "PrivateTest":
                continue
            pixels = np.array(line["pixels"].split(), dtype=np.uint8)
            faces[held].append(pixels.reshape(SIDE, SIDE))
            labels[held].append(int(line["emotion"]))
    known = _part(np.array(faces[False]), np.array(labels[False]))
    return known, _part(np.array(faces[True]), np.array(labels[True])) if labels[True] else None


def _folders(path: Path) -> tuple[Part, Part | None]:
    inner = {place.name.lower(): place for place in sorted(path.iterdir()) if place.is_dir()}
    known = _pictures(inner.get("train", inner.get("training", path)))
    test = next((inner[name] for name in _TEST_PARTS if name in inner), None)
    return known, _pictures(test) if test else None


def _pictures(folder: Path) -> Part:
    faces, labels = [], []
    for place in sorted(folder.iterdir()):
        name = _NAMES.get(place.name.lower(), place.name.lower())
        if not place.is_dir() or name not in EMOTIONS:
            continue
        for file in sorted(each for each in place.iterdir() if each.suffix.lower() in _PICTURES):
            grey = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
            if grey is None:
                raise ValueError(f"{file.name} can't be read as a picture")
            faces.append(cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
            labels.append(EMOTIONS.index(name))
    return _part(np.array(faces), np.array(labels))


def _part(faces: NDArray[np.generic], labels: NDArray[np.generic]) -> Part:
    if not len(labels):
        raise ValueError(f"no labelled face; folders are named {', '.join(EMOTIONS)}")
    if faces.shape != (len(labels), SIDE, SIDE):
        raise ValueError(f"faces of shape {faces.shape}; expected (n, {SIDE}, {SIDE})")
    plain = np.asarray(labels, dtype=np.int64)
    if plain.min() < 0 or plain.max() >= len(EMOTIONS):
        raise ValueError(f"labels from {plain.min()} to {plain.max()}; expected 0 to 6")
    return Part(np.ascontiguousarray(faces, dtype=np.uint8), plain)


def _where(part: Part, chosen: NDArray[np.bool_]) -> Part:
    return Part(part.faces[chosen], part.labels[chosen])
