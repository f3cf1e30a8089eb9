"""What the training of faces stands on: views of each face, and what the base network sees of them.

Each face is kept as it is, mirrored, and turned, moved, scaled and lit a little otherwise. The base
network's middle layer is computed once for all views and kept in a file, since its own weights are
not changed: about 14 KB a view.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from app.adapters.vision.face_data import SIDE, Faces, Part

MIDDLE = "add_2"
"""The node of mini_XCEPTION whose output (32 x 15 x 15) the new layers stand on."""

PLAIN_VIEWS = 2
"""The face as it is, and its mirror image; the rest is varied."""

_BATCH = 64
_TURN_DEGREES = 14.0
_SCALE = (0.88, 1.14)
_SHIFT_PIXELS = 3.5
_GAMMA = 0.35
_CONTRAST = (0.75, 1.25)
_LIGHT = 0.08

Floats = NDArray[np.float32]
Middles = NDArray[np.float16]
Note = Callable[[str], None]


class BadBase(Exception):
    """The base network is missing or is not mini_XCEPTION in DeepFace's contract."""


@dataclass(frozen=True)
class Seen:
    """Of each view and face: the middle layer, and the base's own log shares (views, n, 7)."""

    middles: Middles
    shares: Floats


class BaseNetwork:
    """The shipped expression model, asked for its middle layer too."""

    def __init__(self, file: Path) -> None:
        try:
            self.content = file.read_bytes()
            graph = onnx.load_from_string(self.content)
            kind = onnx.TensorProto.FLOAT
            graph.graph.output.append(onnx.helper.make_tensor_value_info(MIDDLE, kind, None))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(
                graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnx and onnxruntime share no family of errors
            raise BadBase(f"{file}: expected the shipped expression model ({error})") from error

    def see(self, views: Floats) -> tuple[Middles, Floats]:
        """Views (n, 48, 48) in 0..1 as middle layers and log shares."""
        middles, shares = [], []
        for start in range(0, len(views), _BATCH):
            batch = views[start : start + _BATCH, :, :, None]
            said, middle = self._session.run(["output", MIDDLE], {"input": batch})
            middles.append(middle.astype(np.float16))
            shares.append(np.log(said + 1e-9))
        return np.concatenate(middles), np.concatenate(shares)


def see_part(
    part: Part, base: BaseNetwork, views: int, folder: Path, *, force: bool, note: Note
) -> Seen:
    """The views of these faces through the base; read from `folder` where they were seen before."""
    name = _digest(part, base, views)
    middles, shares = folder / f"{name}.middles.npy", folder / f"{name}.shares.npy"
    if force or not (middles.is_file() and shares.is_file()):
        folder.mkdir(parents=True, exist_ok=True)
        _write(part, base, views, middles, shares, note)
    else:
        note(f"{len(part)} faces in {views} views are in {folder}")
    return Seen(np.load(middles, mmap_mode="r"), np.load(shares))


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
    part: Part, base: BaseNetwork, views: int, middles: Path, shares: Path, note: Note
) -> None:
    scratch = middles.with_suffix(".partial")
    kept: Middles | None = None
    said = np.zeros((views, len(part), 7), np.float32)
    step = 512
    for view in range(views):
        generator = np.random.default_rng(view)
        for start in range(0, len(part), step):
            faces = part.faces[start : start + step]
            found, said[view, start : start + step] = base.see(_view(view, faces, generator))
            if kept is None:
                kept = np.lib.format.open_memmap(
                    scratch, "w+", np.float16, (views, len(part), *found.shape[1:])
                )
            kept[view, start : start + step] = found
        note(f"view {view + 1} of {views} of {len(part)} faces")
    del kept
    np.save(shares, said)
    scratch.replace(middles)


def _view(view: int, faces: Faces, generator: np.random.Generator) -> Floats:
    if view >= PLAIN_VIEWS:
        return np.stack([varied(face, generator) for face in faces])
    plain = faces[:, :, ::-1] if view else faces
    return np.asarray(plain / np.float32(255), np.float32, order="C")


def _digest(part: Part, base: BaseNetwork, views: int) -> str:
    digest = hashlib.sha256(base.content)
    digest.update(part.faces.tobytes())
    digest.update(json.dumps([views, MIDDLE, _TURN_DEGREES, _SCALE, _SHIFT_PIXELS]).encode())
    return digest.hexdigest()[:20]
