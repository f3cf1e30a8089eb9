"""What the training of faces stands on: views of each face, and the shipped model's shares of each.

Each face is kept as it is, mirrored, and turned, moved, scaled and lit a little otherwise. Views
and shares are made once and kept in files: 2.3 KB a view.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.adapters.vision.face_data import SIDE, Faces, Part
from app.domain.interview import EMOTIONS

PLAIN_VIEWS = 2
"""The face as it is, and its mirror image; the rest is varied."""

_BATCH = 64
_STEP = 512
_TURN_DEGREES = 14.0
_SCALE = (0.88, 1.14)
_SHIFT_PIXELS = 3.5
_GAMMA = 0.35
_CONTRAST = (0.75, 1.25)
_LIGHT = 0.08

Floats = NDArray[np.float32]
Pictures = NDArray[np.uint8]
Note = Callable[[str], None]


class BadBase(Exception):
    """The base network is missing or is not mini_XCEPTION in DeepFace's contract."""


@dataclass(frozen=True)
class Seen:
    """Of each view and face: the picture, and the shipped model's shares (views, n, 7)."""

    pictures: Pictures
    shares: Floats


class BaseNetwork:
    """The shipped expression model."""

    def __init__(self, file: Path) -> None:
        try:
            self.content = file.read_bytes()
            self._session = session_of(self.content)
            self.shares(np.zeros((1, SIDE, SIDE), np.float32))
        except Exception as error:  # onnx and onnxruntime share no family of errors
            raise BadBase(f"{file}: expected the shipped expression model ({error})") from error

    def shares(self, views: Floats) -> Floats:
        """What it says of views (n, 48, 48) in 0..1."""
        return shares_of(self._session, views)


def session_of(content: bytes) -> onnxruntime.InferenceSession:
    """A model in DeepFace's contract, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def shares_of(session: onnxruntime.InferenceSession, views: Floats) -> Floats:
    """Shares (n, 7) of views (n, 48, 48) in 0..1."""
    said = [
        session.run(["output"], {"input": views[start : start + _BATCH, :, :, None]})[0]
        for start in range(0, len(views), _BATCH)
    ]
    return np.concatenate(said)


def see_part(
    part: Part, base: BaseNetwork, views: int, folder: Path, *, force: bool, note: Note
) -> Seen:
    """The views of these faces; read from `folder` where they were made before."""
    name = _digest(part, base, views)
    pictures, shares = folder / f"{name}.views.npy", folder / f"{name}.shares.npy"
    if force or not (pictures.is_file() and shares.is_file()):
        folder.mkdir(parents=True, exist_ok=True)
        _write(part, base, views, pictures, shares, note)
    else:
        note(f"{len(part)} faces in {views} views are in {folder}")
    return Seen(np.load(pictures, mmap_mode="r"), np.load(shares))


def varied(face: Faces, generator: np.random.Generator) -> Floats:
    """One face a little turned, moved, scaled and lit otherwise, in 0..1."""
    if generator.random() < 0.5:
        face = np.ascontiguousarray(face[:, ::-1])
    middle = (SIDE - 1) / 2
    turn = generator.uniform(-_TURN_DEGREES, _TURN_DEGREES)
    move = cv2.getRotationMatrix2D((middle, middle), turn, generator.uniform(*_SCALE))
    move[:, 2] = move[:, 2] + generator.uniform(-_SHIFT_PIXELS, _SHIFT_PIXELS, 2)
    moved = cv2.warpAffine(face, move, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    lit = (moved.astype(np.float32) / 255) ** np.exp(generator.uniform(-_GAMMA, _GAMMA))
    lit = (lit - 0.5) * generator.uniform(*_CONTRAST) + 0.5 + generator.uniform(-_LIGHT, _LIGHT)
    return np.asarray(np.clip(lit, 0.0, 1.0), np.float32)


def _write(
    part: Part, base: BaseNetwork, views: int, pictures: Path, shares: Path, note: Note
) -> None:
    scratch = pictures.with_suffix(".partial")
    shape = (views, len(part), SIDE, SIDE)
    kept = np.lib.format.open_memmap(scratch, "w+", np.uint8, shape)
    said = np.zeros((views, len(part), len(EMOTIONS)), np.float32)
    for view in range(views):
        generator = np.random.default_rng(view)
        for start in range(0, len(part), _STEP):
            made = _view(view, part.faces[start : start + _STEP], generator)
            kept[view, start : start + _STEP] = np.rint(made * 255)
            said[view, start : start + _STEP] = base.shares(made)
        note(f"view {view + 1} of {views} of {len(part)} faces")
    del kept
    np.save(shares, said)
    scratch.replace(pictures)


def _view(view: int, faces: Faces, generator: np.random.Generator) -> Floats:
    if view >= PLAIN_VIEWS:
        return np.stack([varied(face, generator) for face in faces])
    plain = faces[:, :, ::-1] if view else faces
    return np.asarray(plain / np.float32(255), np.float32, order="C")


def _digest(part: Part, base: BaseNetwork, views: int) -> str:
    digest = hashlib.sha256(base.content)
    digest.update(part.faces.tobytes())
    digest.update(json.dumps([views, _TURN_DEGREES, _SCALE, _SHIFT_PIXELS]).encode())
    return digest.hexdigest()[:20]
