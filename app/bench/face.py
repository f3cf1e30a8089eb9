"""Expressions: how often right on labelled faces, and how fast beside DeepFace's own pipeline.

The accuracy is of FER-2013's validation part, which nothing shipped was fitted on here. Speed is of
a film of faces, detection and decoding included, against `DeepFace.analyze` with its opencv
detector in the same run, turn by turn, on the same expression model.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from app.adapters.files.errors import ModelFileError
from app.adapters.files.models import ModelStore
from app.adapters.vision.face_data import BadFaceData, Part, load_test_faces
from app.adapters.vision.face_reader import WEIGHTS, DeepFaceReader, TrackedFaceReader
from app.adapters.vision.film import jpegs_of
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.heads import heads_of
from app.bench.machine import machine
from app.bench.spread import spread
from app.delivery.face_scores import as_document, face_scores
from app.ports.errors import FaceUnavailable

LABELLED = "affect/fer2013_dev.npz"
FILM = "affect/fake_face.mjpeg"
CASCADES = ("haarcascade_frontalface_default.xml", "haarcascade_eye.xml")
EVERY = 5
BLOCK = 12

LIMITS = (
    "FER-2013 is press and web pictures with labels of one crowd; people agree with them in about "
    "65 of 100 (Goodfellow et al. 2013). In front of a webcam only a smile against the rest is "
    "usable: faces of another data set, cropped by another detector, were named rightly in 46 to "
    "48 of 100. Disgust has 56 faces here, so that its figure scatters by 6 points; fear, sadness "
    "and anger are mistaken for each other. These are expressions, not feelings."
)


def bench_face(
    *, data: Path | None, model: Path | None = None, seed: int = 0, limit: int | None = None
) -> dict[str, Any]:
    """Accuracy and speed; of the model in `model` where one is named, with the shipped beside it.

    Raises:
        BenchRefused: no data, no film, or no such model.
        BenchFailed: a reader could not be made.
    """
    if data is None:
        raise BenchRefused("name the labelled data by --data or SOUNDING_DATA")
    if model is not None and not model.is_file():
        raise BenchRefused(f"{model}: no such model")
    here = machine()
    faces = _labelled(data, seed, limit)
    frames = _film(data)[:limit]
    with tempfile.TemporaryDirectory(prefix="sounding-face-") as folder, _peer_as_it_was():
        try:
            readers = _readers(Path(folder), model)
            document = _accuracy(readers["asked"], faces)
            document |= {"flip": _flip_cost(readers, faces)}
            if model is not None:
                document["shipped"] = _accuracy(readers["shipped"], faces)
            document |= _speed(readers["shipped"] if model is None else readers["asked"], frames)
            document["heads"] = heads_of(frames)
        except FaceUnavailable as error:
            raise BenchFailed(str(error)) from error
    return document | {
        "model": "shipped" if model is None else model.name,
        "faces": len(faces),
        "limits": LIMITS,
        "seed": seed,
        "machine": here,
    }


@contextmanager
def _peer_as_it_was() -> Iterator[None]:
    """DeepFace keeps models by name: forget them before, so that it reads ours, and after."""
    home = os.environ.get("DEEPFACE_HOME")
    _forget_models()
    try:
        yield
    finally:
        _forget_models()
        os.environ.pop("DEEPFACE_HOME", None)
        if home is not None:
            os.environ["DEEPFACE_HOME"] = home


def _forget_models() -> None:
    modeling = sys.modules.get("deepface.modules.modeling")
    for known in getattr(modeling, "cached_models", {}).values():
        known.clear()


def _labelled(data: Path, seed: int, limit: int | None) -> Part:
    try:
        part = load_test_faces(data / LABELLED)
    except BadFaceData as error:
        raise BenchRefused(str(error)) from error
    if limit is None or limit >= len(part):
        return part
    chosen = np.sort(np.random.default_rng(seed).choice(len(part), limit, replace=False))
    return Part(part.faces[chosen], part.labels[chosen])


def _film(data: Path) -> list[bytes]:
    try:
        frames = list(jpegs_of((data / FILM).read_bytes()))
    except OSError as error:
        raise BenchRefused(f"{data / FILM}: {error.strerror}") from error
    if not frames:
        raise BenchRefused(f"{data / FILM}: no frame in it")
    return frames


def _readers(folder: Path, model: Path | None) -> dict[str, DeepFaceReader]:
    """Readers on a home of their own, where DeepFace's detector finds its files too.

    The asked model is made last: `DeepFace.analyze` then loads the same one.
    """
    try:
        store = ModelStore()
        shipped = store.path("emotion", WEIGHTS)
        cascades = [store.path("haar", name) for name in CASCADES]
    except ModelFileError as error:
        raise BenchFailed(str(error)) from error
    readers: dict[str, DeepFaceReader] = {}
    for name, source in (("shipped", shipped), ("asked", model or shipped)):
        weights = folder / name / WEIGHTS
        weights.parent.mkdir()
        shutil.copyfile(source, weights)
        for mirrored in (False, True):
            key = name if mirrored else f"{name}_once"
            readers[key] = DeepFaceReader(weights, cascades[0], mirrored=mirrored)
    home = Path(os.environ["DEEPFACE_HOME"]) / ".deepface" / "weights"
    for cascade in cascades:
        shutil.copyfile(cascade, home / cascade.name)
    return readers


def _accuracy(reader: DeepFaceReader, faces: Part) -> dict[str, Any]:
    read, times = [], []
    for count, picture in enumerate(_pictures(faces)):
        began = time.perf_counter()
        shares = reader.read_cropped(picture).probabilities
        times.append((time.perf_counter() - began) * 1000)
        read.append(int(np.argmax(shares or ())))
        if count % 500 == 499:
            _note(f"{count + 1} of {len(faces)} faces")
    scores = as_document(face_scores(faces.labels.tolist(), read))
    return scores | {"ms_per_face": round(float(np.median(times)), 3), "ms": spread(times)}


def _flip_cost(readers: dict[str, DeepFaceReader], faces: Part) -> dict[str, Any]:
    """What reading the mirror image too costs and brings, on the same faces."""
    once = _accuracy(readers["asked_once"], faces)
    return {
        "averaged_over": "a face and its mirror image",
        "without": {key: once[key] for key in ("accuracy", "macro_f1", "ms_per_face")},
    }


def _pictures(faces: Part) -> list[bytes]:
    return [cv2.imencode(".png", face)[1].tobytes() for face in faces.faces]


def _speed(reader: DeepFaceReader, frames: Sequence[bytes]) -> dict[str, Any]:
    """Frames per second of three ways, in turns of a few frames each."""
    from deepface import DeepFace

    def peer(frame: bytes) -> int:
        picture = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR)
        found = DeepFace.analyze(
            picture, actions=["emotion"], detector_backend="opencv", enforce_detection=False,
            silent=True,
        )  # fmt: skip
        return sum(each["face_confidence"] > 0 for each in found)

    tracked = TrackedFaceReader(reader, every=EVERY)
    ways: dict[str, Callable[[bytes], int]] = {
        "every_frame": lambda frame: reader.read(frame).faces,
        "tracked": lambda frame: tracked.read(frame).faces,
        "deepface": peer,
    }
    for way in ways.values():
        way(frames[0])
    seconds = dict.fromkeys(ways, 0.0)
    found = dict.fromkeys(ways, 0)
    for start in range(0, len(frames), BLOCK):
        block = frames[start : start + BLOCK]
        for name, way in ways.items():
            began = time.perf_counter()
            found[name] += sum(way(frame) > 0 for frame in block)
            seconds[name] += time.perf_counter() - began
        _note(f"{start + len(block)} of {len(frames)} frames three ways")
    return {
        "speed_ratio_every_frame": round(seconds["deepface"] / seconds["every_frame"], 2),
        "speed_ratio_tracked": round(seconds["deepface"] / seconds["tracked"], 2),
        "frames": len(frames),
        "detection_every": EVERY,
        "frames_per_second": {
            name: round(len(frames) / spent, 1) for name, spent in seconds.items()
        },
        "frames_with_a_face": found,
        "peer": "DeepFace.analyze, opencv detector, the same expression model",
    }


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
